#include "keyvault/service/certificates_service.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/backup/certificate_backup.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/object_traits.h"
#include "keyvault/service/certificates_service_fixture.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_record.h"
#include "proto/certificates.pb.h"
#include "proto/common.pb.h"

namespace lazuli::keyvault {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kDay = absl::Hours(24);

class CertificatesServiceTest : public CertificatesServiceFixture {
 protected:
  using CertificatesServiceFixture::CertificatesServiceFixture;

  absl::StatusOr<v1::CertificateBundle> Import(const std::string& name, const std::string& value) {
    v1::ImportCertificateRequest request;
    request.set_vault_name(kVault);
    request.set_certificate_name(name);
    request.set_value(value);
    v1::CertificateBundle response;
    const absl::Status status = service_.ImportCertificate(Context(), request, &response);
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<std::string> Backup(const std::string& name) {
    v1::BackupCertificateResult response;
    const absl::Status status = service_.BackupCertificate(Context(), NameRequest(name), &response);
    if (!status.ok()) return status;
    return response.value();
  }

  absl::StatusOr<v1::CertificateBundle> Restore(const std::string& vault, const std::string& blob) {
    v1::RestoreCertificateRequest request;
    request.set_vault_name(vault);
    request.set_value(blob);
    v1::CertificateBundle response;
    const absl::Status status = service_.RestoreCertificate(Context(), request, &response);
    if (!status.ok()) return status;
    return response;
  }
};

// Shows: Certificates/CreateCertificate, Certificates/GetCertificate
TEST_F(CertificatesServiceTest, ASelfSignedCertificateIsThereAtOnceWithItsKeyAndSecret) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation operation,
                              Create("cert", PolicyFor("Self")));
  // Clients begin to ask for a certificate only if it is not there yet.
  EXPECT_EQ(operation.status(), "inProgress");
  EXPECT_FALSE(operation.has_target());
  EXPECT_EQ(operation.id(), "https://vault-one.vault.azure.net/certificates/cert/pending");
  EXPECT_FALSE(operation.csr().empty());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation done, GetOperation("cert"));
  EXPECT_EQ(done.status(), "completed");
  EXPECT_EQ(done.target(), "https://vault-one.vault.azure.net/certificates/cert");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle bundle, Get("cert"));
  const std::string version = bundle.id().substr(bundle.id().rfind('/') + 1);
  EXPECT_EQ(bundle.kid(), absl::StrCat("https://vault-one.vault.azure.net/keys/cert/", version));
  EXPECT_EQ(bundle.sid(), absl::StrCat("https://vault-one.vault.azure.net/secrets/cert/", version));
  EXPECT_EQ(bundle.x5t(), CertificateThumbprint(bundle.cer()));
  EXPECT_EQ(bundle.policy().x509_props().subject(), "CN=host.example");
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, vault_->FindKey("cert", version));
  EXPECT_TRUE(key->managed);
  EXPECT_THAT(key->key_ops, ElementsAre(KeyOperation::kSign, KeyOperation::kVerify));
  EXPECT_TRUE(CertificateBelongsTo(bundle.cer(), *key->material));
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                              vault_->Find<SecretTraits>("cert", version));
  EXPECT_TRUE(secret->managed);
  EXPECT_EQ(secret->kid, bundle.kid());
  EXPECT_EQ(secret->content_type, "application/x-pkcs12");
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const CertificateFile file,
      ReadCertificateFile(secret->value->view(), "", CertificateContentType::kPkcs12));
  EXPECT_THAT(file.chain, ElementsAre(bundle.cer()));
  EXPECT_EQ(file.key->private_der().view(), key->material->private_der().view());
}

