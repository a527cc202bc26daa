// File: emulator/authorization/key_vault_authorizer.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/decision.h"
#include "emulator/dispatch/gatekeeper.h"
#include "keyvault/access_control.h"
#include "keyvault/permission.h"

namespace lazuli::emulator {

// What a call of the method asks for, but for the vault and the object that it is about. INTERNAL
// for a method whose service does not say what kind of objects it is for.
absl::StatusOr<keyvault::AccessQuestion> QuestionOf(const Method& method);
// Whether its URI says an object of the kind that it is about, and a version of one.
bool NamesObject(const Method& method, keyvault::PermissionKind kind);
bool NamesVersion(const Method& method, keyvault::PermissionKind kind);
// OK, or what is wrong with the object's name or version, as the method's URI has them.
absl::Status CheckUri(const Method& method, const keyvault::AccessQuestion& question);

// The data plane of Key Vault: the vault itself decides. Thread safe.
class KeyVaultAuthorizer final : public Authorizer {
 public:
  // `access_control` outlives this.
  explicit KeyVaultAuthorizer(const keyvault::AccessControl* access_control)
      : access_control_(access_control) {}

  absl::string_view TargetOf(const google::protobuf::Message& request) const override;
  absl::Status CheckEntry(absl::string_view target, const CallContext& ctx) const override;
  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const override;
  std::optional<Decision> Explain(const Method& method, const google::protobuf::Message& request,
                                  const CallContext& ctx,
                                  const absl::Status& status) const override;

 private:
  const keyvault::AccessControl* const access_control_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_KEY_VAULT_AUTHORIZER_H_
