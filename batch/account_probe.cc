// How an account looks at its key, and what it then knows.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/aead_key.h"
#include "base/iso8601.h"
#include "batch/account.h"
#include "batch/customer_key.h"
#include "batch/errors.h"

namespace lazuli::batch {
namespace {

// Moves `next` forward to `candidate` if that is to come, and comes earlier.
void Consider(std::optional<absl::Time> candidate, absl::Time now,
              std::optional<absl::Time>* next) {
  if (!candidate.has_value() || *candidate <= now) return;
  if (!next->has_value() || *candidate < **next) *next = candidate;
}

}  // namespace

void Account::ReevaluateKeyAccess(absl::Time now, absl::string_view cause) {
  MutexLock key_lock(&key_mu_);
  Probe(now, cause);
}

bool Account::HasCustomerKey() const {
  MutexLock lock(&mu_);
  return !deleted_ && protection_.customer_key.has_value();
}

void Account::Probe(absl::Time now, absl::string_view cause) {
  if (!HasCustomerKey()) return;
  Finding finding = Look(now);
  const KeyAccess state = GetKeyAccess().state;
  if (state == KeyAccess::kAccessible && !finding.newer_version.empty()) {
    const std::optional<absl::Duration> retry_after = Follow(finding, now, cause);
    finding = Look(now);
    if (!finding.retry_after.has_value()) finding.retry_after = retry_after;
  }
  // Access that comes back must really give the data key back. It is not kept before the
  // restoration window is over.
  if (state == KeyAccess::kLost && finding.refusal.ok()) Unwrap(&finding, now);
  {
    MutexLock lock(&mu_);
    now_ = now;
    changed_.Mark();
    identity_ = finding.identity;
    if (finding.unanswered) {
      RecordUnansweredLocked(finding, now);
    } else {
      ActLocked(finding.refusal.ok() ? KeyAccessEvent::kGranted : KeyAccessEvent::kDenied, now,
                finding.reason, cause);
    }
    ArmProbesLocked(finding, now);
  }
  PublishDependency();
}

Account::Finding Account::Look(absl::Time now) {
  Finding finding;
  KeyIdentifier configured;
  KeyIdentifier in_use;
  {
    MutexLock lock(&mu_);
    finding.identity = identity_;
    configured = *protection_.customer_key;
    in_use = protection_.in_use;
  }
  ManagedIdentity& identity = finding.identity.identity;
  if (finding.identity.type == IdentityType::kUserAssigned) {
    absl::StatusOr<ManagedIdentity> found =
        env_->identities->FindUserAssigned(identity.resource_id);
    if (!found.ok()) {
      finding.refusal = found.status();
      finding.reason = DescribeMissingIdentity(identity.resource_id);
      return finding;
    }
    // One of the same id may have been made anew, as another principal.
    found->resource_id = identity.resource_id;
    identity = *std::move(found);
  }
  finding.refusal = env_->keys->CheckAccess(identity, in_use, now);
  if (absl::IsNotFound(finding.refusal) &&
      absl::IsNotFound(env_->keys->DescribeVault(identity, in_use, now).status())) {
    finding.reason = DescribeMissingVault(in_use.vault_name);
    return finding;
  }
  if (!finding.refusal.ok()) finding.reason = DescribeKeyRefusal(finding.refusal);
  if (IsNoAnswer(finding.refusal)) {
    finding.unanswered = true;
    finding.retry_after = RetryDelayOf(finding.refusal);
    return finding;
  }
  const absl::StatusOr<KeyDescription> used = env_->keys->GetKey(identity, in_use, now);
  if (used.ok()) {
    Consider(used->not_before, now, &finding.next_key_time);
    Consider(used->expires, now, &finding.next_key_time);
  } else if (IsNoAnswer(used.status())) {
    finding.retry_after = RetryDelayOf(used.status());
  }
  if (!configured.versionless()) return finding;
  const absl::StatusOr<KeyDescription> latest = env_->keys->GetKey(identity, configured, now);
  if (latest.ok() && !absl::EqualsIgnoreCase(latest->version, in_use.key_version)) {
    finding.newer_version = latest->version;
    // It may become usable by itself.
    Consider(latest->not_before, now, &finding.next_key_time);
  }
  if (IsNoAnswer(latest.status())) finding.retry_after = RetryDelayOf(latest.status());
  return finding;
}

std::optional<absl::Duration> Account::Follow(const Finding& finding, absl::Time now,
                                              absl::string_view cause) {
  KeyIdentifier configured;
  SecureBytes data_key;
  {
    MutexLock lock(&mu_);
    configured = *protection_.customer_key;
    data_key = data_key_.Copy();
  }
  absl::StatusOr<CustomerWrap> wrap =
      WrapWithCustomerKey(env_->keys, finding.identity.identity, tenant_id_,
                          configured.WithVersion(finding.newer_version), data_key, now);
  if (IsNoAnswer(wrap.status())) return RetryDelayOf(wrap.status());
  MutexLock lock(&mu_);
  now_ = now;
  changed_.Mark();
  if (!wrap.ok()) {
    if (refused_version_ == finding.newer_version) return std::nullopt;
    refused_version_ = finding.newer_version;
    RecordAccountEventLocked(protection_.in_use.text, protection_.in_use.text,
                             absl::StrCat("stays with this version: the newer version ",
                                          finding.newer_version, " cannot be used"));
    return std::nullopt;
  }
  refused_version_.clear();
  const std::string before = protection_.in_use.text;
  // The data key is the same: nothing that it sealed needs to change.
  protection_.in_use = std::move(wrap->in_use);
  protection_.wrapped_data_key = std::move(wrap->wrapped.ciphertext);
  RecordAccountEventLocked(before, protection_.in_use.text,
                           absl::StrCat("follows the newest version (", cause, ")"));
  return std::nullopt;
}

SecureBytes Account::Unwrap(Finding* finding, absl::Time now) {
  WrappedKey wrapped;
  {
    MutexLock lock(&mu_);
    wrapped = WrappedKey{protection_.in_use.text, protection_.wrapped_data_key};
  }
  absl::StatusOr<SecureBytes> data_key =
      env_->keys->UnwrapKey(finding->identity.identity, wrapped, now);
  if (IsNoAnswer(data_key.status())) {
    finding->unanswered = true;
    finding->retry_after = RetryDelayOf(data_key.status());
  }
  if (data_key.ok() && data_key->size() != AeadKey::kKeyBytes) data_key = UnreadableRecordError();
  if (data_key.ok()) return *std::move(data_key);
  finding->refusal = data_key.status();
  finding->reason = DescribeKeyRefusal(finding->refusal);
  return SecureBytes();
}

void Account::EndWindow(absl::Time now) {
  Finding finding = Look(now);
  SecureBytes data_key;
  if (finding.refusal.ok()) data_key = Unwrap(&finding, now);
  {
    MutexLock lock(&mu_);
    now_ = now;
    changed_.Mark();
    identity_ = finding.identity;
    if (finding.unanswered) {
      // The window is over when the data key is back.
      RecordUnansweredLocked(finding, now);
      ArmLocked(Timer::kWindow, now + *finding.retry_after);
      return;
    }
    if (finding.refusal.ok()) {
      // What is lost must be lost before it can be restored.
      RecordSupersededLocked(queues_->ApplyLossRest(now));
      data_key_.Install(std::move(data_key));
      ActLocked(KeyAccessEvent::kWindowOverGranted, now, "", "restoration window over");
    } else {
      ActLocked(KeyAccessEvent::kWindowOverDenied, now, finding.reason, "restoration window over");
    }
  }
  // A version that was made meanwhile can be followed now; timers are armed.
  Probe(now, "restoration window over");
}

void Account::RecordUnansweredLocked(const Finding& finding, absl::Time now) {
  const char* const state = KeyAccessName(access_.state());
  RecordAccountEventLocked(state, state,
                           absl::StrCat(finding.reason, " Asked again at ",
                                        FormatIso8601Time(now + *finding.retry_after, 7)));
}

void Account::ArmProbesLocked(const Finding& finding, absl::Time now) {
  const absl::Duration interval = env_->options.key_access.probe_interval;
  ArmLocked(Timer::kProbe, now + std::min(finding.retry_after.value_or(interval), interval));
  if (finding.next_key_time.has_value()) {
    ArmLocked(Timer::kKeyTime, *finding.next_key_time);
  } else if (!finding.retry_after.has_value()) {
    // Without an answer the time that is known stays.
    DisarmLocked(Timer::kKeyTime);
  }
}

}  // namespace lazuli::batch
