// File: keyvault/storage/vault_record_conversion.h
//
// Between the states of vaults and their objects and the bytes of their records.
#ifndef LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_
#define LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/certificate_version.h"
#include "keyvault/key_version.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

std::string ToRecord(const VaultNameState& state);
std::string ToRecord(const KeyNameState& state);
std::string ToRecord(const KeyVersion& version);
std::string ToRecord(const SecretNameState& state);
std::string ToRecord(const SecretVersion& version);
std::string ToRecord(const CertificateNameState& state);
std::string ToRecord(const CertificateVersion& version);

// DATA_LOSS, saying why without what the record says, for bytes that ToRecord did not make.
absl::StatusOr<VaultNameState> VaultFromRecord(absl::string_view bytes);
template <typename Traits>
absl::StatusOr<ObjectNameState<Traits>> NameFromRecord(absl::string_view bytes);
// Without the names, which are its object's to tell.
template <typename Traits>
absl::StatusOr<typename Traits::Version> VersionFromRecord(absl::string_view bytes);
template <>
absl::StatusOr<KeyVersion> VersionFromRecord<KeyTraits>(absl::string_view bytes);
template <>
absl::StatusOr<SecretVersion> VersionFromRecord<SecretTraits>(absl::string_view bytes);
template <>
absl::StatusOr<CertificateVersion> VersionFromRecord<CertificateTraits>(absl::string_view bytes);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_STORAGE_VAULT_RECORD_CONVERSION_H_
