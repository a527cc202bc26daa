// Backups of keys: nothing but what was sealed is opened, and what was sealed is read with care.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_version.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_traits.h"
#include "tests/fuzz/backup_setting.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using keyvault::KeyTraits;
using keyvault::ObjectKind;

std::string Blob() {
  auto version = std::make_shared<keyvault::KeyVersion>();
  version->type = keyvault::crypto::KeyType::kEc;
  version->version = std::string(32, 'a');
  version->tags = keyvault::TagMap{{"name", "value"}};
  version->material = FixedKey();
  keyvault::ObjectCopy<KeyTraits> copy;
  copy.name = "key";
  copy.latest = version->version;
  copy.versions.push_back(version);
  return SealCopy<KeyTraits>(FixedSealer(), FixedVault(), copy).value();
}

const std::string& TheBlob() {
  static const std::string* const blob = new std::string(Blob());
  return *blob;
}

}  // namespace

std::vector<std::string> Seeds() {
  const auto contents =
      FixedSealer().Open(ObjectKind::kKey, keyvault::BackupScopeOf(FixedVault()), TheBlob());
  Check(contents.has_value(), "what was sealed opens");
  // What is in it, and what changes nothing about it.
  return {std::string(contents->view()), std::string(64, '\0')};
}

std::vector<std::string> Dictionary() {
  return {std::string(keyvault::BackupPrefix(ObjectKind::kKey)),
          std::string(keyvault::BackupPrefix(ObjectKind::kSecret)), "\x0a\x03key", "\x12\x20"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using lazuli::fuzz::Check;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string spoiled = lazuli::fuzz::Spoiled(lazuli::fuzz::TheBlob(), data, size);
  for (const absl::string_view blob : {absl::string_view(spoiled), input}) {
    const auto opened = keyvault::OpenCopy<keyvault::KeyTraits>(lazuli::fuzz::FixedSealer(),
                                                                lazuli::fuzz::FixedVault(), blob);
    Check(opened.ok() == (blob == lazuli::fuzz::TheBlob()), "only what was sealed opens");
  }
  // As if somebody had the key.
  const std::string blob = lazuli::fuzz::FixedSealer().Seal(
      keyvault::ObjectKind::kKey, keyvault::BackupScopeOf(lazuli::fuzz::FixedVault()), input);
  const auto forged = keyvault::OpenCopy<keyvault::KeyTraits>(lazuli::fuzz::FixedSealer(),
                                                              lazuli::fuzz::FixedVault(), blob);
  if (!forged.ok()) return 0;
  Check(!forged->versions.empty(), "a backup has versions");
  for (const auto& version : forged->versions)
    Check(version->material != nullptr, "each has a key");
  return 0;
}
