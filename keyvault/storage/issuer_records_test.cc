// That the issuers of vaults rest and come back, and that spoiled ones are refused.
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/memory_records.h"
#include "base/records.h"
#include "base/spoiled_records.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/object_attributes.h"
#include "keyvault/storage/vault_records.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

// One of which everything is said, and one of which nothing is.
void SetIssuers(TestEnvironment* environment, Vault* vault) {
  CertificateIssuerInput whole;
  whole.provider = "DigiCert";
  whole.account_id = "account";
  whole.organization_id = "organization";
  whole.administrators = {{"First", "Last", "a@b.example", "123"}, {"", "", "c@d.example", ""}};
  whole.enabled = false;
  LAZULI_ASSERT_OK(vault->SetCertificateIssuer(environment->now(), "Whole", whole).status());
  CertificateIssuerInput bare;
  bare.provider = "Test";
  LAZULI_ASSERT_OK(vault->SetCertificateIssuer(environment->now(), "bare", bare).status());
}

void ExpectSame(const CertificateIssuer& a, const CertificateIssuer& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.provider, b.provider);
  EXPECT_EQ(a.account_id, b.account_id);
  EXPECT_EQ(a.organization, b.organization);
  EXPECT_EQ(a.enabled, b.enabled);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.updated, b.updated);
  EXPECT_EQ(a.authority.key->private_der().view(), b.authority.key->private_der().view());
  EXPECT_EQ(a.authority.certificate, b.authority.certificate);
}

bool Hold(const MemoryRecords& records, absl::string_view text) {
  for (const auto& [table, rows] : records.tables()) {
    for (const auto& [key, value] : rows) {
      if (absl::StrContains(value, text)) return true;
    }
  }
  return false;
}

TEST(IssuerRecordsTest, IssuersComeBackAsTheyWere) {
  TestEnvironment environment;
  const VaultPtr vault = environment.CreateVault("vault");
  VaultRecords source(&environment.registry());
  MemoryRecords records;
  source.WriteAll(&records);
  source.StartTracking();
  SetIssuers(&environment, vault.get());
  source.WriteChanges(&records);
  EXPECT_EQ(records.tables(), MemoryRecords(&source).tables());

  TestEnvironment other;
  VaultRecords target(&other.registry());
  LAZULI_ASSERT_OK(target.Restore(records));
  LAZULI_ASSERT_OK_AND_ASSIGN(const VaultPtr again, other.registry().FindLive("vault"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<CertificateIssuerPtr> page,
                              again->ListCertificateIssuers("", 25));
  ASSERT_EQ(page.items.size(), 2u);
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr bare,
                              vault->FindCertificateIssuer("bare"));
  ExpectSame(*page.items[0], *bare);
  EXPECT_FALSE(page.items[0]->organization.has_value());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr whole,
                              vault->FindCertificateIssuer("whole"));
  ExpectSame(*page.items[1], *whole);
  EXPECT_EQ(MemoryRecords(&target).tables(), records.tables());
}

TEST(IssuerRecordsTest, TheyGoWithTheVault) {
  TestEnvironment environment;
  const VaultPtr vault = environment.CreateVault("vault");
  SetIssuers(&environment, vault.get());
  VaultRecords source(&environment.registry());
  MemoryRecords records;
  source.WriteAll(&records);
  source.StartTracking();
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr bare,
                              vault->FindCertificateIssuer("bare"));
  const std::string key(bare->authority.key->private_der().view());
  VaultRegistry& registry = environment.registry();
  LAZULI_ASSERT_OK(registry.Delete(environment.Context(), TestEnvironment::Address("vault")));
  source.WriteChanges(&records);
  EXPECT_TRUE(Hold(records, key));
  EXPECT_THAT(vault->FindCertificateIssuer("bare"), ErrorCodeIs("VaultNotFound"));
  LAZULI_ASSERT_OK(
      registry.PurgeDeleted(environment.Context(), kTestSubscription, kTestLocation, "vault"));
  source.WriteChanges(&records);
  EXPECT_FALSE(Hold(records, key));
  const VaultPtr anew = environment.CreateVault("vault");
  EXPECT_THAT(anew->FindCertificateIssuer("bare"), ErrorCodeIs("CertificateIssuerNotFound"));
}

TEST(IssuerRecordsTest, SpoiledRecordsAreRefused) {
  TestEnvironment environment;
  const VaultPtr vault = environment.CreateVault("vault");
  SetIssuers(&environment, vault.get());
  VaultRecords source(&environment.registry());
  ExpectSpoiledRecordsAreRefused(MemoryRecords(&source), 1, [](const RecordReader& records) {
    TestEnvironment other;
    VaultRecords target(&other.registry());
    absl::Status status = target.Restore(records);
    if (status.ok()) {
      other.AdvanceBy(absl::Hours(24 * 100));
      MemoryRecords again(&target);
    }
    return status;
  });
}

}  // namespace
}  // namespace lazuli::keyvault
