#include "batch/account.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "batch/customer_key.h"
#include "batch/errors.h"
#include "batch/limits.h"
#include "batch/shared_key_mac.h"

namespace lazuli::batch {
namespace {

bool SameKey(const std::optional<KeyIdentifier>& a, const std::optional<KeyIdentifier>& b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return a->vault_name == b->vault_name && absl::EqualsIgnoreCase(a->key_name, b->key_name) &&
         absl::EqualsIgnoreCase(a->key_version, b->key_version);
}

}  // namespace

Account::Account(const AccountEnvironment* environment, const AccountState& state)
    : env_(environment),
      number_(state.number),
      id_(state.id),
      arm_id_(state.id.ArmId()),
      tenant_id_(state.tenant_id),
      region_(state.region),
      endpoint_(absl::StrCat(state.id.name, ".", state.region, ".batch.azure.com")),
      node_management_endpoint_(state.node_management_endpoint),
      created_with_identity_(state.created_with_identity),
      access_(environment->options.key_access, environment->ids.seed(), state.id.Key()) {}

Account::~Account() {
  for (const ArmedTimer& timer : timers_) env_->timers->Cancel(timer.id);
}

absl::StatusOr<std::shared_ptr<Account>> Account::Create(const AccountEnvironment* environment,
                                                         const AccountSpec& spec, uint64_t number,
                                                         absl::Time now) {
  const std::optional<KeyIdentifier>& key = spec.encryption.customer_key;
  if (key.has_value()) {
    switch (spec.identity.type) {
      case IdentityType::kNone:
        return CustomerKeyNeedsIdentityError(key->text);
      case IdentityType::kSystemAssigned:
        return SystemIdentityAtCreationError(key->text);
      case IdentityType::kUserAssigned:
        break;
    }
  }
  LAZULI_ASSIGN_OR_RETURN(
      const PreparedIdentity prepared,
      PrepareIdentity(*environment, spec.id, spec.tenant_id, spec.identity, AccountIdentity()));
  const SecureBytes data_key = DataKey::Generate();
  Protection protection;
  if (key.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(CustomerWrap wrap,
                            WrapWithCustomerKey(environment->keys, prepared.identity.identity,
                                                spec.tenant_id, *key, data_key, now));
    protection = Protection{key, std::move(wrap.in_use), std::move(wrap.wrapped.ciphertext)};
  }
  AccountState state;
  state.number = number;
  state.id = spec.id;
  state.tenant_id = spec.tenant_id;
  state.region = spec.region;
  state.node_management_endpoint =
      absl::StrCat(environment->ids.Guid(spec.id.Key(), "node management", 0), ".", spec.region,
                   ".service.batch.azure.com");
  state.created_with_identity = spec.identity.type != IdentityType::kNone;
  std::shared_ptr<Account> account(new Account(environment, state));
  account->Initialize(spec, prepared.identity, std::move(protection), data_key);
  return account;
}

void Account::Initialize(const AccountSpec& spec, AccountIdentity identity, Protection protection,
                         const SecureBytes& data_key) {
  MutexLock key_lock(&key_mu_);
  MutexLock lock(&mu_);
  tags_ = spec.tags;
  authentication_modes_ = spec.authentication_modes;
  primary_shared_key_ = SecureRandomBytes(limits::batch::kSharedKeyBytes);
  secondary_shared_key_ = SecureRandomBytes(limits::batch::kSharedKeyBytes);
  identity_ = std::move(identity);
  data_key_.Install(data_key.Clone());
  ProtectLocked(std::move(protection), data_key, absl::InfinitePast());
  MakeWorkLocked();
}

void Account::MakeWorkLocked() {
  // Timers hold no account alive, and find none that is gone.
  queues_ = std::make_unique<TransitionQueues>(env_->timers, [weak = weak_from_this()](TimerId id) {
    if (const std::shared_ptr<Account> account = weak.lock()) account->OnWorkDue(id);
  });
  workload_ = env_->workloads(this, arm_id_, endpoint_);
}

void Account::Start(absl::Time now) {
  MutexLock key_lock(&key_mu_);
  {
    MutexLock lock(&mu_);
    if (deleted_) return;
    now_ = now;
    changed_.Mark();
    RecordAccountEventLocked("", KeyAccessName(access_.state()),
                             absl::StrCat("created, protected by ", ProtectionNameLocked()));
  }
  PublishDependency();
  Probe(now, "account created");
}

AccountView Account::Describe() const {
  AccountView view;
  view.id = id_;
  view.region = region_;
  view.endpoint = endpoint_;
  view.node_management_endpoint = node_management_endpoint_;
  view.pool_quota = env_->options.pool_quota;
  view.active_job_quota = env_->options.active_job_quota;
  MutexLock lock(&mu_);
  view.tags = tags_;
  view.identity = identity_;
  view.encryption.customer_key = protection_.customer_key;
  view.authentication_modes = authentication_modes_;
  return view;
}

bool Account::Matches(const AccountSpec& spec) const {
  MutexLock lock(&mu_);
  if (spec.region != region_ || spec.tags != tags_ || spec.identity.type != identity_.type ||
      spec.authentication_modes != authentication_modes_ ||
      !SameKey(spec.encryption.customer_key, protection_.customer_key)) {
    return false;
  }
  return identity_.type != IdentityType::kUserAssigned ||
         (spec.identity.user_assigned_ids.size() == 1 &&
          absl::EqualsIgnoreCase(spec.identity.user_assigned_ids.front(),
                                 identity_.identity.resource_id));
}

absl::Status Account::CheckServing() const {
  MutexLock lock(&mu_);
  return CheckServingLocked();
}

absl::Status Account::CheckServingLocked() const {
  if (deleted_) return AccountNotFoundError(id_.name, id_.resource_group);
  switch (access_.state()) {
    case KeyAccess::kPlatform:
    case KeyAccess::kAccessible:
      return absl::OkStatus();
    case KeyAccess::kLost:
      return AccountUnavailableError(
          absl::StrCat("The customer-managed key is not accessible: ", access_.reason()),
          protection_.in_use.text, std::nullopt);
    case KeyAccess::kRestoring:
      return AccountUnavailableError(
          absl::StrCat("The customer-managed key is accessible again and the account is being "
                       "restored. Access was lost because of ",
                       access_.reason()),
          protection_.in_use.text, access_.until());
  }
  return absl::OkStatus();
}

void Account::Delete(absl::Time now) {
  MutexLock manage_lock(&manage_mu_);
  bool system_assigned = false;
  {
    MutexLock key_lock(&key_mu_);
    {
      MutexLock lock(&mu_);
      if (deleted_) return;
      now_ = now;
      RecordAccountEventLocked(KeyAccessName(access_.state()), "", "deleted");
      deleted_ = true;
      changed_.Mark();
      system_assigned = identity_.type == IdentityType::kSystemAssigned;
      for (size_t timer = 0; timer < kAccountTimers; ++timer) {
        DisarmLocked(static_cast<Timer>(timer));
      }
      workload_->Clear();
      queues_->Clear();
      data_key_.Wipe();
      platform_key_.reset();
      protection_ = Protection();
      primary_shared_key_.Clear();
      secondary_shared_key_.Clear();
    }
    PublishDependency();
  }
  // Without the key lock: the directory tells its listeners, who may ask accounts to look again.
  if (system_assigned) env_->identities->DeleteSystemAssigned(arm_id_);
}

absl::Status Account::CheckSharedKeysLocked() const {
  LAZULI_RETURN_IF_ERROR(CheckServingLocked());
  for (const AuthenticationMode mode : authentication_modes_) {
    if (mode == AuthenticationMode::kSharedKey) return absl::OkStatus();
  }
  return SharedKeyNotAllowedError();
}

SharedKeyPair Account::SharedKeysLocked() const {
  return SharedKeyPair{Base64Encode(primary_shared_key_.view()),
                       Base64Encode(secondary_shared_key_.view())};
}

absl::StatusOr<SharedKeyPair> Account::ListSharedKeys() const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckSharedKeysLocked());
  return SharedKeysLocked();
}

