// File: batch/key_identifier.h
//
// https://{vault}.vault.azure.net/keys/{name}[/{version}], parsed once.
#ifndef LAZULI_BATCH_KEY_IDENTIFIER_H_
#define LAZULI_BATCH_KEY_IDENTIFIER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::batch {

// A value. Compares by vault and name without regard to case.
struct KeyIdentifier {
  std::string vault_name;  // lower case
  std::string key_name;
  std::string key_version;  // empty: follows the latest version
  std::string text;         // as the caller spelled it, but for the port

  bool versionless() const { return key_version.empty(); }
  // The same key at one version.
  KeyIdentifier WithVersion(absl::string_view version) const;

  // INVALID_ARGUMENT when `text` is no such URL. A port after the host name is allowed,
  // and dropped: it is that of one run of the emulator.
  static absl::StatusOr<KeyIdentifier> Parse(absl::string_view text);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_KEY_IDENTIFIER_H_
