#include "keyvault/service/keys_service.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/errors.h"
#include "keyvault/key_rules.h"
#include "keyvault/key_type_offer.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/service/page_token.h"
#include "keyvault/service/release_conversion.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

// Creation and import: the vault's kind and tier decide about types of keys and secure key release.
absl::Status CheckVaultOffers(const VaultRecord& vault, crypto::KeyType type, bool exportable,
                              bool has_release_policy) {
  LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(vault, type));
  return CheckNewKeyRelease(type, OffersHardwareKeys(vault), exportable, has_release_policy);
}

// What CreateKey and ImportKey have in common but the material.
template <typename Request>
absl::StatusOr<NewKeyVersion> ReadNewVersion(const Request& request, crypto::KeyType type,
                                             const v1::KeyOperations* key_ops,
                                             absl::string_view key_ops_field,
                                             const VaultRecord& vault) {
  NewKeyVersion version;
  version.type = type;
  version.key_ops = DefaultKeyOperations(type);
  if (key_ops != nullptr) {
    LAZULI_ASSIGN_OR_RETURN(version.key_ops, ReadKeyOperations(*key_ops, key_ops_field));
    LAZULI_RETURN_IF_ERROR(CheckKeyOperationsFit(type, version.key_ops, key_ops_field));
  }
  LAZULI_ASSIGN_OR_RETURN(const ObjectAttributesInput attributes,
                          ReadObjectAttributes(request.attributes()));
  attributes.ApplyTo(&version.attributes);
  LAZULI_RETURN_IF_ERROR(CheckObjectAttributes(version.attributes));
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(version.tags, ReadObjectTags(request.tags()));
  }
  version.exportable = request.attributes().exportable();
  LAZULI_RETURN_IF_ERROR(
      CheckVaultOffers(vault, type, version.exportable, request.has_release_policy()));
  if (request.has_release_policy()) {
    LAZULI_ASSIGN_OR_RETURN(version.release_policy, ReadReleasePolicy(request.release_policy()));
  }
  return version;
}

// Reading of a create request's parameters that go with one type of key only.
struct RsaParameters {
  int bits = crypto::kDefaultRsaBits;
  uint64_t public_exponent = crypto::kDefaultPublicExponent;
};

absl::StatusOr<RsaParameters> ReadRsaParameters(const v1::CreateKeyRequest& request) {
  if (request.has_crv()) return BadKeyParameterError("crv", "It does not go with RSA keys.");
  RsaParameters parameters;
  if (request.has_key_size()) parameters.bits = request.key_size();
  if (request.has_public_exponent()) {
    // A negative one turns into a number far above what is allowed.
    parameters.public_exponent = static_cast<uint64_t>(int64_t{request.public_exponent()});
  }
  return parameters;
}

absl::StatusOr<crypto::Curve> ReadEcParameters(const v1::CreateKeyRequest& request) {
  if (request.has_key_size()) {
    return BadKeyParameterError("key_size", "It does not go with EC keys; crv says the size.");
  }
  if (request.has_public_exponent()) {
    return BadKeyParameterError("public_exponent", "It does not go with EC keys.");
  }
  if (!request.has_crv()) return crypto::Curve::kP256;
  return ReadCurve(request.crv(), "crv");
}

absl::StatusOr<int> ReadSymmetricSize(const v1::CreateKeyRequest& request) {
  if (request.has_crv()) return BadKeyParameterError("crv", "It does not go with symmetric keys.");
  if (request.has_public_exponent()) {
    return BadKeyParameterError("public_exponent", "It does not go with symmetric keys.");
  }
  return request.has_key_size() ? request.key_size() : crypto::kDefaultSymmetricBits;
}

// The type of an imported key. "Hsm" asks for the HSM flavour of what kty names.
absl::StatusOr<crypto::KeyType> ReadImportedType(const v1::ImportKeyRequest& request) {
  const v1::JsonWebKeyType kty = request.key().kty();
  if (request.hsm() && kty == v1::JSON_WEB_KEY_TYPE_OCT) return crypto::KeyType::kOctHsm;
  LAZULI_ASSIGN_OR_RETURN(const crypto::KeyType type, ReadKeyType(kty, "key.kty"));
  if (!request.hsm()) return type;
  switch (crypto::MaterialType(type)) {
    case crypto::KeyType::kRsa:
      return crypto::KeyType::kRsaHsm;
    case crypto::KeyType::kEc:
      return crypto::KeyType::kEcHsm;
    default:
      return type;
  }
}

}  // namespace

