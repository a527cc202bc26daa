#include "keyvault/storage/vault_record_conversion.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/records.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/object_attributes.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/rotation/key_milestones.h"
#include "keyvault/rotation/policy_duration.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/storage/certificate_record_conversion.h"
#include "keyvault/storage/vault_records.pb.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

using storage::CertificateVersionRecord;
using storage::KeyVersionRecord;
using storage::ObjectNameRecord;
using storage::SecretVersionRecord;
using storage::VaultNameRecord;

// The enumerator of that number, from the first to `last`.
template <typename Enum>
absl::StatusOr<Enum> EnumOf(int number, Enum last) {
  if (number < 0 || number > static_cast<int>(last)) {
    return absl::DataLossError("it has a number that this version of the emulator does not know");
  }
  return static_cast<Enum>(number);
}

absl::Status MissingError() { return absl::DataLossError("a part of it is missing"); }

template <typename Repeated>
void PutTags(const TagMap& tags, Repeated* records) {
  for (const auto& [name, value] : tags) {
    VaultNameRecord::Tag* const tag = records->Add();
    tag->set_name(name);
    tag->set_value(value);
  }
}

template <typename Repeated>
TagMap TagsOf(const Repeated& records) {
  TagMap tags;
  for (const VaultNameRecord::Tag& tag : records) tags.emplace(tag.name(), tag.value());
  return tags;
}

template <typename Repeated>
std::vector<std::string> TextsOf(const Repeated& records) {
  return {records.begin(), records.end()};
}

template <typename Repeated>
void PutTexts(const std::vector<std::string>& texts, Repeated* records) {
  for (const std::string& text : texts) *records->Add() = text;
}

void PutPolicy(const AccessPolicy& policy, VaultNameRecord::AccessPolicy* record) {
  record->set_tenant_id(policy.tenant_id);
  record->set_object_id(policy.object_id);
  record->set_application_id(policy.application_id);
  PutTexts(policy.keys, record->mutable_keys());
  PutTexts(policy.secrets, record->mutable_secrets());
  PutTexts(policy.certificates, record->mutable_certificates());
  PutTexts(policy.storage, record->mutable_storage());
}

AccessPolicy PolicyOf(const VaultNameRecord::AccessPolicy& record) {
  AccessPolicy policy;
  policy.tenant_id = record.tenant_id();
  policy.object_id = record.object_id();
  policy.application_id = record.application_id();
  policy.keys = TextsOf(record.keys());
  policy.secrets = TextsOf(record.secrets());
  policy.certificates = TextsOf(record.certificates());
  policy.storage = TextsOf(record.storage());
  return policy;
}

void PutNetwork(const NetworkSettings& network, VaultNameRecord::Network* record) {
  record->set_public_network_access(network.public_network_access);
  record->set_default_allow(network.default_allow);
  record->set_bypass_azure_services(network.bypass_azure_services);
  for (const IpRule& rule : network.ip_rules) record->add_ip_rules(rule.text);
  for (const VirtualNetworkRule& rule : network.virtual_network_rules) {
    VaultNameRecord::VirtualNetworkRule* const written = record->add_virtual_network_rules();
    written->set_subnet_id(rule.subnet_id);
    if (rule.ignore_missing_endpoint.has_value()) {
      written->set_ignore_missing_endpoint(*rule.ignore_missing_endpoint);
    }
  }
}

absl::StatusOr<NetworkSettings> NetworkOf(const VaultNameRecord::Network& record) {
  NetworkSettings network;
  network.public_network_access = record.public_network_access();
  network.default_allow = record.default_allow();
  network.bypass_azure_services = record.bypass_azure_services();
  for (const std::string& text : record.ip_rules()) {
    std::optional<IpRule> rule = ParseIpRule(text);
    if (!rule.has_value()) return absl::DataLossError("it has an IP rule that is none");
    network.ip_rules.push_back(*std::move(rule));
  }
  for (const VaultNameRecord::VirtualNetworkRule& rule : record.virtual_network_rules()) {
    VirtualNetworkRule& read = network.virtual_network_rules.emplace_back();
    read.subnet_id = rule.subnet_id();
    if (rule.has_ignore_missing_endpoint()) {
      read.ignore_missing_endpoint = rule.ignore_missing_endpoint();
    }
  }
  return network;
}