absl::StatusOr<SharedKeyPair> Account::RegenerateSharedKey(SharedKeyName which) {
  SecureBytes fresh = SecureRandomBytes(limits::batch::kSharedKeyBytes);
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckSharedKeysLocked());
  changed_.Mark();
  switch (which) {
    case SharedKeyName::kPrimary:
      primary_shared_key_ = std::move(fresh);
      break;
    case SharedKeyName::kSecondary:
      secondary_shared_key_ = std::move(fresh);
      break;
  }
  return SharedKeysLocked();
}

absl::Status Account::CheckAuthenticationMode(AuthenticationMode mode) const {
  MutexLock lock(&mu_);
  if (deleted_) return AccountNotFoundError(id_.name, id_.resource_group);
  for (const AuthenticationMode allowed : authentication_modes_) {
    if (allowed == mode) return absl::OkStatus();
  }
  return AuthenticationModeNotAllowedError(ModeName(mode));
}

std::optional<size_t> Account::FindSigned(absl::Span<const std::string> texts,
                                          absl::string_view mac) const {
  SecureBytes primary, secondary;
  {
    MutexLock lock(&mu_);
    if (deleted_) return std::nullopt;
    primary = primary_shared_key_.Clone();
    secondary = secondary_shared_key_.Clone();
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    if (HasSharedKeyMac(primary, texts[i], mac) || HasSharedKeyMac(secondary, texts[i], mac)) {
      return i;
    }
  }
  return std::nullopt;
}

