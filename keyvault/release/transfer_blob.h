// File: keyvault/release/transfer_blob.h
//
// "key_hsm": a private key wrapped for another, as JSON. It brings a key of one's own into a vault
// and takes a released one out. Key Vault documentation, "Bring your own key specification": key
// transfer blob.
#ifndef LAZULI_KEYVAULT_RELEASE_TRANSFER_BLOB_H_
#define LAZULI_KEYVAULT_RELEASE_TRANSFER_BLOB_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/crypto/key_transport.h"

namespace lazuli::keyvault {

struct TransferBlob {
  std::string kid;  // of the key that unwraps it
  crypto::KeyTransport transport = crypto::KeyTransport::kCkmRsaAesKeyWrap;
  std::string ciphertext;
  std::string generator;  // who made it; may be empty
};

// {"schema_version":"1.0.0","header":{"kid":..,"alg":"dir","enc":..},"ciphertext":..,"generator":..}
std::string WriteTransferBlob(const TransferBlob& blob);
// BadKeyParameterError("key.key_hsm") for anything but such a text.
absl::StatusOr<TransferBlob> ReadTransferBlob(absl::string_view json);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_TRANSFER_BLOB_H_