void PutConnection(const PrivateEndpointConnection& connection,
                   VaultNameRecord::PrivateEndpointConnection* record) {
  record->set_name(connection.name);
  record->set_endpoint_id(connection.endpoint_id);
  record->set_status(static_cast<int>(connection.status));
  record->set_description(connection.description);
}

absl::StatusOr<PrivateEndpointConnection> ConnectionOf(
    const VaultNameRecord::PrivateEndpointConnection& record) {
  PrivateEndpointConnection connection;
  connection.name = record.name();
  connection.endpoint_id = record.endpoint_id();
  LAZULI_ASSIGN_OR_RETURN(connection.status,
                          EnumOf(record.status(), PrivateEndpointStatus::kDisconnected));
  connection.description = record.description();
  return connection;
}

void PutSettings(const VaultSettings& settings, VaultNameRecord::Settings* record) {
  record->set_tenant_id(settings.tenant_id);
  record->set_sku(static_cast<int>(settings.sku));
  for (const AccessPolicy& policy : settings.access_policies.entries()) {
    PutPolicy(policy, record->add_access_policies());
  }
  PutNetwork(settings.network, record->mutable_network());
  record->set_soft_delete(settings.soft_delete);
  record->set_retention_days(settings.retention_days);
  record->set_purge_protection(settings.purge_protection);
  if (settings.rbac_authorization.has_value()) {
    record->set_rbac_authorization(*settings.rbac_authorization);
  }
  record->set_enabled_for_deployment(settings.enabled_for_deployment);
  if (settings.enabled_for_disk_encryption.has_value()) {
    record->set_enabled_for_disk_encryption(*settings.enabled_for_disk_encryption);
  }
  if (settings.enabled_for_template_deployment.has_value()) {
    record->set_enabled_for_template_deployment(*settings.enabled_for_template_deployment);
  }
  if (settings.managed_hsm.has_value()) {
    record->mutable_managed_hsm()->set_sku_name(settings.managed_hsm->sku_name);
    PutTexts(settings.managed_hsm->initial_admin_object_ids,
             record->mutable_managed_hsm()->mutable_initial_admin_object_ids());
  }
}

absl::StatusOr<VaultSettings> SettingsOf(const VaultNameRecord::Settings& record) {
  VaultSettings settings;
  settings.tenant_id = record.tenant_id();
  LAZULI_ASSIGN_OR_RETURN(settings.sku, EnumOf(record.sku(), VaultSku::kPremium));
  std::vector<AccessPolicy> policies;
  for (const auto& policy : record.access_policies()) policies.push_back(PolicyOf(policy));
  absl::StatusOr<AccessPolicyTable> table =
      AccessPolicyTable::Create(std::move(policies), settings.tenant_id);
  if (!table.ok()) return absl::DataLossError("its access policies are none that a vault can have");
  settings.access_policies = *std::move(table);
  LAZULI_ASSIGN_OR_RETURN(settings.network, NetworkOf(record.network()));
  settings.soft_delete = record.soft_delete();
  settings.retention_days = record.retention_days();
  if (settings.retention_days < limits::keyvault::kMinRetentionDays ||
      settings.retention_days > limits::keyvault::kMaxRetentionDays) {
    return absl::DataLossError("its retention is none that a vault can have");
  }
  settings.purge_protection = record.purge_protection();
  if (record.has_rbac_authorization()) settings.rbac_authorization = record.rbac_authorization();
  settings.enabled_for_deployment = record.enabled_for_deployment();
  if (record.has_enabled_for_disk_encryption()) {
    settings.enabled_for_disk_encryption = record.enabled_for_disk_encryption();
  }
  if (record.has_enabled_for_template_deployment()) {
    settings.enabled_for_template_deployment = record.enabled_for_template_deployment();
  }
  if (record.has_managed_hsm()) {
    settings.managed_hsm.emplace();
    settings.managed_hsm->sku_name = record.managed_hsm().sku_name();
    settings.managed_hsm->initial_admin_object_ids =
        TextsOf(record.managed_hsm().initial_admin_object_ids());
  }
  return settings;
}