TEST_F(CertificatesServiceTest, WhatIsNotExportableIsNotInTheSecret) {
  v1::CertificatePolicy policy = PolicyFor("Self");
  policy.mutable_key_props()->set_exportable(false);
  policy.mutable_secret_props()->set_content_type("application/x-pem-file");
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                              vault_->Find<SecretTraits>("cert", ""));
  EXPECT_TRUE(absl::StrContains(secret->value->view(), "BEGIN CERTIFICATE"));
  EXPECT_FALSE(absl::StrContains(secret->value->view(), "PRIVATE KEY"));
}

// Shows: Certificates/CreateCertificate, Certificates/GetCertificateVersions
TEST_F(CertificatesServiceTest, ASecondCreationMakesAVersionWithAnotherKeyUnlessItIsReused) {
  v1::CertificatePolicy policy = PolicyFor("Self");
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr first, vault_->FindKey("cert", ""));
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr second, vault_->FindKey("cert", ""));
  EXPECT_NE(first->version, second->version);
  EXPECT_NE(first->material, second->material);
  policy.mutable_key_props()->set_reuse_key(true);
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr third, vault_->FindKey("cert", ""));
  EXPECT_EQ(second->material, third->material);
  v1::GetCertificateVersionsRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  v1::CertificateListResult versions;
  LAZULI_ASSERT_OK(service_.GetCertificateVersions(Context(), request, &versions));
  EXPECT_EQ(versions.value_size(), 3);
}

// Shows: Certificates/DeleteCertificate, Certificates/RecoverDeletedCertificate,
// Certificates/PurgeDeletedCertificate
TEST_F(CertificatesServiceTest, TheKeyAndTheSecretLiveAndDieWithTheCertificate) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  v1::DeletedCertificateBundle deleted;
  LAZULI_ASSERT_OK(service_.DeleteCertificate(Context(), NameRequest("cert"), &deleted));
  EXPECT_EQ(deleted.recovery_id(), "https://vault-one.vault.azure.net/deletedcertificates/cert");
  EXPECT_EQ(deleted.policy().x509_props().subject(), "CN=host.example");
  EXPECT_THAT(Get("cert"), ErrorCodeIs("CertificateNotFound"));
  LAZULI_EXPECT_OK(vault_->FindDeletedKey("cert").status());
  LAZULI_EXPECT_OK(vault_->FindDeleted<SecretTraits>("cert").status());
  EXPECT_THAT(vault_->RecoverKey(Context().now, "cert"), InnerCodeIs("KeyManagedByKeyVault"));
  v1::CertificateBundle recovered;
  LAZULI_ASSERT_OK(service_.RecoverDeletedCertificate(Context(), NameRequest("cert"), &recovered));
  LAZULI_EXPECT_OK(vault_->FindKey("cert", "").status());
  LAZULI_EXPECT_OK(vault_->Find<SecretTraits>("cert", "").status());
  LAZULI_ASSERT_OK(service_.DeleteCertificate(Context(), NameRequest("cert"), &deleted));
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.PurgeDeletedCertificate(Context(), NameRequest("cert"), &empty));
  EXPECT_THAT(vault_->FindDeletedKey("cert"), ErrorCodeIs("KeyNotFound"));
  // The name is free for any kind again.
  environment_.AddKey(vault_.get(), "cert");
}

TEST_F(CertificatesServiceTest, TheEndOfTheRetentionTakesAllThree) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  v1::DeletedCertificateBundle deleted;
  LAZULI_ASSERT_OK(service_.DeleteCertificate(Context(), NameRequest("cert"), &deleted));
  environment_.AdvanceBy(kDay * 91);
  EXPECT_THAT(vault_->FindDeletedCertificate("cert"), ErrorCodeIs("CertificateNotFound"));
  EXPECT_THAT(vault_->FindDeletedKey("cert"), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(vault_->FindDeleted<SecretTraits>("cert"), ErrorCodeIs("SecretNotFound"));
  EXPECT_EQ(environment_.timers(), 0);
}

