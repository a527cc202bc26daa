#include "keyvault/service/vault_keys_service.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/service/rotation_policy_conversion.h"
#include "keyvault/service/vault_conversion.h"
#include "keyvault/vault_record.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kKeyType = "Microsoft.KeyVault/vaults/keys";

// One vault as a caller of the data plane would name it.
struct Target {
  VaultRecordPtr vault;
  CallContext context;
};

// A key as the data plane shows it.
struct KeyView {
  v1::KeyBundle bundle;
  v1::KeyRotationPolicy rotation_policy;
};

template <typename Request>
absl::StatusOr<Target> FindTarget(const VaultRegistry& registry, const CallContext& context,
                                  const Request& request) {
  LAZULI_ASSIGN_OR_RETURN(VaultRecordPtr vault, registry.Get(VaultAddressOf(request)));
  Target target{std::move(vault), context};
  target.context.name_space = target.vault->address.name_space;
  return target;
}

// The last segment of a key identifier, or the one before its version.
std::string LastSegment(absl::string_view kid) {
  return std::string(kid.substr(kid.rfind('/') + 1));
}

void WriteRotation(const v1::KeyRotationPolicy& policy, v1::VaultKeyProperties* properties) {
  // A key without a policy shows one that was never made.
  if (!policy.attributes().has_created()) return;
  v1::KeyRotationPolicy* const shown = properties->mutable_rotation_policy();
  *shown = policy;
  shown->clear_id();
  // Resource Manager has other letters for the types than the data plane.
  for (v1::KeyRotationPolicy::LifetimeAction& action : *shown->mutable_lifetime_actions()) {
    absl::AsciiStrToLower(action.mutable_action()->mutable_type());
  }
}

void WriteProperties(const KeyView& view, const std::string& name, const VaultRecord& vault,
                     v1::VaultKeyProperties* properties) {
  const v1::KeyBundle& bundle = view.bundle;
  const v1::KeyAttributes& from = bundle.attributes();
  v1::VaultKeyAttributes* const attributes = properties->mutable_attributes();
  attributes->set_enabled(from.enabled());
  if (from.has_nbf()) *attributes->mutable_nbf() = from.nbf();
  if (from.has_exp()) *attributes->mutable_exp() = from.exp();
  *attributes->mutable_created() = from.created();
  *attributes->mutable_updated() = from.updated();
  attributes->set_recovery_level(from.recovery_level());
  attributes->set_exportable(from.exportable());
  const v1::JsonWebKey& key = bundle.key();
  properties->set_kty(key.kty());
  *properties->mutable_key_ops() = key.key_ops();
  if (key.has_n()) properties->set_key_size(static_cast<int32_t>(key.n().size() * 8));
  if (key.has_x() && key.has_crv()) properties->set_curve_name(key.crv());
  properties->set_key_uri(KeyId(vault.name(), name));
  properties->set_key_uri_with_version(key.kid());
  if (bundle.has_release_policy()) {
    v1::KeyReleasePolicy* const policy = properties->mutable_release_policy();
    *policy = bundle.release_policy();
    // Resource Manager's has no such member.
    policy->clear_immutable();
  }
  WriteRotation(view.rotation_policy, properties);
}

// `is_version`: as a resource of its own below the key.
void WriteKey(const KeyView& view, const VaultRecord& vault, bool is_version, v1::VaultKey* key) {
  const std::string& kid = view.bundle.key().kid();
  const std::string version = LastSegment(kid);
  const std::string name =
      LastSegment(absl::string_view(kid).substr(0, kid.size() - version.size() - 1));
  key->set_id(absl::StrCat(vault.arm_id, "/keys/", name));
  key->set_name(name);
  key->set_type(std::string(kKeyType));
  if (is_version) {
    key->set_id(absl::StrCat(key->id(), "/versions/", version));
    key->set_name(version);
    key->set_type(absl::StrCat(kKeyType, "/versions"));
  }
  key->set_location(vault.location);
  *key->mutable_tags() = view.bundle.tags().values();
  WriteProperties(view, name, vault, key->mutable_properties());
}

v1::CreateKeyRequest CreationOf(const v1::CreateVaultKeyRequest& request,
                                const VaultRecord& vault) {
  const v1::VaultKeyProperties& properties = request.parameters().properties();
  v1::CreateKeyRequest creation;
  creation.set_vault_name(vault.name());
  creation.set_key_name(request.key_name());
  creation.set_kty(properties.kty());
  if (properties.has_key_size()) creation.set_key_size(properties.key_size());
  if (properties.has_curve_name()) creation.set_crv(properties.curve_name());
  if (properties.has_key_ops()) *creation.mutable_key_ops() = properties.key_ops();
  if (request.parameters().has_tags()) *creation.mutable_tags() = request.parameters().tags();
  const v1::VaultKeyAttributes& from = properties.attributes();
  v1::KeyAttributes* const attributes = creation.mutable_attributes();
  if (from.has_enabled()) attributes->set_enabled(from.enabled());
  if (from.has_nbf()) *attributes->mutable_nbf() = from.nbf();
  if (from.has_exp()) *attributes->mutable_exp() = from.exp();
  if (from.has_exportable()) attributes->set_exportable(from.exportable());
  if (properties.has_release_policy()) {
    *creation.mutable_release_policy() = properties.release_policy();
  }
  return creation;
}

absl::Status ReadRotation(KeysService* keys, const Target& target, const std::string& name,
                          KeyView* view) {
  v1::KeyNameRequest request;
  request.set_vault_name(target.vault->name());
  request.set_key_name(name);
  return keys->GetKeyRotationPolicy(target.context, request, &view->rotation_policy);
}

