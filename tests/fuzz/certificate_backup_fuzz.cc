// Backups of certificates, with the keys and secrets behind them: nothing but what was sealed is
// opened, and what was sealed is read with care.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/secure_bytes.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/backup/certificate_backup.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/key_version.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "tests/fuzz/backup_setting.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using keyvault::CertificateCopy;
using keyvault::ObjectKind;

constexpr absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

// Adds a version, which becomes the latest.
template <typename Traits>
void AddVersion(typename Traits::Version version, keyvault::ObjectCopy<Traits>* copy) {
  copy->name = "certificate";
  copy->latest = std::string(32, 'a');
  version.version = copy->latest;
  copy->versions.push_back(std::make_shared<const typename Traits::Version>(std::move(version)));
}

// Of one version, which is issued, or waits for that.
CertificateCopy Copy(bool is_issued) {
  keyvault::CertificatePolicyInput input;
  input.issuer = is_issued ? "Self" : "Unknown";
  input.subject = "CN=k";
  input.key_type = keyvault::crypto::KeyType::kEc;
  input.content_type = "application/x-pem-file";
  const auto policy = keyvault::MakeCertificatePolicy(input, kNow);
  Check(policy.ok(), "that is a policy");
  CertificateCopy copy;
  copy.certificate.data.policy = *policy;
  if (!is_issued) {
    keyvault::CertificateRequest& request = copy.certificate.data.request.emplace();
    request.request_id = "request";
    request.csr = "csr";
    request.key = FixedKey();
    AddVersion({}, &copy.certificate);
    return copy;
  }
  auto issued = keyvault::AssembleCertificate(*policy, {FixedCertificate()}, FixedKey(),
                                              {true, keyvault::TagMap{{"name", "value"}}});
  Check(issued.ok(), "a certificate of that key can be put together");
  AddVersion(std::move(issued->certificate), &copy.certificate);
  AddVersion(std::move(issued->key), &copy.key);
  AddVersion(std::move(issued->secret), &copy.secret);
  return copy;
}

std::string Blob(bool is_issued) {
  return keyvault::SealCertificate(FixedSealer(), FixedVault(), Copy(is_issued)).value();
}

const std::string& TheBlob() {
  static const std::string* const blob = new std::string(Blob(/*is_issued=*/true));
  return *blob;
}

// What is in it: the same in every run, which the blob is not.
std::string ContentsOf(absl::string_view blob) {
  const auto contents =
      FixedSealer().Open(ObjectKind::kCertificate, keyvault::BackupScopeOf(FixedVault()), blob);
  Check(contents.has_value(), "what was sealed opens");
  return std::string(contents->view());
}

template <typename Traits>
bool Has(const keyvault::ObjectCopy<Traits>& copy, const std::string& version) {
  return std::any_of(copy.versions.begin(), copy.versions.end(),
                     [&version](const auto& own) { return own->version == version; });
}

void CheckCopy(const CertificateCopy& copy) {
  Check(Has(copy.certificate, copy.certificate.latest), "a backup has its latest version");
  bool is_issued = false;
  for (const auto& version : copy.certificate.versions) {
    if (!version->is_issued()) continue;
    is_issued = true;
    Check(Has(copy.key, version->version), "each issued version has a key");
    Check(Has(copy.secret, version->version), "each issued version has a secret");
  }
  Check(is_issued != copy.key.versions.empty(), "there are no keys without certificates");
  Check(is_issued != copy.secret.versions.empty(), "there are no secrets without certificates");
  for (const auto& key : copy.key.versions) Check(key->material != nullptr, "a key is whole");
  for (const auto& secret : copy.secret.versions) {
    Check(secret->value != nullptr, "a secret is whole");
  }
  const auto& request = copy.certificate.data.request;
  Check(!request.has_value() || !request->is_in_progress() || request->key != nullptr,
        "a request that can be answered has its key");
}

}  // namespace

std::vector<std::string> Seeds() {
  return {ContentsOf(TheBlob()), ContentsOf(Blob(/*is_issued=*/false)),
          // What changes nothing.
          std::string(64, '\0')};
}

std::vector<std::string> Dictionary() {
  return {std::string(keyvault::BackupPrefix(ObjectKind::kCertificate)),
          std::string(keyvault::BackupPrefix(ObjectKind::kKey)),
          std::string(32, 'a'),
          "\x0a\x0b"
          "certificate",
          "\x12\x20",
          "\x1a\x00"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using lazuli::fuzz::Check;
  const keyvault::BackupSealer& sealer = lazuli::fuzz::FixedSealer();
  const keyvault::VaultRecord& vault = lazuli::fuzz::FixedVault();
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string spoiled = lazuli::fuzz::Spoiled(lazuli::fuzz::TheBlob(), data, size);
  for (const absl::string_view blob : {absl::string_view(spoiled), input}) {
    const auto opened = keyvault::OpenCertificate(sealer, vault, blob);
    Check(opened.ok() == (blob == lazuli::fuzz::TheBlob()), "only what was sealed opens");
  }
  // As if somebody had the key.
  const keyvault::BackupScope scope = keyvault::BackupScopeOf(vault);
  const auto forged = keyvault::OpenCertificate(
      sealer, vault, sealer.Seal(keyvault::ObjectKind::kCertificate, scope, input));
  if (!forged.ok()) return 0;
  lazuli::fuzz::CheckCopy(*forged);
  // It is backed up as it is, and that is the same again.
  const auto blob = keyvault::SealCertificate(sealer, vault, *forged);
  if (!blob.ok()) return 0;
  const auto again = keyvault::OpenCertificate(sealer, vault, *blob);
  Check(again.ok(), "what was restored can be backed up and restored once more");
  Check(again->certificate.versions.size() == forged->certificate.versions.size() &&
            again->key.versions.size() == forged->key.versions.size(),
        "it has as many versions");
  return 0;
}
