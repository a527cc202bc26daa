// File: emulator/cli/trust_store.h
#ifndef LAZULI_EMULATOR_CLI_TRUST_STORE_H_
#define LAZULI_EMULATOR_CLI_TRUST_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// The certificates of `pem` as a trust store for Java: PKCS #12 (RFC 7292) without encryption and
// without a MAC, so that it opens with any password and with none, each certificate marked as
// trusted the way Java marks them. INVALID_ARGUMENT when `pem` holds none.
absl::StatusOr<std::string> MakeTrustStore(absl::string_view pem);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_TRUST_STORE_H_
