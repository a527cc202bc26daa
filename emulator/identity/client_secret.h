// File: emulator/identity/client_secret.h
//
// A client secret as it rests: salted and hashed, so that no memory image or snapshot shows it.
#ifndef LAZULI_EMULATOR_IDENTITY_CLIENT_SECRET_H_
#define LAZULI_EMULATOR_IDENTITY_CLIENT_SECRET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Immutable, thread safe, copyable.
class ClientSecret {
 public:
  // Matches nothing.
  ClientSecret() = default;
  // Salts with 16 random bytes. The secrets that Lazuli makes have 240 bits, which no slow hash
  // needs to stretch; one that a caller chose is the caller's business.
  explicit ClientSecret(absl::string_view secret);

  // What salt() and hash() gave; nullopt for what they cannot have given.
  static std::optional<ClientSecret> FromStored(absl::string_view salt, absl::string_view hash);

  // For storing. Both empty: matches nothing.
  const std::string& salt() const { return salt_; }
  const std::string& hash() const { return hash_; }

  // In time that does not depend on how much of it is right.
  bool Matches(absl::string_view secret) const;

  // A new secret: 40 characters of base64url, from the secure source.
  static std::string Generate();

 private:
  std::string salt_;
  std::string hash_;  // SHA-256 of salt and secret; empty: matches nothing
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_CLIENT_SECRET_H_
