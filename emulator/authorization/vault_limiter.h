// File: emulator/authorization/vault_limiter.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_VAULT_LIMITER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_VAULT_LIMITER_H_

#include "absl/status/status.h"
#include "emulator/dispatch/gatekeeper.h"
#include "keyvault/throttle.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// Counts the transactions of Key Vault's data plane, by what they do and with which key. Thread
// safe.
class VaultLimiter final : public CallLimiter {
 public:
  // Both outlive this.
  VaultLimiter(keyvault::Throttle* throttle, const keyvault::VaultRegistry* vaults)
      : throttle_(throttle), vaults_(vaults) {}

  absl::Status Admit(const Method& method, const google::protobuf::Message& request,
                     const CallContext& ctx) override;

 private:
  keyvault::ThrottleCost CostOf(const Method& method, const google::protobuf::Message& request,
                                const CallContext& ctx) const;

  keyvault::Throttle* const throttle_;
  const keyvault::VaultRegistry* const vaults_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_VAULT_LIMITER_H_