TEST_F(CertificatesServiceTest, WhatIsBehindACertificateIsChangedThroughItAlone) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  const absl::Time now = Context().now;
  const auto is_managed = [](const absl::Status& status, const std::string& verb) {
    EXPECT_THAT(status, ErrorCodeIs("Forbidden")) << verb;
    EXPECT_THAT(std::string(status.message()),
                absl::StrCat("Operation \"", verb,
                             "\" is not allowed as this object's lifetime is managed by Key "
                             "Vault."));
  };
  is_managed(vault_->AddKeyVersion(now, "cert", TestEnvironment::NewVersion(), "x").status(),
             "create");
  is_managed(vault_->UpdateKey(now, "cert", "", {}).status(), "update");
  is_managed(vault_->DeleteKey(now, "cert").status(), "delete");
  is_managed(vault_->Delete<SecretTraits>(now, "cert").status(), "delete");
  EXPECT_THAT(vault_->Delete<SecretTraits>(now, "cert"), InnerCodeIs("SecretManagedByKeyVault"));
  is_managed(vault_->Add<SecretTraits>(now, "cert", TestEnvironment::NewSecret("x"), "x").status(),
             "create");
  EXPECT_THAT(vault_->DeleteKey(now, "other"), ErrorCodeIs("KeyNotFound"));
}

TEST_F(CertificatesServiceTest, ANameOfAPlainKeyOrSecretIsTaken) {
  environment_.AddKey(vault_.get(), "key");
  LAZULI_ASSERT_OK(
      vault_
          ->Add<SecretTraits>(Context().now, "secret", TestEnvironment::NewSecret("x"), "SetSecret")
          .status());
  for (const std::string name : {"key", "secret"}) {
    EXPECT_THAT(Create(name, PolicyFor("Self")), ErrorCodeIs("Conflict")) << name;
    EXPECT_THAT(Create(name, PolicyFor("Unknown")), ErrorCodeIs("Conflict")) << name;
  }
}

// Shows: Certificates/UpdateCertificate
TEST_F(CertificatesServiceTest, AnUpdateReachesTheKeyAndTheSecret) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  v1::UpdateCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  request.mutable_attributes()->set_enabled(false);
  (*request.mutable_tags()->mutable_values())["a"] = "b";
  v1::CertificateBundle bundle;
  LAZULI_ASSERT_OK(service_.UpdateCertificate(Context(), request, &bundle));
  EXPECT_FALSE(bundle.attributes().enabled());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, vault_->FindKey("cert", ""));
  EXPECT_FALSE(key->attributes.enabled);
  EXPECT_EQ(key->tags->at("a"), "b");
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                              vault_->Find<SecretTraits>("cert", ""));
  EXPECT_FALSE(secret->attributes.enabled);
}

// Shows: Certificates/GetCertificatePolicy, Certificates/UpdateCertificatePolicy
TEST_F(CertificatesServiceTest, APolicyIsChangedAndChecked) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  v1::UpdateCertificatePolicyRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  request.mutable_policy()->mutable_x509_props()->set_validity_months(24);
  v1::CertificatePolicy policy;
  LAZULI_ASSERT_OK(service_.UpdateCertificatePolicy(Context(), request, &policy));
  EXPECT_EQ(policy.x509_props().validity_months(), 24);
  EXPECT_EQ(policy.x509_props().subject(), "CN=host.example");
  request.mutable_policy()->mutable_x509_props()->set_subject("host.example");
  EXPECT_THAT(service_.UpdateCertificatePolicy(Context(), request, &policy),
              ErrorCodeIs("BadParameter"));
  LAZULI_ASSERT_OK(service_.GetCertificatePolicy(Context(), NameRequest("cert"), &policy));
  EXPECT_EQ(policy.x509_props().subject(), "CN=host.example");
  EXPECT_EQ(policy.id(), "https://vault-one.vault.azure.net/certificates/cert/policy");
}

