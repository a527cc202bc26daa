// File: emulator/authorization/key_vault_authorizer.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_

#include "emulator/dispatch/gatekeeper.h"
#include "keyvault/access_control.h"

namespace lazuli::emulator {

// The data plane of Key Vault: the vault itself decides. Thread safe.
class KeyVaultAuthorizer final : public Authorizer {
 public:
  // `access_control` outlives this.
  explicit KeyVaultAuthorizer(const keyvault::AccessControl* access_control)
      : access_control_(access_control) {}

  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const override;

 private:
  const keyvault::AccessControl* const access_control_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_
