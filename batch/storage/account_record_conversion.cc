#include "batch/storage/account_record_conversion.h"

#include <utility>

#include "absl/time/time.h"
#include "base/records.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "batch/account_spec.h"
#include "batch/key_access.h"
#include "batch/key_identifier.h"
#include "batch/storage/account_records.pb.h"
#include "batch/storage/record_parts.h"

namespace lazuli::batch {
namespace {

using storage::AccountRecord;
using storage::WaitingRecord;

std::string TextOf(const SecureBytes& bytes) { return std::string(bytes.view()); }

void PutAccess(const KeyAccessState& state, AccountRecord::Access* record) {
  record->set_state(static_cast<int>(state.state));
  record->set_reason(state.reason);
  if (state.until.has_value()) PutTime(*state.until, record->mutable_until());
  if (state.sighting.has_value()) {
    AccountRecord::Access::Sighting* const sighting = record->mutable_sighting();
    sighting->set_granted(state.sighting->granted);
    PutTime(state.sighting->due, sighting->mutable_due());
    if (state.sighting->granted) PutTime(state.sighting->until, sighting->mutable_until());
  }
  record->set_windows_drawn(state.windows_drawn);
}

KeyAccessState AccessOf(const AccountRecord::Access& record, PartReader* parts) {
  KeyAccessState state;
  state.state = parts->EnumOf(record.state(), KeyAccess::kRestoring);
  state.reason = record.reason();
  if (record.has_until()) state.until = parts->Time(true, record.until());
  if (record.has_sighting()) {
    const AccountRecord::Access::Sighting& sighting = record.sighting();
    state.sighting = KeyAccessState::Sighting{
        sighting.granted(), parts->Time(sighting.has_due(), sighting.due()),
        sighting.granted() ? parts->Time(sighting.has_until(), sighting.until())
                           : absl::InfinitePast()};
  }
  state.windows_drawn = record.windows_drawn();
  return state;
}

void PutIdentity(const AccountIdentity& identity, AccountRecord::Identity* record) {
  record->set_type(static_cast<int>(identity.type));
  record->set_tenant_id(identity.identity.tenant_id);
  record->set_principal_id(identity.identity.principal_id);
  record->set_client_id(identity.identity.client_id);
  record->set_resource_id(identity.identity.resource_id);
}

AccountIdentity IdentityOf(const AccountRecord::Identity& record, PartReader* parts) {
  AccountIdentity identity;
  identity.type = parts->EnumOf(record.type(), IdentityType::kUserAssigned);
  identity.identity = {record.tenant_id(), record.principal_id(), record.client_id(),
                       record.resource_id()};
  return identity;
}

KeyIdentifier KeyOf(const std::string& text, PartReader* parts) {
  absl::StatusOr<KeyIdentifier> key = KeyIdentifier::Parse(text);
  parts->Require(key.ok(), "the identifier of its key is none");
  return key.ok() ? *std::move(key) : KeyIdentifier();
}

DataKeyProtection ProtectionOf(const AccountRecord& record, PartReader* parts) {
  DataKeyProtection protection;
  protection.wrapped_data_key = record.wrapped_data_key();
  if (!record.has_customer_key()) return protection;
  protection.customer_key = KeyOf(record.customer_key(), parts);
  protection.in_use = KeyOf(record.key_in_use(), parts);
  return protection;
}

}  // namespace

std::string ToRecord(const AccountState& state) {
  AccountRecord record;
  record.set_subscription_id(state.id.subscription_id);
  record.set_resource_group(state.id.resource_group);
  record.set_name(state.id.name);
  if (!state.id.name_space.empty()) record.set_name_space(state.id.name_space);
  record.set_tenant_id(state.tenant_id);
  record.set_region(state.region);
  record.set_node_management_endpoint(state.node_management_endpoint);
  record.set_created_with_identity(state.created_with_identity);
  for (const auto& [name, value] : state.tags) {
    AccountRecord::Tag* const tag = record.add_tags();
    tag->set_name(name);
    tag->set_value(value);
  }
  for (const AuthenticationMode mode : state.authentication_modes) {
    record.add_authentication_modes(static_cast<int>(mode));
  }
  record.set_primary_shared_key(TextOf(state.primary_shared_key));
  record.set_secondary_shared_key(TextOf(state.secondary_shared_key));
  PutIdentity(state.identity, record.mutable_identity());
  if (state.protection.customer_key.has_value()) {
    record.set_customer_key(state.protection.customer_key->text);
    record.set_key_in_use(state.protection.in_use.text);
  } else {
    record.set_platform_key(TextOf(state.platform_key));
  }
  record.set_wrapped_data_key(state.protection.wrapped_data_key);
  PutAccess(state.access, record.mutable_access());
  for (size_t purpose = 0; purpose < kAccountTimers; ++purpose) {
    if (!state.timers[purpose].valid()) continue;
    AccountRecord::Timer* const timer = record.add_timers();
    timer->set_purpose(static_cast<int>(purpose));
    PutTimer(state.timers[purpose], timer->mutable_timer());
  }
  if (state.loss.has_value()) {
    PutTime(state.loss->next_due, record.mutable_loss()->mutable_next_due());
    PutDuration(state.loss->delay, record.mutable_loss()->mutable_delay());
  }
  if (!state.refused_version.empty()) record.set_refused_version(state.refused_version);
  return record.SerializeAsString();
}

absl::StatusOr<AccountState> AccountFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const AccountRecord record, ParseRecord<AccountRecord>(bytes));
  PartReader parts;
  AccountState state;
  parts.Require(!record.name().empty() && !record.region().empty(), "its name is missing");
  state.id = {record.subscription_id(), record.resource_group(), record.name(),
              record.name_space()};
  state.tenant_id = record.tenant_id();
  state.region = record.region();
  state.node_management_endpoint = record.node_management_endpoint();
  state.created_with_identity = record.created_with_identity();
  for (const AccountRecord::Tag& tag : record.tags()) state.tags[tag.name()] = tag.value();
  for (const int mode : record.authentication_modes()) {
    state.authentication_modes.push_back(
        parts.EnumOf(mode, AuthenticationMode::kTaskAuthenticationToken));
  }
  state.primary_shared_key = SecureBytes(record.primary_shared_key());
  state.secondary_shared_key = SecureBytes(record.secondary_shared_key());
  state.identity = IdentityOf(record.identity(), &parts);
  state.protection = ProtectionOf(record, &parts);
  state.platform_key = SecureBytes(record.platform_key());
  state.access = AccessOf(record.access(), &parts);
  for (const AccountRecord::Timer& timer : record.timers()) {
    const auto purpose = parts.EnumOf(timer.purpose(), AccountTimer::kLossStep);
    state.timers[static_cast<size_t>(purpose)] = parts.Timer(timer.has_timer(), timer.timer());
  }
  if (record.has_loss()) {
    state.loss = PlannedLoss{parts.Time(record.loss().has_next_due(), record.loss().next_due()),
                             parts.Duration(record.loss().has_delay(), record.loss().delay())};
  }
  state.refused_version = record.refused_version();
  LAZULI_RETURN_IF_ERROR(parts.status());
  return state;
}

std::string ToRecord(const WaitingTransition& waiting) {
  WaitingRecord record;
  PutTimer(waiting.id, record.mutable_timer());
  record.set_kind(waiting.kind);
  record.set_resource(waiting.resource);
  record.set_transition(waiting.transition);
  return record.SerializeAsString();
}

absl::StatusOr<WaitingTransition> WaitingFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const WaitingRecord record, ParseRecord<WaitingRecord>(bytes));
  PartReader parts;
  parts.Require(record.has_timer(), "its timer is missing");
  WaitingTransition waiting{parts.Timer(true, record.timer()), record.kind(), record.resource(),
                            record.transition()};
  LAZULI_RETURN_IF_ERROR(parts.status());
  return waiting;
}

}  // namespace lazuli::batch