// Shows: Certificates/MergeCertificate, Certificates/GetCertificateOperation
TEST_F(CertificatesServiceTest, AnIssuerElsewhereAnswersTheRequest) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation operation,
                              Create("cert", PolicyFor("Unknown")));
  EXPECT_EQ(operation.status(), "inProgress");
  LAZULI_ASSERT_OK_AND_ASSIGN(v1::CertificateBundle bundle, Get("cert"));
  EXPECT_FALSE(bundle.attributes().enabled());
  EXPECT_FALSE(bundle.has_cer());
  EXPECT_FALSE(bundle.has_kid());
  EXPECT_THAT(Create("cert", PolicyFor("Self")), ErrorCodeIs("Conflict"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateView view, vault_->FindCertificate("cert", ""));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string der,
      MakeSelfSignedCertificate(view.data.policy, *view.data.request->key, Context().now));
  v1::MergeCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  EXPECT_THAT(service_.MergeCertificate(Context(), request, &bundle), ErrorCodeIs("BadParameter"));
  request.add_x5c(
      MakeSelfSignedCertificate(view.data.policy, *SharedEcMaterial(), Context().now).value());
  EXPECT_THAT(service_.MergeCertificate(Context(), request, &bundle),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not match")));
  request.set_x5c(0, der);
  LAZULI_ASSERT_OK(service_.MergeCertificate(Context(), request, &bundle));
  EXPECT_EQ(bundle.cer(), der);
  EXPECT_TRUE(bundle.attributes().enabled());
  // The version that was waiting.
  EXPECT_TRUE(absl::EndsWith(bundle.id(), view.version->version));
  LAZULI_EXPECT_OK(vault_->FindKey("cert", view.version->version).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation after, GetOperation("cert"));
  EXPECT_EQ(after.status(), "completed");
  EXPECT_THAT(service_.MergeCertificate(Context(), request, &bundle), ErrorCodeIs("Forbidden"));
}

// Shows: Certificates/UpdateCertificateOperation, Certificates/DeleteCertificateOperation
TEST_F(CertificatesServiceTest, ARequestIsCancelledAndForgotten) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Unknown")).status());
  v1::UpdateCertificateOperationRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  request.set_cancellation_requested(true);
  v1::CertificateOperation operation;
  LAZULI_ASSERT_OK(service_.UpdateCertificateOperation(Context(), request, &operation));
  EXPECT_EQ(operation.status(), "cancelled");
  LAZULI_ASSERT_OK(service_.DeleteCertificateOperation(Context(), NameRequest("cert"), &operation));
  EXPECT_THAT(GetOperation("cert"), ErrorCodeIs("PendingCertificateNotFound"));
  EXPECT_THAT(GetOperation("nothing"), ErrorCodeIs("PendingCertificateNotFound"));
  LAZULI_EXPECT_OK(Create("cert", PolicyFor("Self")).status());
}

// Shows: Certificates/GetCertificates
TEST_F(CertificatesServiceTest, WhatIsNotIssuedIsListedOnRequest) {
  LAZULI_ASSERT_OK(Create("issued", PolicyFor("Self")).status());
  LAZULI_ASSERT_OK(Create("pending", PolicyFor("Unknown")).status());
  v1::GetCertificatesRequest request;
  request.set_vault_name(kVault);
  v1::CertificateListResult issued;
  LAZULI_ASSERT_OK(service_.GetCertificates(Context(), request, &issued));
  ASSERT_EQ(issued.value_size(), 1);
  EXPECT_EQ(issued.value(0).id(), "https://vault-one.vault.azure.net/certificates/issued");
  request.set_include_pending(true);
  v1::CertificateListResult all;
  LAZULI_ASSERT_OK(service_.GetCertificates(Context(), request, &all));
  EXPECT_EQ(all.value_size(), 2);
}

