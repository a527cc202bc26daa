// Backups of keys: nothing but what was sealed is opened, and what was sealed is read with care.
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_version.h"
#include "keyvault/object_traits.h"
#include "keyvault/vault_record.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using keyvault::BackupKind;
using keyvault::KeyTraits;

// The same sealer in every run, so that what was found once is found again.
const keyvault::BackupSealer& Sealer() {
  static const keyvault::BackupSealer* const sealer = [] {
    auto* const made = new keyvault::BackupSealer;
    Check(made->SetRootKey(SecureBytes(std::string(32, 'r'))), "a key of that length is one");
    return made;
  }();
  return *sealer;
}

const keyvault::VaultRecord& Vault() {
  static const keyvault::VaultRecord* const vault = [] {
    auto* const made = new keyvault::VaultRecord;
    made->address = {"subscription", "group", "vault"};
    made->location = "westeurope";
    return made;
  }();
  return *vault;
}

std::string Blob() {
  auto version = std::make_shared<keyvault::KeyVersion>();
  version->type = keyvault::crypto::KeyType::kEc;
  version->version = std::string(32, 'a');
  version->tags = keyvault::TagMap{{"name", "value"}};
  version->material = *keyvault::crypto::KeyMaterial::GenerateEc(keyvault::crypto::Curve::kP256);
  keyvault::ObjectCopy<KeyTraits> copy;
  copy.name = "key";
  copy.latest = version->version;
  copy.versions.push_back(version);
  return SealCopy<KeyTraits>(Sealer(), BackupKind::kKey, Vault(), copy).value();
}

const std::string& TheBlob() {
  static const std::string* const blob = new std::string(Blob());
  return *blob;
}

}  // namespace

std::vector<std::string> Seeds() {
  const auto contents =
      Sealer().Open(BackupKind::kKey, keyvault::BackupScopeOf(Vault()), TheBlob());
  Check(contents.has_value(), "what was sealed opens");
  return {TheBlob(), std::string(contents->view())};
}

std::vector<std::string> Dictionary() {
  return {std::string(keyvault::BackupPrefix(BackupKind::kKey)),
          std::string(keyvault::BackupPrefix(BackupKind::kSecret)), "\x0a\x03key", "\x12\x20"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using lazuli::fuzz::Check;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const auto opened = keyvault::OpenCopy<keyvault::KeyTraits>(
      lazuli::fuzz::Sealer(), keyvault::BackupKind::kKey, lazuli::fuzz::Vault(), input);
  Check(opened.ok() == (input == lazuli::fuzz::TheBlob()), "only what was sealed opens");
  // As if somebody had the key.
  const std::string blob = lazuli::fuzz::Sealer().Seal(
      keyvault::BackupKind::kKey, keyvault::BackupScopeOf(lazuli::fuzz::Vault()), input);
  const auto forged = keyvault::OpenCopy<keyvault::KeyTraits>(
      lazuli::fuzz::Sealer(), keyvault::BackupKind::kKey, lazuli::fuzz::Vault(), blob);
  if (!forged.ok()) return 0;
  Check(!forged->versions.empty(), "a backup has versions");
  for (const auto& version : forged->versions)
    Check(version->material != nullptr, "each has a key");
  return 0;
}