absl::Status Account::WithWorkloadHandle(
    const CallContext& ctx,
    absl::FunctionRef<absl::Status(WorkloadHandle&, absl::Time now)> operation) {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckServingLocked());
  now_ = ctx.now;
  return operation(*workload_, ctx.now);
}

void Account::SetDetectionDelay(absl::Duration delay) {
  MutexLock lock(&mu_);
  access_.set_detection_delay(delay);
}

KeyAccessSnapshot Account::GetKeyAccess() const {
  MutexLock lock(&mu_);
  return KeyAccessSnapshot{access_.state(), protection_.in_use.text, access_.reason(),
                           access_.until(), data_key_.present()};
}

std::vector<QueuedTransition> Account::ListQueuedTransitions() const {
  MutexLock lock(&mu_);
  return queues_->List(access_.until());
}

std::vector<RestingBytes> Account::DumpRecords() const {
  MutexLock lock(&mu_);
  if (deleted_) return {};
  std::vector<RestingBytes> records = workload_->DumpRecords();
  RestingBytes data_key{
      "datakey",
      absl::StrCat("account=", id_.Key(), "\nprotected-by=", ProtectionNameLocked(), "\n"),
      protection_.wrapped_data_key};
  records.insert(records.begin(), std::move(data_key));
  return records;
}

void Account::RecordAccountEventLocked(absl::string_view from, absl::string_view to,
                                       absl::string_view cause) {
  env_->events->Append(Event{.time = now_,
                             .kind = "account",
                             .resource = arm_id_,
                             .from = std::string(from),
                             .to = std::string(to),
                             .cause = std::string(cause)});
}

const RecordProtector& Account::protector() const {
  mu_.AssertHeld();
  const RecordProtector* const protector = &data_key_;
  return *protector;
}

TimerId Account::Schedule(absl::Time due, DeferredWork work) {
  mu_.AssertHeld();
  return queues_->Schedule(due, std::move(work));
}

bool Account::Reschedule(TimerId id, DeferredWork work) {
  mu_.AssertHeld();
  return queues_->Reschedule(id, std::move(work));
}

void Account::Cancel(TimerId id) {
  mu_.AssertHeld();
  queues_->Cancel(id);
}

void Account::RecordEvent(absl::string_view kind, absl::string_view resource,
                          absl::string_view from, absl::string_view to, absl::string_view cause) {
  mu_.AssertHeld();
  env_->events->Append(Event{.time = now_,
                             .kind = std::string(kind),
                             .resource = absl::StrCat(id_.name, "/", resource),
                             .from = std::string(from),
                             .to = std::string(to),
                             .cause = std::string(cause)});
}

}  // namespace lazuli::batch