// Shows: Certificates/ImportCertificate
TEST_F(CertificatesServiceTest, WhatASecretHoldsIsImportedAgain) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                              vault_->Find<SecretTraits>("cert", ""));
  const std::string value(secret->value->view());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle copy, Import("copy", value));
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle original, Get("cert"));
  EXPECT_EQ(copy.cer(), original.cer());
  EXPECT_EQ(copy.policy().issuer().name(), "Unknown");
  EXPECT_FALSE(copy.has_pending());
  EXPECT_THAT(GetOperation("copy"), ErrorCodeIs("PendingCertificateNotFound"));
  EXPECT_THAT(Import("copy", "AAAA"), ErrorCodeIs("BadParameter"));
  v1::ImportCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("copy");
  request.set_value(value);
  request.mutable_policy()->mutable_issuer()->set_name("DigiCert");
  v1::CertificateBundle bundle;
  EXPECT_THAT(service_.ImportCertificate(Context(), request, &bundle),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Issuer not found")));
}

TEST_F(CertificatesServiceTest, PemIsImportedWhenThePolicySaysThatItIs) {
  v1::CertificatePolicy policy = PolicyFor("Self");
  policy.mutable_secret_props()->set_content_type("application/x-pem-file");
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr secret,
                              vault_->Find<SecretTraits>("cert", ""));
  v1::ImportCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("copy");
  request.set_value(std::string(secret->value->view()));
  v1::CertificateBundle bundle;
  const absl::Status unsaid = service_.ImportCertificate(Context(), request, &bundle);
  EXPECT_THAT(unsaid, ErrorCodeIs("BadParameter"));
  EXPECT_THAT(std::string(unsaid.message()), HasSubstr("PKCS#12"));
  request.mutable_policy()->mutable_secret_props()->set_content_type("application/x-pem-file");
  LAZULI_ASSERT_OK(service_.ImportCertificate(Context(), request, &bundle));
  EXPECT_EQ(bundle.cer(), Get("cert")->cer());
  EXPECT_EQ(bundle.policy().secret_props().content_type(), "application/x-pem-file");
  request.mutable_policy()->mutable_secret_props()->set_content_type("text/plain");
  EXPECT_THAT(service_.ImportCertificate(Context(), request, &bundle), ErrorCodeIs("BadParameter"));
}

TEST_F(CertificatesServiceTest, ACertificateRenewsItselfBeforeItEnds) {
  v1::CertificatePolicy policy = PolicyFor("Self");
  auto* const action = policy.mutable_lifetime_actions()->add_values();
  action->mutable_trigger()->set_days_before_expiry(30);
  action->mutable_action()->set_action_type(v1::CERTIFICATE_POLICY_ACTION_AUTO_RENEW);
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle before, Get("cert"));
  environment_.AdvanceBy(kDay * 334);
  EXPECT_EQ(Get("cert")->id(), before.id());
  environment_.AdvanceBy(kDay * 2);
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle after, Get("cert"));
  EXPECT_NE(after.id(), before.id());
  EXPECT_GT(after.attributes().exp().seconds(), before.attributes().exp().seconds());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, vault_->FindKey("cert", ""));
  EXPECT_TRUE(CertificateBelongsTo(after.cer(), *key->material));
  EXPECT_THAT(environment_.EventTexts(), testing::Contains(HasSubstr("(AutoRenew)")));
}

TEST_F(CertificatesServiceTest, TheEndIsToldOnce) {
  v1::CertificatePolicy policy = PolicyFor("Self");
  policy.mutable_lifetime_actions();
  LAZULI_ASSERT_OK(Create("cert", policy).status());
  environment_.AdvanceBy(kDay * 500);
  int near = 0;
  int expired = 0;
  for (const std::string& text : environment_.NotificationTexts()) {
    near += absl::StrContains(text, "CertificateNearExpiry") ? 1 : 0;
    expired += absl::StrContains(text, "CertificateExpired") ? 1 : 0;
  }
  EXPECT_EQ(near, 1);
  EXPECT_EQ(expired, 1);
}