void PutVault(const VaultRecord& vault, VaultNameRecord::Vault* record) {
  record->set_subscription_id(vault.address.subscription_id);
  record->set_resource_group(vault.address.resource_group);
  record->set_location(vault.location);
  PutTags(vault.tags, record->mutable_tags());
  PutSettings(vault.settings, record->mutable_settings());
  record->set_created_by(vault.created_by);
  *record->mutable_created_at() = ToProto(vault.created_at);
  record->set_last_modified_by(vault.last_modified_by);
  *record->mutable_last_modified_at() = ToProto(vault.last_modified_at);
  for (const PrivateEndpointConnection& connection : vault.private_endpoint_connections) {
    PutConnection(connection, record->add_private_endpoint_connections());
  }
  record->set_state(static_cast<int>(vault.state));
  for (const CertificateContact& contact : vault.certificate_contacts) {
    VaultNameRecord::CertificateContact* const added = record->add_certificate_contacts();
    added->set_email(contact.email);
    added->set_name(contact.name);
    added->set_phone(contact.phone);
  }
  for (const CertificateIssuerPtr& issuer : vault.certificate_issuers) {
    PutCertificateIssuer(*issuer, record->add_certificate_issuers());
  }
  if (vault.state != VaultState::kDeleted) return;
  *record->mutable_deletion_date() = ToProto(vault.deletion_date);
  *record->mutable_scheduled_purge_date() = ToProto(vault.scheduled_purge_date);
  record->set_purge_step(vault.purge_step);
}

absl::StatusOr<VaultRecord> VaultOf(const std::string& name, const VaultNameRecord::Vault& record) {
  if (!record.has_settings() || !record.has_state()) return MissingError();
  VaultRecord vault;
  const QualifiedNameParts parts = SplitQualifiedName(name);
  vault.address = {record.subscription_id(), record.resource_group(), std::string(parts.name),
                   std::string(parts.name_space), VaultKindOf(parts.name)};
  vault.arm_id = VaultArmId(vault.address);
  vault.location = record.location();
  vault.tags = TagsOf(record.tags());
  LAZULI_ASSIGN_OR_RETURN(vault.settings, SettingsOf(record.settings()));
  if (vault.settings.kind() != vault.kind()) {
    return absl::DataLossError("its name is one of another kind of vault");
  }
  for (const auto& connection : record.private_endpoint_connections()) {
    LAZULI_ASSIGN_OR_RETURN(vault.private_endpoint_connections.emplace_back(),
                            ConnectionOf(connection));
  }
  vault.created_by = record.created_by();
  vault.created_at = FromProto(record.created_at());
  vault.last_modified_by = record.last_modified_by();
  vault.last_modified_at = FromProto(record.last_modified_at());
  LAZULI_ASSIGN_OR_RETURN(vault.state, EnumOf(record.state(), VaultState::kDeleted));
  for (const VaultNameRecord::CertificateContact& contact : record.certificate_contacts()) {
    vault.certificate_contacts.push_back({contact.email(), contact.name(), contact.phone()});
  }
  for (const storage::CertificateIssuerRecord& put : record.certificate_issuers()) {
    LAZULI_ASSIGN_OR_RETURN(CertificateIssuer issuer, CertificateIssuerOf(put));
    if (!vault.certificate_issuers.empty() &&
        !IssuerNameLess(vault.certificate_issuers.back()->name, issuer.name)) {
      return absl::DataLossError("its issuers are not in their order");
    }
    vault.certificate_issuers.push_back(
        std::make_shared<const CertificateIssuer>(std::move(issuer)));
  }
  if (vault.state == VaultState::kDeleted) {
    if (!record.has_deletion_date() || !record.has_scheduled_purge_date()) return MissingError();
    vault.deletion_date = FromProto(record.deletion_date());
    vault.scheduled_purge_date = FromProto(record.scheduled_purge_date());
    vault.purge_step = record.purge_step();
  }
  return vault;
}

void PutRotationPolicy(const RotationPolicy& policy, ObjectNameRecord::RotationPolicy* record) {
  for (const LifetimeAction& action : policy.actions) {
    ObjectNameRecord::RotationPolicy::Action* const put = record->add_actions();
    put->set_type(static_cast<int>(action.type));
    put->set_trigger(static_cast<int>(action.trigger));
    put->set_duration(action.duration.text());
  }
  if (policy.expiry_time.has_value()) record->set_expiry_time(policy.expiry_time->text());
  record->set_created(absl::ToUnixSeconds(policy.created));
  record->set_updated(absl::ToUnixSeconds(policy.updated));
}

