// Certificates in vaults, without the service above: what time brings to them, what happens
// meanwhile, and that the key and the secret behind them go where they go.
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/key_version.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_environment.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kName[] = "cert";

CertificatePolicy PolicyFor(const std::string& issuer, crypto::KeyType type) {
  CertificatePolicyInput input;
  input.key_type = type;
  input.subject = "CN=host.example";
  input.issuer = issuer;
  return *MakeCertificatePolicy(input, absl::UnixEpoch());
}

crypto::KeyMaterial::Ptr KeyFor(const CertificatePolicy& policy) {
  return policy.key_type == crypto::KeyType::kRsa ? crypto::TestRsaKey() : SharedEcMaterial();
}

// The environment begins on 2030-01-01.
class VaultCertificatesTest : public testing::Test {
 protected:
  absl::StatusOr<CertificateView> Add(const CertificatePolicy& policy,
                                      const std::string& answered = "") {
    CertificateNameData data;
    data.policy = policy;
    absl::StatusOr<IssuedCertificate> issued =
        IssueSelfSigned(policy, KeyFor(policy), CertificateLabels(), env_.now());
    if (!issued.ok()) return issued.status();
    return vault_->AddCertificate(env_.now(), kName, *std::move(issued), data, answered, "test");
  }

  // In progress, under the id "r".
  absl::Status Request(const CertificatePolicy& policy, std::optional<absl::Time> issue_at) {
    CertificateNameData data;
    data.policy = policy;
    CertificateRequest& request = data.request.emplace();
    request.request_id = "r";
    request.key = KeyFor(policy);
    request.issue_at = issue_at;
    return vault_->RequestCertificate(env_.now(), kName, data, "test").status();
  }

  // 0 without a live one.
  size_t VersionCount() {
    return vault_->ListVersions<CertificateTraits>(kName, "", 1000)->items.size();
  }

  int Told(const std::string& what) {
    int count = 0;
    for (const std::string& text : env_.NotificationTexts()) {
      count += absl::StrContains(text, absl::StrCat(" ", what, " ")) ? 1 : 0;
    }
    return count;
  }

  TestEnvironment env_;
  VaultPtr vault_ = env_.CreateVault("kv1");
  const CertificatePolicy self_ = PolicyFor("Self", crypto::KeyType::kEc);
  const CertificatePolicy elsewhere_ = PolicyFor("Unknown", crypto::KeyType::kEc);
};

// Renewed at 80 % of a year.
TEST_F(VaultCertificatesTest, TheKeyOfARenewalIsMadeByWhoMakesKeysAndWithoutTheLock) {
  int asked = 0;
  env_.registry().SetRsaKeyMaker([&](int bits) {
    ++asked;
    EXPECT_EQ(bits, 2048);
    LAZULI_EXPECT_OK(vault_->FindCertificate(kName, "").status());
    return crypto::OtherTestRsaKey();
  });
  LAZULI_ASSERT_OK(Add(PolicyFor("Self", crypto::KeyType::kRsa)).status());
  env_.AdvanceBy(kDay * 300);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(VersionCount(), 2u);
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, vault_->FindKey(kName, ""));
  EXPECT_EQ(key->material->private_der().view(), crypto::OtherTestRsaKey()->private_der().view());
  EXPECT_EQ(Told("CertificateNewVersionCreated"), 2);
}

TEST_F(VaultCertificatesTest, AKeyThatIsNotMadeLeavesTheCertificateAsItIs) {
  env_.registry().SetRsaKeyMaker([](int) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
    return absl::CancelledError("the process ends");
  });
  LAZULI_ASSERT_OK(Add(PolicyFor("Self", crypto::KeyType::kRsa)).status());
  env_.AdvanceBy(kDay * 300);
  EXPECT_EQ(VersionCount(), 1u);
}

TEST_F(VaultCertificatesTest, ARenewalThatFailsIsTriedAgain) {
  int asked = 0;
  env_.registry().SetRsaKeyMaker([&](int) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
    if (++asked == 1) return absl::InternalError("no key");
    return crypto::OtherTestRsaKey();
  });
  LAZULI_ASSERT_OK(Add(PolicyFor("Self", crypto::KeyType::kRsa)).status());
  env_.AdvanceBy(kDay * 300);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(VersionCount(), 2u);
  EXPECT_THAT(env_.EventTexts(), testing::Contains(testing::HasSubstr("AutoRenew failed: no key")));
}