// Shows: Certificates/BackupCertificate, Certificates/RestoreCertificate
TEST_F(CertificatesServiceTest, ABackupBringsBackAllVersionsWithTheirKeysAndSecrets) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle first, Get("cert"));
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle latest, Get("cert"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string blob, Backup("cert"));
  EXPECT_THAT(blob, Not(HasSubstr("host.example")));
  EXPECT_THAT(Restore(kVault, blob), ErrorCodeIs("Conflict"));
  const VaultPtr other = environment_.CreateVault("vault-two");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle restored, Restore("vault-two", blob));
  EXPECT_EQ(restored.cer(), latest.cer());
  EXPECT_EQ(restored.x5t(), latest.x5t());
  EXPECT_THAT(restored.kid(), HasSubstr("https://vault-two.vault.azure.net/keys/cert/"));
  EXPECT_THAT(restored.sid(), HasSubstr("https://vault-two.vault.azure.net/secrets/cert/"));
  for (const v1::CertificateBundle& bundle : {first, latest}) {
    const std::string version = bundle.id().substr(bundle.id().rfind('/') + 1);
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr key, other->FindKey("cert", version));
    EXPECT_TRUE(CertificateBelongsTo(bundle.cer(), *key->material));
    LAZULI_EXPECT_OK(other->Find<SecretTraits>("cert", version).status());
  }
}

TEST_F(CertificatesServiceTest, ForeignAndSpoiledBackupsAreRefused) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string blob, Backup("cert"));
  environment_.CreateVault("vault-two");
  LAZULI_ASSERT_OK(environment_.registry()
                       .CreateOrUpdate(Context(), TestEnvironment::Address("vault-far"),
                                       "westeurope", TestEnvironment::Input())
                       .status());
  std::string spoiled = blob;
  spoiled.back() = static_cast<char>(spoiled.back() ^ 1);
  const ObjectCopy<KeyTraits> key = vault_->BackupCertificate("cert")->key;
  EXPECT_THAT(Restore("vault-two", spoiled), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Restore("vault-two", "no backup"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Restore("vault-far", blob), ErrorCodeIs("BadParameter"));
  // Of the key alone.
  EXPECT_THAT(Restore("vault-two", *SealCopy(sealer_, *vault_->record(), key)),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Backup("none"), ErrorCodeIs("CertificateNotFound"));
  EXPECT_THAT(Backup("a_b"), ErrorCodeIs("BadParameter"));
}

TEST_F(CertificatesServiceTest, HardwareKeysAreRestoredIntoPremiumVaultsAlone) {
  VaultInput input = TestEnvironment::Input();
  input.sku_name = "premium";
  const VaultPtr premium = environment_.CreateVault("vault-premium", input);
  v1::CreateCertificateRequest request;
  request.set_vault_name("vault-premium");
  request.set_certificate_name("cert");
  *request.mutable_policy() = PolicyFor("Self");
  request.mutable_policy()->mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  v1::CertificateOperation operation;
  LAZULI_ASSERT_OK(service_.CreateCertificate(Context(), request, &operation));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateCopy copy, premium->BackupCertificate("cert"));
  const std::string blob = *SealCertificate(sealer_, *premium->record(), copy);
  EXPECT_THAT(Restore(kVault, blob), StatusIs(absl::StatusCode::kInvalidArgument));
  environment_.CreateVault("vault-two", input);
  LAZULI_EXPECT_OK(Restore("vault-two", blob).status());
}

TEST_F(CertificatesServiceTest, ABackupWithoutTheKeyIsNone) {
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("Self")).status());
  environment_.CreateVault("vault-two");
  LAZULI_ASSERT_OK_AND_ASSIGN(CertificateCopy copy, vault_->BackupCertificate("cert"));
  const VaultRecordPtr vault = vault_->record();
  CertificateCopy keyless = copy;
  keyless.key.versions.clear();
  EXPECT_THAT(Restore("vault-two", *SealCertificate(sealer_, *vault, keyless)),
              ErrorCodeIs("BadParameter"));
  CertificateCopy renamed = copy;
  renamed.secret.name = "other";
  EXPECT_THAT(Restore("vault-two", *SealCertificate(sealer_, *vault, renamed)),
              ErrorCodeIs("BadParameter"));
  LAZULI_EXPECT_OK(Restore("vault-two", *SealCertificate(sealer_, *vault, copy)).status());
}

