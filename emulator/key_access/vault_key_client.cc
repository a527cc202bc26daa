#include "emulator/key_access/vault_key_client.h"

#include <utility>

#include "base/call_context.h"
#include "base/status_macros.h"
#include "emulator/dispatch/errors.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/key_access/errors.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/permission.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using keyvault::KeyOperation;
using keyvault::KeyVersionPtr;
using keyvault::crypto::EncryptionAlgorithm;

namespace {

// The algorithm with which a data key is wrapped.
constexpr EncryptionAlgorithm kWrapAlgorithm = EncryptionAlgorithm::kRsaOaep256;

// What each use of a key asks for: the operation as the API names it, the permission of an access
// policy, and the data action of a role.
struct Need {
  absl::string_view operation;
  absl::string_view permission;
  absl::string_view data_action;
};
constexpr Need kGet = {"GetKey", "get", "Microsoft.KeyVault/vaults/keys/read"};
constexpr Need kWrap = {"WrapKey", "wrapKey", "Microsoft.KeyVault/vaults/keys/wrap/action"};
constexpr Need kUnwrap = {"UnwrapKey", "unwrapKey", "Microsoft.KeyVault/vaults/keys/unwrap/action"};

keyvault::AccessQuestion QuestionOf(const batch::KeyIdentifier& key, const Need& need) {
  return {.vault_name = key.vault_name,
          .kind = keyvault::PermissionKind::kKeys,
          .object_name = key.key_name,
          .object_version = key.key_version,
          .permission = need.permission,
          .data_action = need.data_action};
}

Need NeedOf(KeyOperation operation) {
  return operation == KeyOperation::kWrapKey ? kWrap : kUnwrap;
}

}  // namespace

absl::StatusOr<CallContext> VaultKeyClient::ContextOf(const batch::ManagedIdentity& as,
                                                      absl::Time now) const {
  const Principal::Ptr principal = directory_->FindByObjectId(as.principal_id);
  if (principal == nullptr) return IdentityGoneError(as.principal_id);
  CallContext ctx;
  ctx.caller = Caller{.tenant_id = principal->tenant_id,
                      .object_id = principal->object_id,
                      .app_id = principal->app_id,
                      .issuer = IssuerOf(principal->tenant_id),
                      .name = principal->display_name,
                      .shared_key_account_id = {}};
  // Batch is one of the services that a vault's firewall lets pass with bypass AzureServices.
  ctx.trusted_service = true;
  ctx.name_space = NameSpace(as);
  ctx.now = now;
  return ctx;
}

absl::Status VaultKeyClient::Strike(const CallContext& ctx, absl::string_view operation,
                                    const batch::KeyIdentifier& key) const {
  if (faults_ == nullptr || !faults_->is_armed()) return absl::OkStatus();
  const StruckCall call = {.service = "Keys",
                           .operation = operation,
                           .plane = v1::PLANE_KEY_VAULT_DATA,
                           .vault = key.vault_name,
                           .key = key.key_name,
                           .version = key.key_version,
                           .account = {},
                           .caller = &ctx.caller,
                           .is_own = true};
  Fault fault = faults_->Strike(call, ctx.now);
  // Using a key changes nothing: it is the same to whoever asks when the answer was lost.
  return fault.loses_answer ? ConnectionDroppedError() : std::move(fault.answer);
}

absl::StatusOr<batch::VaultDescription> VaultKeyClient::DescribeVault(
    const batch::ManagedIdentity& as, const batch::KeyIdentifier& key, absl::Time) const {
  LAZULI_ASSIGN_OR_RETURN(const keyvault::VaultRecordPtr vault,
                          vaults_->Describe(key.vault_name, NameSpace(as)));
  return batch::VaultDescription{vault->settings.tenant_id, vault->settings.soft_delete,
                                 vault->settings.purge_protection};
}

absl::StatusOr<KeyVersionPtr> VaultKeyClient::Get(const CallContext& ctx,
                                                  const batch::KeyIdentifier& key) const {
  LAZULI_RETURN_IF_ERROR(access_control_->Authorize(ctx, QuestionOf(key, kGet)));
  LAZULI_RETURN_IF_ERROR(Strike(ctx, kGet.operation, key));
  LAZULI_ASSIGN_OR_RETURN(const keyvault::VaultPtr vault,
                          vaults_->FindLive(key.vault_name, ctx.name_space));
  return vault->FindKey(key.key_name, key.key_version);
}

absl::StatusOr<KeyVersionPtr> VaultKeyClient::KeyFor(const CallContext& ctx,
                                                     const batch::KeyIdentifier& key,
                                                     KeyOperation operation) const {
  const Need need = NeedOf(operation);
  LAZULI_RETURN_IF_ERROR(access_control_->Authorize(ctx, QuestionOf(key, need)));
  LAZULI_RETURN_IF_ERROR(Strike(ctx, need.operation, key));
  return access_control_->ResolveKeyForUse(ctx, key.vault_name, key.key_name, key.key_version,
                                           operation);
}

absl::StatusOr<batch::KeyDescription> VaultKeyClient::GetKey(const batch::ManagedIdentity& as,
                                                             const batch::KeyIdentifier& key,
                                                             absl::Time now) const {
  LAZULI_ASSIGN_OR_RETURN(const CallContext ctx, ContextOf(as, now));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, Get(ctx, key));
  batch::KeyDescription description;
  description.kid = version->kid;
  description.version = version->version;
  description.key_type = std::string(keyvault::crypto::KeyTypeName(version->type));
  description.rsa_bits = version->material->rsa_bits();
  for (const KeyOperation operation : version->key_ops) {
    description.key_ops.emplace_back(keyvault::KeyOperationName(operation));
  }
  description.enabled = version->attributes.enabled;
  description.not_before = version->attributes.not_before;
  description.expires = version->attributes.expires;
  return description;
}

absl::Status VaultKeyClient::CheckAccess(const batch::ManagedIdentity& as,
                                         const batch::KeyIdentifier& key, absl::Time now) const {
  LAZULI_ASSIGN_OR_RETURN(const CallContext ctx, ContextOf(as, now));
  LAZULI_RETURN_IF_ERROR(Get(ctx, key).status());
  LAZULI_RETURN_IF_ERROR(KeyFor(ctx, key, KeyOperation::kWrapKey).status());
  return KeyFor(ctx, key, KeyOperation::kUnwrapKey).status();
}

absl::StatusOr<batch::WrappedKey> VaultKeyClient::WrapKey(const batch::ManagedIdentity& as,
                                                          const batch::KeyIdentifier& key,
                                                          const SecureBytes& data_key,
                                                          absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const CallContext ctx, ContextOf(as, now));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, KeyFor(ctx, key, KeyOperation::kWrapKey));
  LAZULI_ASSIGN_OR_RETURN(
      std::string ciphertext,
      engine_->Encrypt(*version->material, version->kid, kWrapAlgorithm, data_key.view()));
  return batch::WrappedKey{version->kid, std::move(ciphertext)};
}

absl::StatusOr<SecureBytes> VaultKeyClient::UnwrapKey(const batch::ManagedIdentity& as,
                                                      const batch::WrappedKey& wrapped,
                                                      absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const batch::KeyIdentifier key, batch::KeyIdentifier::Parse(wrapped.kid));
  LAZULI_ASSIGN_OR_RETURN(const CallContext ctx, ContextOf(as, now));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, KeyFor(ctx, key, KeyOperation::kUnwrapKey));
  return engine_->Decrypt(*version->material, version->kid, kWrapAlgorithm, wrapped.ciphertext);
}

}  // namespace lazuli::emulator
