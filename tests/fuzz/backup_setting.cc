#include "tests/fuzz/backup_setting.h"

#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/pkcs8.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {
namespace {

constexpr char kPkcs8[] =
    "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"
    "0000000000000000000000000000000000000000000000000000000000000001";

constexpr char kCertificate[] =
    "MIIBATCBqAIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFrMCAXDTI2MTEyMjE5MDMzMloYDzIxMjYxMDI5MTkwMz"
    "MyWjAMMQowCAYDVQQDDAFrMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg"
    "9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9TAKBggqhkjOPQQDAgNIADBFAiEAhKhs95r9n9"
    "hIJhKulxxNIyBMEvYwnAwZ0XyPks4LWfACIGa2dJ3ZkwEQcC19HdY9pQwYNcZ1Ocv8ZwEGYdy4Y3gj";

}  // namespace

const keyvault::BackupSealer& FixedSealer() {
  static const keyvault::BackupSealer* const sealer = [] {
    auto* const made = new keyvault::BackupSealer;
    Check(made->SetRootKey(SecureBytes(std::string(32, 'r'))), "a key of that length is one");
    return made;
  }();
  return *sealer;
}

const keyvault::VaultRecord& FixedVault() {
  static const keyvault::VaultRecord* const vault = [] {
    auto* const made = new keyvault::VaultRecord;
    made->address = {"subscription", "group", "vault"};
    made->location = "westeurope";
    return made;
  }();
  return *vault;
}

const keyvault::crypto::KeyMaterial::Ptr& FixedKey() {
  static const auto* const key = [] {
    const auto material = keyvault::crypto::FromPkcs8(*HexDecode(kPkcs8));
    Check(material.ok(), "a private key can be read");
    return new keyvault::crypto::KeyMaterial::Ptr(*material);
  }();
  return *key;
}

const std::string& FixedCertificate() {
  static const auto* const certificate = new std::string(Base64Decode(kCertificate).value());
  return *certificate;
}

}  // namespace lazuli::fuzz