absl::StatusOr<PolicyDuration> DurationOf(const std::string& text) {
  absl::StatusOr<PolicyDuration> duration = PolicyDuration::Parse(text);
  if (!duration.ok()) return absl::DataLossError("its rotation policy has a duration that is none");
  return duration;
}

absl::StatusOr<RotationPolicy> RotationPolicyOf(const ObjectNameRecord::RotationPolicy& record) {
  RotationPolicy policy;
  for (const auto& put : record.actions()) {
    LifetimeAction& action = policy.actions.emplace_back();
    LAZULI_ASSIGN_OR_RETURN(action.type, EnumOf(put.type(), LifetimeActionType::kNotify));
    LAZULI_ASSIGN_OR_RETURN(action.trigger,
                            EnumOf(put.trigger(), LifetimeTrigger::kTimeBeforeExpiry));
    LAZULI_ASSIGN_OR_RETURN(action.duration, DurationOf(put.duration()));
  }
  if (record.has_expiry_time()) {
    LAZULI_ASSIGN_OR_RETURN(policy.expiry_time, DurationOf(record.expiry_time()));
  }
  policy.created = absl::FromUnixSeconds(record.created());
  policy.updated = absl::FromUnixSeconds(record.updated());
  return policy;
}

void PutTold(const ExpiryTold& told, ObjectNameRecord* record) {
  if (told.near.has_value()) record->set_near_told(absl::ToUnixSeconds(*told.near));
  if (told.expired.has_value()) record->set_expired_told(absl::ToUnixSeconds(*told.expired));
}

ExpiryTold ToldOf(const ObjectNameRecord& record) {
  ExpiryTold told;
  if (record.has_near_told()) told.near = absl::FromUnixSeconds(record.near_told());
  if (record.has_expired_told()) told.expired = absl::FromUnixSeconds(record.expired_told());
  return told;
}

// What only one kind has as a whole.
void PutOwn(const KeyNameData& data, ObjectNameRecord* record) {
  if (data.rotation_policy == nullptr) return;
  PutRotationPolicy(*data.rotation_policy, record->mutable_rotation_policy());
}
void PutOwn(const SecretNameData&, ObjectNameRecord*) {}

absl::Status ReadOwn(const ObjectNameRecord& record, KeyNameData* data) {
  if (!record.has_rotation_policy()) return absl::OkStatus();
  LAZULI_ASSIGN_OR_RETURN(RotationPolicy policy, RotationPolicyOf(record.rotation_policy()));
  data->rotation_policy = std::make_shared<const RotationPolicy>(std::move(policy));
  return absl::OkStatus();
}
absl::Status ReadOwn(const ObjectNameRecord&, SecretNameData*) { return absl::OkStatus(); }
void PutOwn(const CertificateNameData& data, ObjectNameRecord* record) {
  PutCertificateData(data, record->mutable_certificate());
}
absl::Status ReadOwn(const ObjectNameRecord& record, CertificateNameData* data) {
  return ReadCertificateData(record.certificate(), data);
}

template <typename Traits>
ObjectNameRecord NameRecordOf(const ObjectNameState<Traits>& state) {
  ObjectNameRecord record;
  record.set_name(state.name);
  record.set_versions_made(state.versions_made);
  record.set_state(static_cast<int>(state.state));
  if (state.state == ObjectState::kAbsent) return record;
  record.set_latest(state.latest);
  *record.mutable_deleted_date() = ToProto(state.deleted_date);
  *record.mutable_scheduled_purge_date() = ToProto(state.scheduled_purge_date);
  if (state.step != 0) {
    record.set_step(state.step);
    *record.mutable_step_due() = ToProto(state.step_due);
  }
  PutTold(state.data.told, &record);
  PutOwn(state.data, &record);
  return record;
}

// What the versions of every kind have in common, under the same names in their records.
template <typename Version, typename Record>
void PutCommon(const Version& version, Record* record) {
  const ObjectAttributes& attributes = version.attributes;
  record->set_enabled(attributes.enabled);
  if (attributes.not_before.has_value()) {
    record->set_not_before(absl::ToUnixSeconds(*attributes.not_before));
  }
  if (attributes.expires.has_value()) {
    record->set_expires(absl::ToUnixSeconds(*attributes.expires));
  }
  record->set_created(absl::ToUnixSeconds(version.created));
  record->set_updated(absl::ToUnixSeconds(version.updated));
  if (version.tags.has_value()) PutTags(*version.tags, record->mutable_tags()->mutable_tags());
}

