// File: emulator/identity/well_known.h
//
// What exists in every Lazuli at start, known to everybody as other emulators' well-known accounts
// are, and the audiences of the services that are emulated.
#ifndef LAZULI_EMULATOR_IDENTITY_WELL_KNOWN_H_
#define LAZULI_EMULATOR_IDENTITY_WELL_KNOWN_H_

#include <array>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

inline constexpr absl::string_view kDefaultTenantId = "11111111-1111-1111-1111-111111111111";
inline constexpr absl::string_view kDefaultSubscriptionId = "22222222-2222-2222-2222-222222222222";

// The administrator: a service principal of the default tenant.
inline constexpr absl::string_view kAdminAppId = "33333333-3333-3333-3333-333333333333";
inline constexpr absl::string_view kAdminObjectId = "44444444-4444-4444-4444-444444444444";
inline constexpr absl::string_view kAdminName = "administrator";
// Protects nothing: whoever listens beyond loopback has to set another.
inline constexpr absl::string_view kWellKnownAdminSecret = "lazuli-local-secret";

// The audience of tokens that serve every plane over gRPC.
inline constexpr absl::string_view kGrpcAudience = "https://lazuli.local";
inline constexpr absl::string_view kKeyVaultAudience = "https://vault.azure.net";
inline constexpr absl::string_view kManagedHsmAudience = "https://managedhsm.azure.net";
inline constexpr absl::string_view kResourceManagerAudience = "https://management.azure.com/";
inline constexpr absl::string_view kBatchAudience = "https://batch.core.windows.net/";

// What the gRPC face accepts: one audience serves all planes there, and so does a token that was
// asked for one of them, with or without the slash at its end.
inline constexpr std::array<absl::string_view, 10> kAllAudiences = {
    kGrpcAudience,
    "https://lazuli.local/",
    kKeyVaultAudience,
    "https://vault.azure.net/",
    kManagedHsmAudience,
    "https://managedhsm.azure.net/",
    kResourceManagerAudience,
    "https://management.azure.com",
    kBatchAudience,
    "https://batch.core.windows.net",
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_WELL_KNOWN_H_
