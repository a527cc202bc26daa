#include "emulator/authorization/vault_limiter.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "emulator/authorization/request_fields.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/permission.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"
#include "proto/keys.pb.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;
using keyvault::Permission;
using keyvault::ThrottleCost;
using keyvault::ThrottleGroup;
using keyvault::crypto::KeyType;

namespace {

bool IsHsmName(v1::JsonWebKeyType type) {
  return type == v1::JSON_WEB_KEY_TYPE_RSA_HSM || type == v1::JSON_WEB_KEY_TYPE_EC_HSM ||
         type == v1::JSON_WEB_KEY_TYPE_OCT_HSM;
}

// The kind of key that a request makes, of which only the hardware counts.
std::optional<KeyType> TypeToMake(const Message& request) {
  bool is_hsm = false;
  if (const auto* create = DynamicCastToGenerated<v1::CreateKeyRequest>(&request)) {
    is_hsm = IsHsmName(create->kty());
  } else if (const auto* import = DynamicCastToGenerated<v1::ImportKeyRequest>(&request)) {
    is_hsm = import->hsm() || IsHsmName(import->key().kty());
  } else {
    return std::nullopt;
  }
  return is_hsm ? KeyType::kRsaHsm : KeyType::kRsa;
}

// Release shares the limit of creations; the others make versions.
bool IsCreation(Permission permission) {
  return permission == Permission::kCreate || permission == Permission::kImport ||
         permission == Permission::kRotate || permission == Permission::kRestore ||
         permission == Permission::kRelease;
}

}  // namespace

ThrottleCost VaultLimiter::CostOf(const Method& method, const Message& request,
                                  const CallContext& ctx) const {
  const auto kind = keyvault::ParsePermissionKind(
      method.descriptor->service()->options().GetExtension(v1::service).objects());
  if (!kind.has_value()) return {};
  const auto permission = keyvault::ParsePermission(*kind, method.rule.permission());
  if (!permission.has_value()) return {};
  if (*kind != keyvault::PermissionKind::kKeys) {
    const bool makes_secret = *permission == Permission::kSet;
    return {makes_secret ? ThrottleGroup::kSecretCreation : ThrottleGroup::kOthers, 1};
  }
  const bool is_creation = IsCreation(*permission);
  if (const std::optional<KeyType> type = TypeToMake(request)) {
    return keyvault::CostOfKey(is_creation, *type, 0);
  }
  const auto vault = vaults_->FindLive(StringField(request, "vault_name"), ctx.name_space);
  if (!vault.ok()) return keyvault::CostOfKey(is_creation, KeyType::kRsa, 0);
  const auto key =
      (*vault)->FindKey(StringField(request, "key_name"), StringField(request, "key_version"));
  if (!key.ok()) return keyvault::CostOfKey(is_creation, KeyType::kRsa, 0);
  const bool has_bits = keyvault::crypto::MaterialType((*key)->type) == KeyType::kRsa;
  return keyvault::CostOfKey(is_creation, (*key)->type,
                             has_bits ? (*key)->material->rsa_bits() : 0);
}

absl::Status VaultLimiter::Admit(const Method& method, const Message& request,
                                 const CallContext& ctx) {
  if (method.plane != v1::PLANE_KEY_VAULT_DATA || !throttle_->is_enabled()) {
    return absl::OkStatus();
  }
  const auto vault = vaults_->Describe(StringField(request, "vault_name"), ctx.name_space);
  if (!vault.ok()) return absl::OkStatus();
  return throttle_->Admit((*vault)->arm_id, (*vault)->address.subscription_id,
                          CostOf(method, request, ctx), ctx.now);
}

}  // namespace lazuli::emulator