// Shows: Certificates/GetCertificateContacts, Certificates/SetCertificateContacts,
// Certificates/DeleteCertificateContacts
TEST_F(CertificatesServiceTest, ContactsAreKept) {
  v1::CertificateVaultRequest vault;
  vault.set_vault_name(kVault);
  v1::CertificateContacts contacts;
  EXPECT_THAT(service_.GetCertificateContacts(Context(), vault, &contacts),
              ErrorCodeIs("ContactsNotFound"));
  v1::SetCertificateContactsRequest request;
  request.set_vault_name(kVault);
  request.mutable_contacts()->add_contacts()->set_email("a@b.example");
  LAZULI_ASSERT_OK(service_.SetCertificateContacts(Context(), request, &contacts));
  contacts.Clear();
  LAZULI_ASSERT_OK(service_.GetCertificateContacts(Context(), vault, &contacts));
  ASSERT_EQ(contacts.contacts_size(), 1);
  EXPECT_EQ(contacts.contacts(0).email(), "a@b.example");
  EXPECT_EQ(contacts.id(), "https://vault-one.vault.azure.net/certificates/contacts");
  request.mutable_contacts()->add_contacts()->set_email("none");
  EXPECT_THAT(service_.SetCertificateContacts(Context(), request, &contacts),
              ErrorCodeIs("BadParameter"));
  LAZULI_ASSERT_OK(service_.DeleteCertificateContacts(Context(), vault, &contacts));
  EXPECT_THAT(service_.DeleteCertificateContacts(Context(), vault, &contacts),
              ErrorCodeIs("ContactsNotFound"));
}

TEST_F(CertificatesServiceTest, RefusesWhatCannotBeIssued) {
  v1::CertificatePolicy policy = PolicyFor("DigiCert");
  EXPECT_THAT(Create("cert", policy), ErrorCodeIs("BadParameter"));
  policy = PolicyFor("Self");
  policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_OCT);
  EXPECT_THAT(Create("cert", policy), InnerCodeIs("KeyTypeNotSupported"));
  policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  EXPECT_THAT(Create("cert", policy), InnerCodeIs("KeyTypeNotSupported"));
  policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_UNSPECIFIED);
  EXPECT_THAT(Create("cert", policy), ErrorCodeIs("BadParameter"));
  policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_RSA_HSM);
  EXPECT_THAT(Create("cert", policy), ErrorCodeIs("BadParameter"));
  policy = PolicyFor("Self");
  policy.mutable_x509_props()->set_subject("host.example");
  EXPECT_THAT(Create("cert", policy), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Create("a_b", PolicyFor("Self")), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Create("cert", v1::CertificatePolicy()), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Get("cert"), ErrorCodeIs("CertificateNotFound"));
}

class DelayedCertificatesTest : public CertificatesServiceTest {
 protected:
  static VaultRegistryOptions Options() {
    VaultRegistryOptions options;
    options.certificate_issue_delay = absl::Minutes(1);
    return options;
  }
  DelayedCertificatesTest() : CertificatesServiceTest(Options()) {}
};

TEST_F(DelayedCertificatesTest, IssuingTakesItsTime) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation operation,
                              Create("cert", PolicyFor("Self")));
  EXPECT_EQ(operation.status(), "inProgress");
  environment_.AdvanceBy(absl::Seconds(59));
  EXPECT_FALSE(Get("cert")->has_cer());
  environment_.AdvanceBy(absl::Seconds(1));
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle bundle, Get("cert"));
  EXPECT_TRUE(bundle.has_cer());
  EXPECT_TRUE(bundle.attributes().enabled());
  EXPECT_EQ(GetOperation("cert")->status(), "completed");
}

}  // namespace
}  // namespace lazuli::keyvault