absl::Status KeysService::CreateKey(const CallContext& context, const v1::CreateKeyRequest& request,
                                    v1::KeyBundle* response) {
  return Create(context, request, /*only_first=*/false, response).status();
}

absl::StatusOr<bool> KeysService::CreateKeyIfNotExist(const CallContext& context,
                                                      const v1::CreateKeyRequest& request,
                                                      v1::KeyBundle* response) {
  return Create(context, request, /*only_first=*/true, response);
}

absl::StatusOr<bool> KeysService::Create(const CallContext& context,
                                         const v1::CreateKeyRequest& request, bool only_first,
                                         v1::KeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const crypto::KeyType type, ReadKeyType(request.kty(), "kty"));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  LAZULI_ASSIGN_OR_RETURN(
      NewKeyVersion version,
      ReadNewVersion(request, type, request.has_key_ops() ? &request.key_ops() : nullptr, "key_ops",
                     *record));
  const crypto::KeyType material = crypto::MaterialType(type);
  RsaParameters rsa;
  crypto::Curve curve = crypto::Curve::kP256;
  int symmetric_bits = 0;
  if (material == crypto::KeyType::kRsa) {
    LAZULI_ASSIGN_OR_RETURN(rsa, ReadRsaParameters(request));
  } else if (material == crypto::KeyType::kEc) {
    LAZULI_ASSIGN_OR_RETURN(curve, ReadEcParameters(request));
  } else {
    LAZULI_ASSIGN_OR_RETURN(symmetric_bits, ReadSymmetricSize(request));
  }
  // Asked before the costly part; AddKeyVersion asks again when the material is there.
  LAZULI_RETURN_IF_ERROR(vault->CheckCreatable(request.key_name()));
  if (material == crypto::KeyType::kRsa) {
    ChangeGate::Pause pause(change_gate_);
    LAZULI_ASSIGN_OR_RETURN(version.material, key_pool_->CreateRsa(rsa.bits, rsa.public_exponent,
                                                                   context.is_cancelled));
  } else if (material == crypto::KeyType::kEc) {
    LAZULI_ASSIGN_OR_RETURN(version.material, crypto::KeyMaterial::GenerateEc(curve));
  } else {
    LAZULI_ASSIGN_OR_RETURN(version.material,
                            crypto::KeyMaterial::GenerateSymmetric(symmetric_bits));
  }
  const crypto::KeyMaterial::Ptr made = version.material;
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr added,
                          vault->AddKeyVersion(context.now, request.key_name(), std::move(version),
                                               "CreateKey", only_first));
  WriteKeyBundle(*added, record->settings, response);
  return added->material == made;
}