// While a key is made for a renewal, others go on: what they do decides.
TEST_F(VaultCertificatesTest, WhatHappensWhileTheKeyIsMadeCounts) {
  const CertificatePolicy policy = PolicyFor("Self", crypto::KeyType::kRsa);
  const struct {
    std::function<void()> meanwhile;
    size_t versions;
  } kCases[] = {
      {[] {}, 2},
      {[&] { LAZULI_EXPECT_OK(Add(policy).status()); }, 2},
      {[&] { LAZULI_EXPECT_OK(vault_->DeleteCertificate(env_.now(), kName).status()); }, 0},
      {[&] { LAZULI_EXPECT_OK(Request(elsewhere_, std::nullopt)); }, 1},
      {[&] {
         const auto disable = [](CertificateVersion* version) {
           version->attributes.enabled = false;
           return absl::OkStatus();
         };
         LAZULI_EXPECT_OK(vault_->UpdateCertificate(env_.now(), kName, "", disable).status());
       },
       1},
  };
  for (const auto& test : kCases) {
    const size_t number = &test - kCases;
    vault_ = env_.CreateVault(absl::StrCat("kv-", number));
    LAZULI_ASSERT_OK(Add(policy).status());
    bool asked = false;
    env_.registry().SetRsaKeyMaker([&](int) {
      if (!asked) test.meanwhile();
      asked = true;
      return crypto::OtherTestRsaKey();
    });
    env_.AdvanceBy(kDay * 293);
    EXPECT_TRUE(asked) << number;
    EXPECT_EQ(VersionCount(), test.versions) << number;
    vault_->DeleteCertificate(env_.now(), kName).status().IgnoreError();
  }
}

TEST_F(VaultCertificatesTest, ThatTheEndIsNearIsToldOnceWhateverIsRequestedAfterwards) {
  LAZULI_ASSERT_OK(Add(elsewhere_).status());
  env_.AdvanceBy(kDay * 340);
  EXPECT_EQ(Told("CertificateNearExpiry"), 1);
  LAZULI_ASSERT_OK(Request(elsewhere_, std::nullopt));
  env_.AdvanceBy(kDay * 10);
  EXPECT_EQ(Told("CertificateNearExpiry"), 1);
}

// A month of 28 days is shorter than the 30 that are near.
TEST_F(VaultCertificatesTest, WhatIsNearItsEndWhenItIsIssuedTellsSo) {
  env_.AdvanceBy(kDay * 31);
  CertificatePolicy policy = self_;
  policy.validity_months = 1;
  policy.lifetime_actions.clear();
  LAZULI_ASSERT_OK(Request(policy, env_.now() + absl::Minutes(1)));
  env_.AdvanceBy(absl::Minutes(2));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateView view, vault_->FindCertificate(kName, ""));
  EXPECT_TRUE(view.version->is_issued());
  EXPECT_EQ(Told("CertificateNearExpiry"), 1);
}

TEST_F(VaultCertificatesTest, AVersionIsToldOfWhenItIsIssued) {
  LAZULI_ASSERT_OK(Request(elsewhere_, std::nullopt));
  EXPECT_EQ(Told("CertificateNewVersionCreated"), 0);
  LAZULI_ASSERT_OK(Add(elsewhere_, "r").status());
  EXPECT_EQ(Told("CertificateNewVersionCreated"), 1);
  EXPECT_EQ(Told("KeyNewVersionCreated"), 1);
  const auto disable = [](CertificateVersion* version) {
    version->attributes.enabled = false;
    return absl::OkStatus();
  };
  LAZULI_ASSERT_OK(vault_->UpdateCertificate(env_.now(), kName, "", disable).status());
  EXPECT_EQ(Told("CertificateNewVersionCreated"), 1);
}

TEST_F(VaultCertificatesTest, ARequestIsAnsweredOnce) {
  EXPECT_THAT(Add(elsewhere_, "r"), ErrorCodeIs("PendingCertificateNotFound"));
  LAZULI_ASSERT_OK(Request(elsewhere_, std::nullopt));
  EXPECT_THAT(Add(elsewhere_), ErrorCodeIs("Conflict"));
  EXPECT_THAT(Add(elsewhere_, "other"), ErrorCodeIs("Forbidden"));
  LAZULI_ASSERT_OK(Add(elsewhere_, "r").status());
  EXPECT_THAT(Add(elsewhere_, "r"), ErrorCodeIs("Forbidden"));
  EXPECT_EQ(VersionCount(), 1u);
}

