#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/key_version.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/service/rotation_policy_conversion.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

absl::StatusOr<VaultPtr> FindVault(const VaultRegistry& registry, const CallContext& context,
                                   absl::string_view vault_name, absl::string_view key_name) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(key_name));
  return registry.FindLive(vault_name, context.name_space);
}

}  // namespace

absl::Status KeysService::RotateKey(const CallContext& context, const v1::KeyNameRequest& request,
                                    v1::KeyBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(*registry_, context, request.vault_name(), request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr added,
                          vault->RotateKey(context.now, request.key_name(), context.is_cancelled));
  WriteKeyBundle(*added, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status KeysService::GetKeyRotationPolicy(const CallContext& context,
                                               const v1::KeyNameRequest& request,
                                               v1::KeyRotationPolicy* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(*registry_, context, request.vault_name(), request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr key, vault->FindKey(request.key_name(), ""));
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const RotationPolicy> policy,
                          vault->FindRotationPolicy(request.key_name()));
  WriteRotationPolicy(policy.get(), vault->name(), key->name, response);
  return absl::OkStatus();
}

absl::Status KeysService::UpdateKeyRotationPolicy(const CallContext& context,
                                                  const v1::UpdateKeyRotationPolicyRequest& request,
                                                  v1::KeyRotationPolicy* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(*registry_, context, request.vault_name(), request.key_name()));
  // That there is no such key comes before what is wrong with the policy.
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr key, vault->FindKey(request.key_name(), ""));
  LAZULI_ASSIGN_OR_RETURN(RotationPolicy policy,
                          ReadRotationPolicy(ReadRotationPolicyInput(request.policy())));
  LAZULI_ASSIGN_OR_RETURN(
      const std::shared_ptr<const RotationPolicy> kept,
      vault->SetRotationPolicy(context.now, request.key_name(), std::move(policy)));
  WriteRotationPolicy(kept.get(), vault->name(), key->name, response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