template <typename Record, typename Version>
void ReadCommon(const Record& record, Version* version) {
  ObjectAttributes& attributes = version->attributes;
  attributes.enabled = record.enabled();
  if (record.has_not_before()) attributes.not_before = absl::FromUnixSeconds(record.not_before());
  if (record.has_expires()) attributes.expires = absl::FromUnixSeconds(record.expires());
  version->created = absl::FromUnixSeconds(record.created());
  version->updated = absl::FromUnixSeconds(record.updated());
  if (record.has_tags()) version->tags = TagsOf(record.tags().tags());
}

void WipeSecrets(VaultNameRecord* record) {
  if (!record->has_vault()) return;
  for (auto& issuer : *record->mutable_vault()->mutable_certificate_issuers()) {
    WipeText(issuer.mutable_private_key());
  }
}
void WipeSecrets(KeyVersionRecord* record) { WipeText(record->mutable_private_key()); }
void WipeSecrets(SecretVersionRecord* record) { WipeText(record->mutable_value()); }
void WipeSecrets(ObjectNameRecord* record) {
  if (!record->certificate().request().has_private_key()) return;
  WipeText(record->mutable_certificate()->mutable_request()->mutable_private_key());
}

// Wipes what is secret in a record before the record goes, whose own end frees it as it is.
template <typename Record>
class SecretsWiper {
 public:
  // `record` outlives this.
  explicit SecretsWiper(Record* record) : record_(record) {}
  ~SecretsWiper() { WipeSecrets(record_); }
  SecretsWiper(const SecretsWiper&) = delete;
  SecretsWiper& operator=(const SecretsWiper&) = delete;

 private:
  Record* const record_;
};

}  // namespace

std::string ToRecord(const VaultNameState& state) {
  VaultNameRecord record;
  const SecretsWiper wiper(&record);
  record.set_name(state.name);
  record.set_incarnation(state.incarnation);
  if (state.record != nullptr) PutVault(*state.record, record.mutable_vault());
  return record.SerializeAsString();
}

std::string ToRecord(const KeyNameState& state) { return NameRecordOf(state).SerializeAsString(); }

std::string ToRecord(const SecretNameState& state) {
  return NameRecordOf(state).SerializeAsString();
}

std::string ToRecord(const KeyVersion& version) {
  KeyVersionRecord record;
  const SecretsWiper wiper(&record);
  record.set_type(static_cast<int>(version.type));
  for (const KeyOperation operation : version.key_ops) {
    record.add_key_ops(static_cast<int>(operation));
  }
  PutCommon(version, &record);
  if (version.stray_curve.has_value()) {
    record.set_stray_curve(static_cast<int>(*version.stray_curve));
  }
  if (version.release_policy.has_value()) {
    KeyVersionRecord::ReleasePolicy* const policy = record.mutable_release_policy();
    policy->set_content_type(version.release_policy->content_type);
    policy->set_immutable(version.release_policy->immutable);
    policy->set_data(version.release_policy->data);
  }
  const absl::string_view der = version.material->private_der().view();
  record.set_private_key(der.data(), der.size());
  record.set_private_key_digest(Sha256(der));
  if (version.managed) record.set_managed(true);
  return record.SerializeAsString();
}

std::string ToRecord(const SecretVersion& version) {
  SecretVersionRecord record;
  const SecretsWiper wiper(&record);
  const absl::string_view value = version.value->view();
  record.set_value(value.data(), value.size());
  if (!version.content_type.empty()) record.set_content_type(version.content_type);
  PutCommon(version, &record);
  if (!version.kid.empty()) record.set_kid(version.kid);
  if (version.managed) record.set_managed(true);
  return record.SerializeAsString();
}

std::string ToRecord(const CertificateNameState& state) {
  ObjectNameRecord record = NameRecordOf(state);
  const SecretsWiper wiper(&record);
  return record.SerializeAsString();
}

std::string ToRecord(const CertificateVersion& version) {
  CertificateVersionRecord record;
  if (version.is_issued()) record.set_der(version.der);
  PutCommon(version, &record);
  return record.SerializeAsString();
}

