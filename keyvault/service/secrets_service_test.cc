#include "keyvault/service/secrets_service.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/limits.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretsServiceTest : public testing::Test {
 protected:
  SecretsServiceTest() : vault_(env_.CreateVault("kv1")) {}

  static v1::SetSecretRequest Set(absl::string_view name, absl::string_view value) {
    v1::SetSecretRequest request;
    request.set_vault_name("kv1");
    request.set_secret_name(std::string(name));
    request.set_value(std::string(value));
    return request;
  }
  template <typename Request>
  static Request Of(absl::string_view name, absl::string_view version = "") {
    Request request;
    request.set_vault_name("kv1");
    request.set_secret_name(std::string(name));
    if constexpr (requires { request.set_secret_version(""); }) {
      if (!version.empty()) request.set_secret_version(std::string(version));
    }
    return request;
  }
  v1::SecretBundle MustSet(const v1::SetSecretRequest& request) {
    v1::SecretBundle bundle;
    LAZULI_EXPECT_OK(service_.SetSecret(env_.Context(), request, &bundle));
    return bundle;
  }
  absl::StatusOr<v1::SecretBundle> Get(absl::string_view name, absl::string_view version = "") {
    v1::SecretBundle bundle;
    const absl::Status status =
        service_.GetSecret(env_.Context(), Of<v1::GetSecretRequest>(name, version), &bundle);
    if (!status.ok()) return status;
    return bundle;
  }
  absl::Status Delete(absl::string_view name, v1::DeletedSecretBundle* deleted) {
    return service_.DeleteSecret(env_.Context(), Of<v1::SecretNameRequest>(name), deleted);
  }
  absl::StatusOr<std::string> TryBackup(absl::string_view name) {
    v1::BackupSecretResult result;
    const absl::Status status =
        service_.BackupSecret(env_.Context(), Of<v1::SecretNameRequest>(name), &result);
    if (!status.ok()) return status;
    return result.value();
  }
  std::string Backup(absl::string_view name) {
    const absl::StatusOr<std::string> blob = TryBackup(name);
    LAZULI_EXPECT_OK(blob.status());
    return blob.value_or("");
  }
  absl::StatusOr<v1::SecretBundle> Restore(absl::string_view vault, absl::string_view blob) {
    v1::RestoreSecretRequest request;
    request.set_vault_name(std::string(vault));
    request.set_value(std::string(blob));
    v1::SecretBundle bundle;
    const absl::Status status = service_.RestoreSecret(env_.Context(), request, &bundle);
    if (!status.ok()) return status;
    return bundle;
  }

  TestEnvironment env_;
  BackupSealer sealer_;
  SecretsService service_{&env_.registry(), &sealer_};
  VaultPtr vault_;
};

// "status code/inner code target".
std::string Refusal(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return absl::StrCat(info.http_status, " ", info.code, info.inner_code.empty() ? "" : "/",
                      info.inner_code, info.target.empty() ? "" : " ", info.target);
}