TEST_F(VaultCertificatesTest, AllThreeAreThereAgainWhenTheCertificateIs) {
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Seconds(10);
  options.object_recovery_delay = absl::Seconds(10);
  options.object_purge_delay = absl::Seconds(10);
  TestEnvironment slow(options);
  const VaultPtr vault = slow.CreateVault("kv1");
  CertificateNameData data;
  data.policy = self_;
  LAZULI_ASSERT_OK_AND_ASSIGN(
      IssuedCertificate issued,
      IssueSelfSigned(self_, SharedEcMaterial(), CertificateLabels(), slow.now()));
  LAZULI_ASSERT_OK(
      vault->AddCertificate(slow.now(), kName, std::move(issued), data, "", "test").status());
  LAZULI_ASSERT_OK(vault->DeleteCertificate(slow.now(), kName).status());
  slow.AdvanceBy(absl::Seconds(10));
  LAZULI_ASSERT_OK(vault->RecoverCertificate(slow.now(), kName).status());
  EXPECT_THAT(vault->FindKey(kName, ""), ErrorCodeIs("KeyNotFound"));
  slow.AdvanceBy(absl::Seconds(10));
  LAZULI_EXPECT_OK(vault->FindCertificate(kName, "").status());
  LAZULI_EXPECT_OK(vault->FindKey(kName, "").status());
  LAZULI_EXPECT_OK(vault->Find<SecretTraits>(kName, "").status());
  LAZULI_ASSERT_OK(vault->DeleteCertificate(slow.now(), kName).status());
  slow.AdvanceBy(absl::Seconds(10));
  LAZULI_ASSERT_OK(vault->PurgeCertificate(slow.now(), kName));
  slow.AdvanceBy(absl::Seconds(10));
  slow.AddKey(vault.get(), kName);
}

TEST_F(VaultCertificatesTest, ARestoredCertificateBringsItsKeyAndItsSecret) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateView first, Add(self_));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateView latest, Add(self_));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateCopy copy, vault_->BackupCertificate(kName));
  EXPECT_THAT(vault_->RestoreCertificate(env_.now(), copy, "test"),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       testing::HasSubstr("There was a conflict restoring the certificate")));
  const VaultPtr other = env_.CreateVault("kv2");
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateView restored,
                              other->RestoreCertificate(env_.now(), copy, "test"));
  EXPECT_EQ(restored.version->id, absl::StrCat("https://kv2.vault.azure.net/certificates/cert/",
                                               latest.version->version));
  EXPECT_EQ(restored.data.policy, latest.data.policy);
  for (const std::string& version : {first.version->version, latest.version->version}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, other->FindKey(kName, version));
    EXPECT_TRUE(key->managed);
    LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                                other->Find<SecretTraits>(kName, version));
    EXPECT_TRUE(secret->managed);
    EXPECT_EQ(secret->kid, key->kid);
    EXPECT_EQ(secret->content_type, "application/x-pkcs12");
  }
  EXPECT_THAT(other->DeleteKey(env_.now(), kName), InnerCodeIs("KeyManagedByKeyVault"));
  EXPECT_THAT(env_.listener().Take(), testing::Contains("kv2/cert: key restored"));
}

TEST_F(VaultCertificatesTest, NothingIsRestoredOverAPlainKeyOrSecret) {
  LAZULI_ASSERT_OK(Add(self_).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateCopy copy, vault_->BackupCertificate(kName));
  const VaultPtr keys = env_.CreateVault("kv2");
  env_.AddKey(keys.get(), kName);
  EXPECT_THAT(keys->RestoreCertificate(env_.now(), copy, "test"), ErrorCodeIs("Conflict"));
  EXPECT_THAT(keys->FindCertificate(kName, ""), ErrorCodeIs("CertificateNotFound"));
  const VaultPtr secrets = env_.CreateVault("kv3");
  LAZULI_ASSERT_OK(
      secrets->Add<SecretTraits>(env_.now(), kName, TestEnvironment::NewSecret("x"), "test")
          .status());
  EXPECT_THAT(secrets->RestoreCertificate(env_.now(), copy, "test"), ErrorCodeIs("Conflict"));
  EXPECT_THAT(secrets->FindKey(kName, ""), ErrorCodeIs("KeyNotFound"));
}

TEST_F(VaultCertificatesTest, ARequestIsRestoredAndAnswered) {
  LAZULI_ASSERT_OK(Request(elsewhere_, std::nullopt));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateCopy copy, vault_->BackupCertificate(kName));
  EXPECT_THAT(copy.key.versions, testing::IsEmpty());
  vault_ = env_.CreateVault("kv2");
  LAZULI_ASSERT_OK(vault_->RestoreCertificate(env_.now(), copy, "test").status());
  EXPECT_THAT(vault_->FindKey(kName, ""), ErrorCodeIs("KeyNotFound"));
  LAZULI_ASSERT_OK(Add(elsewhere_, "r").status());
  LAZULI_EXPECT_OK(vault_->FindKey(kName, "").status());
}

}  // namespace
}  // namespace lazuli::keyvault