absl::StatusOr<VaultNameState> VaultFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(VaultNameRecord record, ParseRecord<VaultNameRecord>(bytes));
  const SecretsWiper wiper(&record);
  VaultNameState state;
  state.name = record.name();
  state.incarnation = record.incarnation();
  if (record.has_vault()) {
    LAZULI_ASSIGN_OR_RETURN(VaultRecord vault, VaultOf(state.name, record.vault()));
    state.record = std::make_shared<const VaultRecord>(std::move(vault));
  }
  return state;
}

template <typename Traits>
absl::StatusOr<ObjectNameState<Traits>> NameFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(ObjectNameRecord record, ParseRecord<ObjectNameRecord>(bytes));
  const SecretsWiper wiper(&record);
  ObjectNameState<Traits> state;
  state.name = record.name();
  state.versions_made = record.versions_made();
  LAZULI_ASSIGN_OR_RETURN(state.state, EnumOf(record.state(), ObjectState::kPurging));
  state.latest = record.latest();
  state.deleted_date = FromProto(record.deleted_date());
  state.scheduled_purge_date = FromProto(record.scheduled_purge_date());
  if (record.has_step()) {
    if (!record.has_step_due()) return MissingError();
    state.step = record.step();
    state.step_due = FromProto(record.step_due());
  }
  state.data.told = ToldOf(record);
  if (state.state != ObjectState::kAbsent) {
    LAZULI_RETURN_IF_ERROR(ReadOwn(record, &state.data));
  }
  return state;
}

template absl::StatusOr<KeyNameState> NameFromRecord<KeyTraits>(absl::string_view);
template absl::StatusOr<SecretNameState> NameFromRecord<SecretTraits>(absl::string_view);
template absl::StatusOr<CertificateNameState> NameFromRecord<CertificateTraits>(absl::string_view);

template <>
absl::StatusOr<KeyVersion> VersionFromRecord<KeyTraits>(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(KeyVersionRecord record, ParseRecord<KeyVersionRecord>(bytes));
  const SecretsWiper wiper(&record);
  KeyVersion version;
  LAZULI_ASSIGN_OR_RETURN(version.type, EnumOf(record.type(), crypto::KeyType::kOctHsm));
  for (const int number : record.key_ops()) {
    LAZULI_ASSIGN_OR_RETURN(const KeyOperation operation, EnumOf(number, KeyOperation::kExport));
    version.key_ops.push_back(operation);
  }
  ReadCommon(record, &version);
  if (record.has_stray_curve()) {
    LAZULI_ASSIGN_OR_RETURN(version.stray_curve,
                            EnumOf(record.stray_curve(), crypto::Curve::kP521));
  }
  version.exportable = record.has_release_policy();
  if (version.exportable) {
    const KeyVersionRecord::ReleasePolicy& policy = record.release_policy();
    version.release_policy =
        ReleasePolicy{policy.content_type(), policy.immutable(), policy.data()};
  }
  // What the bytes are is told by the digest, so that no arithmetic has to.
  if (Sha256(record.private_key()) != record.private_key_digest()) {
    return absl::DataLossError("its private key is not the one that was stored");
  }
  absl::StatusOr<crypto::KeyMaterial::Ptr> material =
      crypto::KeyMaterial::FromUnchangedDer(record.private_key());
  if (!material.ok() || (*material)->type() != crypto::MaterialType(version.type)) {
    return absl::DataLossError("its private key is none of its type");
  }
  version.material = *std::move(material);
  version.managed = record.managed();
  return version;
}

template <>
absl::StatusOr<SecretVersion> VersionFromRecord<SecretTraits>(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(SecretVersionRecord record, ParseRecord<SecretVersionRecord>(bytes));
  const SecretsWiper wiper(&record);
  if (!record.has_value()) return MissingError();
  SecretVersion version;
  version.value = std::make_shared<const SecureBytes>(record.value());
  version.content_type = record.content_type();
  ReadCommon(record, &version);
  version.kid = record.kid();
  version.managed = record.managed();
  return version;
}

template <>
absl::StatusOr<CertificateVersion> VersionFromRecord<CertificateTraits>(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const CertificateVersionRecord record,
                          ParseRecord<CertificateVersionRecord>(bytes));
  CertificateVersion version;
  version.der = record.der();
  ReadCommon(record, &version);
  return version;
}

}  // namespace lazuli::keyvault
