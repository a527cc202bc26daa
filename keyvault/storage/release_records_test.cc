// That keys may leave, and under which policy, outlasts the process.
#include <string>

#include "base/memory_records.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/key_version.h"
#include "keyvault/release/release_policy.h"
#include "keyvault/storage/vault_records.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

ReleasePolicy Policy(bool immutable) {
  return {.content_type = "application/json; charset=utf-8",
          .immutable = immutable,
          .data = R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example"}]})"};
}

NewKeyVersion Version(bool exportable) {
  NewKeyVersion version;
  version.type = crypto::KeyType::kRsaHsm;
  version.material = crypto::TestRsaKey();
  version.exportable = exportable;
  if (exportable) version.release_policy = Policy(false);
  return version;
}

TEST(ReleaseRecordsTest, PoliciesRestAndSoDoesThatAKeyHasNone) {
  TestEnvironment environment;
  const VaultPtr vault = environment.CreateVault("vault");
  VaultRecords source(&environment.registry());
  MemoryRecords records;
  source.WriteAll(&records);
  source.StartTracking();
  LAZULI_ASSERT_OK(vault->AddKeyVersion(environment.now(), "may", Version(true), "ImportKey"));
  LAZULI_ASSERT_OK(vault->AddKeyVersion(environment.now(), "fixed", Version(true), "ImportKey"));
  LAZULI_ASSERT_OK(vault->AddKeyVersion(environment.now(), "stays", Version(false), "ImportKey"));
  source.WriteChanges(&records);
  KeyVersionUpdate update;
  update.release_policy = Policy(true);
  LAZULI_ASSERT_OK(vault->UpdateKey(environment.now(), "fixed", "", update));
  source.WriteChanges(&records);

  TestEnvironment other;
  VaultRecords target(&other.registry());
  LAZULI_ASSERT_OK(target.Restore(records));
  LAZULI_ASSERT_OK_AND_ASSIGN(const VaultPtr again, other.registry().FindLive("vault"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr may, again->FindKey("may", ""));
  EXPECT_TRUE(may->exportable);
  EXPECT_EQ(may->release_policy, Policy(false));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr fixed, again->FindKey("fixed", ""));
  EXPECT_TRUE(fixed->exportable);
  EXPECT_EQ(fixed->release_policy, Policy(true));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr stays, again->FindKey("stays", ""));
  EXPECT_FALSE(stays->exportable);
  EXPECT_FALSE(stays->release_policy.has_value());
}

}  // namespace
}  // namespace lazuli::keyvault
