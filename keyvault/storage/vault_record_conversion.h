// File: keyvault/storage/vault_record_conversion.h
//
// Between the states of vaults and keys and the bytes of their records.
#ifndef LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_
#define LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/key_version.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

std::string ToRecord(const VaultNameState& state);
std::string ToRecord(const KeyNameState& state);
std::string ToRecord(const KeyVersion& version);

// DATA_LOSS, saying why without what the record says, for bytes that ToRecord did not make.
absl::StatusOr<VaultNameState> VaultFromRecord(absl::string_view bytes);
absl::StatusOr<KeyNameState> KeyFromRecord(absl::string_view bytes);
// Without the names, which are its key's to tell.
absl::StatusOr<KeyVersion> KeyVersionFromRecord(absl::string_view bytes);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_