absl::Status KeysService::ImportKey(const CallContext& context, const v1::ImportKeyRequest& request,
                                    v1::KeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  const v1::JsonWebKey& key = request.key();
  LAZULI_ASSIGN_OR_RETURN(const crypto::KeyType type, ReadImportedType(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  LAZULI_ASSIGN_OR_RETURN(
      NewKeyVersion version,
      ReadNewVersion(request, type, key.has_key_ops() ? &key.key_ops() : nullptr, "key.key_ops",
                     *record));
  LAZULI_RETURN_IF_ERROR(vault->CheckCreatable(request.key_name()));
  {
    // An RSA operation, or the checks of an RSA key.
    ChangeGate::Pause pause(change_gate_);
    if (key.has_key_hsm()) {
      LAZULI_ASSIGN_OR_RETURN(version.material,
                              UnwrapBroughtKey(*vault, key.key_hsm(), type, context.now));
    } else {
      LAZULI_ASSIGN_OR_RETURN(version.material, ReadKeyMaterial(key, type));
    }
  }
  if (version.material->is_rsa() && key.has_crv()) {
    LAZULI_ASSIGN_OR_RETURN(version.stray_curve, ReadCurve(key.crv(), "key.crv"));
  }
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr added,
      vault->AddKeyVersion(context.now, request.key_name(), std::move(version), "ImportKey"));
  WriteKeyBundle(*added, record->settings, response);
  return absl::OkStatus();
}

absl::Status KeysService::GetKey(const CallContext& context, const v1::GetKeyRequest& request,
                                 v1::KeyBundle* response) {
  // A key shows itself at any time.
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "GET"));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version,
                          vault->FindKey(request.key_name(), request.key_version()));
  WriteKeyBundle(*version, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status KeysService::UpdateKey(const CallContext& context, const v1::UpdateKeyRequest& request,
                                    v1::KeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "PATCH"));
  KeyVersionUpdate update;
  if (request.has_key_ops()) {
    LAZULI_ASSIGN_OR_RETURN(update.key_ops, ReadKeyOperations(request.key_ops(), "key_ops"));
  }
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(update.tags, ReadObjectTags(request.tags()));
  }
  LAZULI_ASSIGN_OR_RETURN(const ObjectAttributesInput attributes,
                          ReadObjectAttributes(request.attributes()));
  if (request.has_release_policy()) {
    if (!request.key_version().empty()) return ReleasePolicyOfVersionError();
    LAZULI_ASSIGN_OR_RETURN(update.release_policy, ReadReleasePolicy(request.release_policy()));
  }
  if (request.attributes().has_exportable()) {
    update.exportable = request.attributes().exportable();
  }
  update.enabled = attributes.enabled;
  update.not_before = attributes.not_before;
  update.expires = attributes.expires;
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr updated,
      vault->UpdateKey(context.now, request.key_name(), request.key_version(), update));
  WriteKeyBundle(*updated, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status KeysService::DeleteKey(const CallContext& context, const v1::KeyNameRequest& request,
                                    v1::DeletedKeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const DeletedKey deleted,
                          vault->DeleteKey(context.now, request.key_name()));
  WriteDeletedKeyBundle(deleted, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status KeysService::GetKeys(const CallContext& context, const v1::GetKeysRequest& request,
                                  v1::KeyListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<KeyVersionPtr> keys, vault->ListKeys(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const KeyVersionPtr& key : keys.items) {
    WriteKeyItem(*key, record->settings, KeyId(record->name(), key->name), response->add_value());
  }
  if (keys.more) response->set_next_link(EncodePageToken(keys.items.back()->name));
  return absl::OkStatus();
}

absl::Status KeysService::GetKeyVersions(const CallContext& context,
                                         const v1::GetKeyVersionsRequest& request,
                                         v1::KeyListResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<KeyVersionPtr> versions,
                          vault->ListKeyVersions(request.key_name(), page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const KeyVersionPtr& version : versions.items) {
    WriteKeyItem(*version, record->settings, version->kid, response->add_value());
  }
  if (versions.more) response->set_next_link(EncodePageToken(versions.items.back()->version));
  return absl::OkStatus();
}

absl::Status KeysService::GetDeletedKeys(const CallContext& context,
                                         const v1::GetKeysRequest& request,
                                         v1::DeletedKeyListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<DeletedKey> keys,
                          vault->ListDeletedKeys(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const DeletedKey& key : keys.items) {
    WriteDeletedKeyItem(key, *record, response->add_value());
  }
  if (keys.more) response->set_next_link(EncodePageToken(keys.items.back().latest->name));
  return absl::OkStatus();
}

absl::Status KeysService::GetDeletedKey(const CallContext& context,
                                        const v1::KeyNameRequest& request,
                                        v1::DeletedKeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const DeletedKey deleted, vault->FindDeletedKey(request.key_name()));
  WriteDeletedKeyBundle(deleted, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status KeysService::RecoverDeletedKey(const CallContext& context,
                                            const v1::KeyNameRequest& request,
                                            v1::KeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr latest,
                          vault->RecoverKey(context.now, request.key_name()));
  WriteKeyBundle(*latest, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status KeysService::PurgeDeletedKey(const CallContext& context,
                                          const v1::KeyNameRequest& request, v1::Empty* response) {
  (void)response;
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  return vault->PurgeKey(context.now, request.key_name());
}

}  // namespace lazuli::keyvault