// Shows: Secrets/SetSecret, Secrets/GetSecret
TEST_F(SecretsServiceTest, ASecretIsShownAsItWasSet) {
  v1::SetSecretRequest request = Set("Db-Password", "hunter2");
  request.set_content_type("text/plain");
  request.mutable_attributes()->mutable_nbf()->set_seconds(1'000);
  request.mutable_attributes()->mutable_exp()->set_seconds(9'000'000'000);
  (*request.mutable_tags()->mutable_values())["team"] = "core";
  const v1::SecretBundle set = MustSet(request);
  EXPECT_EQ(set.value(), "hunter2");
  EXPECT_THAT(set.id(), HasSubstr("https://kv1.vault.azure.net/secrets/Db-Password/"));
  EXPECT_EQ(set.content_type(), "text/plain");
  EXPECT_TRUE(set.attributes().enabled());
  EXPECT_EQ(set.attributes().created().seconds(), absl::ToUnixSeconds(env_.now()));
  EXPECT_EQ(set.attributes().recovery_level(), "Recoverable+Purgeable");
  EXPECT_EQ(set.attributes().recoverable_days(), 90);
  EXPECT_FALSE(set.has_managed());
  EXPECT_FALSE(set.has_kid());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::SecretBundle got, Get("db-password"));
  EXPECT_EQ(got.SerializeAsString(), set.SerializeAsString());
}

TEST_F(SecretsServiceTest, SettingAgainMakesAVersionAndTheOldOneStays) {
  const v1::SecretBundle first = MustSet(Set("s", "one"));
  MustSet(Set("s", "two"));
  EXPECT_EQ(Get("s")->value(), "two");
  const std::string version = first.id().substr(first.id().rfind('/') + 1);
  EXPECT_TRUE(IsHex32(version));
  EXPECT_EQ(Get("s", version)->value(), "one");
  EXPECT_EQ(Refusal(Get("s", std::string(32, '0')).status()), "404 SecretNotFound");
  EXPECT_EQ(Refusal(Get("s", "latest").status()), "400 BadParameter secret_version");
  EXPECT_EQ(Refusal(Get("a_b").status()), "400 BadParameter secret_name");
}

TEST_F(SecretsServiceTest, ADisabledSecretIsNotShownAndOneOutsideItsValidityIs) {
  v1::SetSecretRequest request = Set("s", "x");
  request.mutable_attributes()->mutable_nbf()->set_seconds(8'000'000'000);
  MustSet(request);
  LAZULI_EXPECT_OK(Get("s").status());
  request.mutable_attributes()->clear_nbf();
  request.mutable_attributes()->mutable_exp()->set_seconds(1'000);
  MustSet(request);
  LAZULI_EXPECT_OK(Get("s").status());
  request.mutable_attributes()->set_enabled(false);
  EXPECT_EQ(MustSet(request).value(), "x");
  const absl::Status refused = Get("s").status();
  EXPECT_EQ(Refusal(refused), "403 Forbidden/SecretDisabled");
  EXPECT_EQ(refused.message(), "Operation get is not allowed on a disabled secret.");
}

TEST_F(SecretsServiceTest, WhatASecretMayNotBeIsRefused) {
  v1::SecretBundle bundle;
  const auto refusal = [&](const v1::SetSecretRequest& request) {
    return Refusal(service_.SetSecret(env_.Context(), request, &bundle));
  };
  LAZULI_EXPECT_OK(service_.SetSecret(env_.Context(), Set("s", std::string(25'600, 'x')), &bundle));
  EXPECT_EQ(refusal(Set("s", std::string(25'601, 'x'))), "400 BadParameter value");
  v1::SetSecretRequest request = Set("s", "x");
  request.set_content_type(std::string(256, 'x'));
  EXPECT_EQ(refusal(request), "400 BadParameter contentType");
  request = Set("s", "x");
  for (int i = 0; i < 16; ++i) (*request.mutable_tags()->mutable_values())[absl::StrCat(i)] = "";
  EXPECT_EQ(refusal(request), "400 BadParameter tags");
  request = Set("s", "x");
  request.mutable_attributes()->mutable_nbf()->set_seconds(20);
  request.mutable_attributes()->mutable_exp()->set_seconds(20);
  EXPECT_EQ(refusal(request), "400 BadParameter attributes.exp");
  request.mutable_attributes()->mutable_exp()->set_seconds(999'999'999'999);
  EXPECT_EQ(refusal(request), "400 BadParameter attributes.exp");
}

// Shows: Secrets/UpdateSecret
TEST_F(SecretsServiceTest, AnUpdateChangesWhatItNamesAndShowsNoValue) {
  v1::SetSecretRequest set = Set("s", "x");
  (*set.mutable_tags()->mutable_values())["old"] = "1";
  set.set_content_type("a");
  MustSet(set);
  env_.AdvanceBy(absl::Seconds(5));
  v1::UpdateSecretRequest update = Of<v1::UpdateSecretRequest>("s");
  update.mutable_attributes()->set_enabled(false);
  v1::SecretBundle bundle;
  LAZULI_ASSERT_OK(service_.UpdateSecret(env_.Context(), update, &bundle));
  EXPECT_FALSE(bundle.has_value());
  EXPECT_FALSE(bundle.attributes().enabled());
  EXPECT_EQ(bundle.content_type(), "a");
  EXPECT_EQ(bundle.tags().values().size(), 1u);
  EXPECT_EQ(bundle.attributes().updated().seconds(), bundle.attributes().created().seconds() + 5);
  update = Of<v1::UpdateSecretRequest>("s");
  update.mutable_attributes()->set_enabled(true);
  update.set_content_type("b");
  update.mutable_tags();
  LAZULI_ASSERT_OK(service_.UpdateSecret(env_.Context(), update, &bundle));
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::SecretBundle got, Get("s"));
  EXPECT_EQ(got.value(), "x");
  EXPECT_EQ(got.content_type(), "b");
  EXPECT_EQ(got.tags().values().size(), 0u);
}

// Shows: Secrets/GetSecrets, Secrets/GetSecretVersions
TEST_F(SecretsServiceTest, ListsShowIdsAndNoValues) {
  MustSet(Set("b", "top secret"));
  MustSet(Set("a", "top secret"));
  MustSet(Set("a", "top secret"));
  v1::GetSecretsRequest request;
  request.set_vault_name("kv1");
  request.set_maxresults(1);
  v1::SecretListResult page;
  LAZULI_ASSERT_OK(service_.GetSecrets(env_.Context(), request, &page));
  ASSERT_EQ(page.value_size(), 1);
  EXPECT_EQ(page.value(0).id(), "https://kv1.vault.azure.net/secrets/a");
  request.set_skip_token(page.next_link());
  LAZULI_ASSERT_OK(service_.GetSecrets(env_.Context(), request, &page));
  EXPECT_EQ(page.value(1).id(), "https://kv1.vault.azure.net/secrets/b");
  v1::SecretListResult versions;
  LAZULI_ASSERT_OK(
      service_.GetSecretVersions(env_.Context(), Of<v1::GetSecretVersionsRequest>("a"), &versions));
  ASSERT_EQ(versions.value_size(), 2);
  EXPECT_THAT(versions.value(0).id(), HasSubstr("/secrets/a/"));
  request.set_maxresults(26);
  EXPECT_EQ(Refusal(service_.GetSecrets(env_.Context(), request, &page)),
            "400 BadParameter maxresults");
}

// Shows: Secrets/DeleteSecret, Secrets/GetDeletedSecret, Secrets/GetDeletedSecrets,
// Secrets/RecoverDeletedSecret, Secrets/PurgeDeletedSecret
TEST_F(SecretsServiceTest, ADeletedSecretIsKeptRecoveredAndPurged) {
  const v1::SecretBundle set = MustSet(Set("s", "x"));
  v1::DeletedSecretBundle deleted;
  LAZULI_ASSERT_OK(Delete("s", &deleted));
  EXPECT_EQ(deleted.recovery_id(), "https://kv1.vault.azure.net/deletedsecrets/s");
  EXPECT_EQ(deleted.id(), set.id());
  EXPECT_EQ(deleted.scheduled_purge_date().seconds() - deleted.deleted_date().seconds(),
            90 * 86'400);
  EXPECT_EQ(Refusal(Get("s").status()), "404 SecretNotFound");
  v1::SecretBundle bundle;
  EXPECT_EQ(Refusal(service_.SetSecret(env_.Context(), Set("s", "y"), &bundle)),
            "409 Conflict/ObjectIsDeletedButRecoverable");
  v1::GetSecretsRequest list;
  list.set_vault_name("kv1");
  v1::DeletedSecretListResult page;
  LAZULI_ASSERT_OK(service_.GetDeletedSecrets(env_.Context(), list, &page));
  ASSERT_EQ(page.value_size(), 1);
  EXPECT_EQ(page.value(0).id(), "https://kv1.vault.azure.net/secrets/s");
  const auto name = Of<v1::SecretNameRequest>("s");
  LAZULI_ASSERT_OK(service_.GetDeletedSecret(env_.Context(), name, &deleted));
  LAZULI_ASSERT_OK(service_.RecoverDeletedSecret(env_.Context(), name, &bundle));
  EXPECT_FALSE(bundle.has_value());
  EXPECT_EQ(Get("s")->value(), "x");
  EXPECT_EQ(Refusal(service_.RecoverDeletedSecret(env_.Context(), name, &bundle)),
            "400 MethodNotAllowed/RequestNotAllowedOnNonDeletedObject");
  LAZULI_ASSERT_OK(Delete("s", &deleted));
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.PurgeDeletedSecret(env_.Context(), name, &empty));
  EXPECT_EQ(Refusal(service_.PurgeDeletedSecret(env_.Context(), name, &empty)),
            "404 SecretNotFound");
  MustSet(Set("s", "again"));
}

// Shows: Secrets/BackupSecret, Secrets/RestoreSecret
TEST_F(SecretsServiceTest, ABackupHoldsAllVersionsAndNothingLegible) {
  const v1::SecretBundle first = MustSet(Set("s", "legible one"));
  MustSet(Set("s", "legible two"));
  const std::string blob = Backup("s");
  EXPECT_THAT(blob, Not(HasSubstr("legible")));
  EXPECT_EQ(Refusal(Restore("kv1", blob).status()), "409 Conflict");
  env_.CreateVault("kv2");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::SecretBundle restored, Restore("kv2", blob));
  EXPECT_FALSE(restored.has_value());
  EXPECT_THAT(restored.id(), HasSubstr("https://kv2.vault.azure.net/secrets/s/"));
  v1::GetSecretRequest get;
  get.set_vault_name("kv2");
  get.set_secret_name("s");
  get.set_secret_version(first.id().substr(first.id().rfind('/') + 1));
  v1::SecretBundle bundle;
  LAZULI_ASSERT_OK(service_.GetSecret(env_.Context(), get, &bundle));
  EXPECT_EQ(bundle.value(), "legible one");
}

// "Back up a secret": up to 500 past versions. What is given out can be brought back.
TEST_F(SecretsServiceTest, ABackupOfAsManyVersionsAsItHoldsComesBackAndOneMoreIsRefused) {
  env_.CreateVault("kv2");
  for (size_t i = 0; i < limits::keyvault::kMaxBackupVersions; ++i) MustSet(Set("s", "x"));
  LAZULI_EXPECT_OK(Restore("kv2", Backup("s")).status());
  MustSet(Set("s", "x"));
  EXPECT_EQ(Refusal(TryBackup("s").status()), "400 BadParameter secret_name");
}

TEST_F(SecretsServiceTest, ABackupIsNoLargerThanTheRequestThatRestoresIt) {
  env_.CreateVault("kv2");
  const std::string large(limits::keyvault::kMaxSecretSize, 'x');
  const size_t surely = limits::keyvault::kMaxBackupBytes / (large.size() + 512);
  for (size_t i = 0; i < surely; ++i) MustSet(Set("s", large));
  absl::StatusOr<std::string> blob = TryBackup("s");
  LAZULI_ASSERT_OK(blob.status());
  std::string largest;
  for (; blob.ok(); blob = TryBackup("s")) {
    largest = *blob;
    MustSet(Set("s", large));
  }
  EXPECT_EQ(Refusal(blob.status()), "400 BadParameter secret_name");
  EXPECT_GT(largest.size() + large.size() + 512, limits::keyvault::kMaxBackupBytes);
  EXPECT_LE(absl::StrCat(R"({"value":")", Base64UrlEncode(largest), R"("})").size(),
            limits::kMaxRequestBytes);
  LAZULI_EXPECT_OK(Restore("kv2", largest).status());
}

TEST_F(SecretsServiceTest, ForeignAndSpoiledBackupsAreRefused) {
  MustSet(Set("s", "x"));
  env_.CreateVault("kv2");
  std::string blob = Backup("s");
  EXPECT_EQ(Refusal(Restore("kv2", "no backup").status()).substr(0, 16), "400 BadParameter");
  blob.back() = static_cast<char>(blob.back() ^ 1);
  EXPECT_EQ(Refusal(Restore("kv2", blob).status()).substr(0, 16), "400 BadParameter");
}

}  // namespace
}  // namespace lazuli::keyvault
