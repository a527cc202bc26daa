#include "emulator/https/message/host_name.h"

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(HostNameTest, KnowsAzuresHostsInBothWaysOfNaming) {
  struct {
    const char* authority;
    HostKind kind;
    const char* name;
    const char* region;
    bool is_local;
    const char* port;
  } const cases[] = {
      {"kv1.vault.azure.net", HostKind::kVault, "kv1", "", false, ""},
      {"KV1.Vault.Azure.NET:443", HostKind::kVault, "kv1", "", false, "443"},
      {"kv1.vault.localhost:8443", HostKind::kVault, "kv1", "", true, "8443"},
      {"hsm.managedhsm.azure.net", HostKind::kManagedHsm, "hsm", "", false, ""},
      {"acc.westus2.batch.azure.com", HostKind::kBatchAccount, "acc", "westus2", false, ""},
      {"acc.westus2.batch.localhost:1", HostKind::kBatchAccount, "acc", "westus2", true, "1"},
      {"management.azure.com", HostKind::kResourceManager, "", "", false, ""},
      {"login.microsoftonline.com:443", HostKind::kLogin, "", "", false, "443"},
      {"graph.microsoft.com", HostKind::kGraph, "", "", false, ""},
      {"169.254.169.254", HostKind::kIdentityEndpoint, "", "", false, ""},
      {"localhost:8443", HostKind::kLocal, "", "", true, "8443"},
      {"127.0.0.1", HostKind::kLocal, "", "", true, ""},
      {"[::1]:8443", HostKind::kLocal, "", "", true, "8443"},
      {"[::1]", HostKind::kLocal, "", "", true, ""},
  };
  for (const auto& c : cases) {
    const HostName host = ParseHostName(c.authority);
    EXPECT_EQ(host.kind, c.kind) << c.authority;
    EXPECT_EQ(host.name, c.name) << c.authority;
    EXPECT_EQ(host.region, c.region) << c.authority;
    EXPECT_EQ(host.is_local, c.is_local) << c.authority;
    EXPECT_EQ(host.port, c.port) << c.authority;
  }
}

TEST(HostNameTest, WhatItDoesNotStandForIsForeign) {
  for (const char* authority :
       {"", "example.com", "vault.azure.net", "a.b.vault.azure.net", "kv1.vault.azure.net.evil.com",
        "evilvault.azure.net", "acc.batch.azure.com", "x.acc.westus2.batch.azure.com",
        "kv1.localhost", "localhost.evil.com", "kv_1.vault.azure.net", "127.0.0.1.nip.io",
        "management.azure.com.localhost", "[::1"}) {
    EXPECT_EQ(ParseHostName(authority).kind, HostKind::kForeign) << authority;
  }
}

}  // namespace
}  // namespace lazuli::emulator