absl::StatusOr<KeyView> GetView(KeysService* keys, const Target& target, const std::string& name,
                                const std::string& version) {
  v1::GetKeyRequest get;
  get.set_vault_name(target.vault->name());
  get.set_key_name(name);
  if (!version.empty()) get.set_key_version(version);
  KeyView view;
  LAZULI_RETURN_IF_ERROR(keys->GetKey(target.context, get, &view.bundle));
  LAZULI_RETURN_IF_ERROR(ReadRotation(keys, target, name, &view));
  return view;
}

// A key that is not there, with what goes with it.
absl::StatusOr<KeyView> CreateView(KeysService* keys, const Target& target,
                                   const v1::CreateVaultKeyRequest& request) {
  const v1::VaultKeyProperties& properties = request.parameters().properties();
  if (properties.kty() == v1::JSON_WEB_KEY_TYPE_UNSPECIFIED) {
    return MissingVaultPropertyError("properties.kty");
  }
  // Before there is a key.
  if (properties.has_rotation_policy()) {
    LAZULI_RETURN_IF_ERROR(
        ReadRotationPolicy(ReadRotationPolicyInput(properties.rotation_policy())).status());
  }
  KeyView view;
  // Somebody else may be quicker: the vault decides.
  LAZULI_ASSIGN_OR_RETURN(
      const bool made,
      keys->CreateKeyIfNotExist(target.context, CreationOf(request, *target.vault), &view.bundle));
  if (!made || !properties.has_rotation_policy()) {
    LAZULI_RETURN_IF_ERROR(ReadRotation(keys, target, request.key_name(), &view));
    return view;
  }
  v1::UpdateKeyRotationPolicyRequest update;
  update.set_vault_name(target.vault->name());
  update.set_key_name(request.key_name());
  *update.mutable_policy() = properties.rotation_policy();
  LAZULI_RETURN_IF_ERROR(
      keys->UpdateKeyRotationPolicy(target.context, update, &view.rotation_policy));
  return view;
}

}  // namespace

absl::Status VaultKeysService::CreateVaultKeyIfNotExist(const CallContext& context,
                                                        const v1::CreateVaultKeyRequest& request,
                                                        v1::VaultKey* response) {
  LAZULI_ASSIGN_OR_RETURN(const Target target, FindTarget(*registry_, context, request));
  absl::StatusOr<KeyView> view = GetView(keys_, target, request.key_name(), "");
  if (absl::IsNotFound(view.status())) view = CreateView(keys_, target, request);
  if (!view.ok()) return view.status();
  WriteKey(*view, *target.vault, /*is_version=*/false, response);
  return absl::OkStatus();
}

absl::Status VaultKeysService::GetVaultKey(const CallContext& context,
                                           const v1::VaultKeyRequest& request,
                                           v1::VaultKey* response) {
  LAZULI_ASSIGN_OR_RETURN(const Target target, FindTarget(*registry_, context, request));
  LAZULI_ASSIGN_OR_RETURN(const KeyView view, GetView(keys_, target, request.key_name(), ""));
  WriteKey(view, *target.vault, /*is_version=*/false, response);
  return absl::OkStatus();
}

absl::Status VaultKeysService::ListVaultKeys(const CallContext& context,
                                             const v1::ListVaultKeysRequest& request,
                                             v1::ListVaultKeysResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const Target target, FindTarget(*registry_, context, request));
  v1::GetKeysRequest list;
  list.set_vault_name(target.vault->name());
  list.set_skip_token(request.skip_token());
  v1::KeyListResult page;
  LAZULI_RETURN_IF_ERROR(keys_->GetKeys(target.context, list, &page));
  for (const v1::KeyItem& item : page.value()) {
    const absl::StatusOr<KeyView> view = GetView(keys_, target, LastSegment(item.kid()), "");
    // One that was deleted since is no longer of the list.
    if (!view.ok()) continue;
    WriteKey(*view, *target.vault, /*is_version=*/false, response->add_value());
  }
  if (page.has_next_link()) response->set_next_link(page.next_link());
  return absl::OkStatus();
}

absl::Status VaultKeysService::GetVaultKeyVersion(const CallContext& context,
                                                  const v1::VaultKeyVersionRequest& request,
                                                  v1::VaultKey* response) {
  LAZULI_ASSIGN_OR_RETURN(const Target target, FindTarget(*registry_, context, request));
  LAZULI_ASSIGN_OR_RETURN(const KeyView view,
                          GetView(keys_, target, request.key_name(), request.version()));
  WriteKey(view, *target.vault, /*is_version=*/true, response);
  return absl::OkStatus();
}

absl::Status VaultKeysService::ListVaultKeyVersions(const CallContext& context,
                                                    const v1::ListVaultKeyVersionsRequest& request,
                                                    v1::ListVaultKeysResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const Target target, FindTarget(*registry_, context, request));
  v1::GetKeyVersionsRequest list;
  list.set_vault_name(target.vault->name());
  list.set_key_name(request.key_name());
  list.set_skip_token(request.skip_token());
  v1::KeyListResult page;
  LAZULI_RETURN_IF_ERROR(keys_->GetKeyVersions(target.context, list, &page));
  for (const v1::KeyItem& item : page.value()) {
    const absl::StatusOr<KeyView> view =
        GetView(keys_, target, request.key_name(), LastSegment(item.kid()));
    if (!view.ok()) continue;
    WriteKey(*view, *target.vault, /*is_version=*/true, response->add_value());
  }
  if (page.has_next_link()) response->set_next_link(page.next_link());
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
