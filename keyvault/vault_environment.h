// File: keyvault/vault_environment.h
//
// What all vaults of a process share.
#ifndef LAZULI_KEYVAULT_VAULT_ENVIRONMENT_H_
#define LAZULI_KEYVAULT_VAULT_ENVIRONMENT_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/timer_queue.h"
#include "keyvault/access_listener.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/vault_changes.h"

namespace lazuli::keyvault::crypto {
class CryptoEngine;
}  // namespace lazuli::keyvault::crypto

namespace lazuli::keyvault {

struct VaultRegistryOptions {
  // Lets vaults be created with enableSoftDelete false, as they could be in the past, so that what
  // refuses them can be tried.
  bool allow_vaults_without_soft_delete = false;
  // How long the deletion and the recovery of an object stay invisible, and its purge keeps the
  // name from being free, in virtual time. The real service takes seconds to minutes; at 0 they are
  // done when the call answers.
  absl::Duration object_deletion_delay = absl::ZeroDuration();
  absl::Duration object_recovery_delay = absl::ZeroDuration();
  absl::Duration object_purge_delay = absl::ZeroDuration();
  // How long the vault or one of its issuers takes to issue a certificate; likewise.
  absl::Duration certificate_issue_delay = absl::ZeroDuration();
};

// Thread safe.
class VaultEnvironment {
 public:
  // The pointers outlive every vault.
  VaultEnvironment(const VaultRegistryOptions& options, IdDeriver ids, TimerQueue* timers,
                   EventLog* events, crypto::CryptoEngine* engine)
      : options(options), ids(ids), timers(timers), events(events), engine(engine) {}

  const VaultRegistryOptions options;
  const IdDeriver ids;
  TimerQueue* const timers;
  EventLog* const events;
  crypto::CryptoEngine* const engine;

  void SetAccessListener(AccessListener* listener) { listener_.store(listener); }
  // Tells the listener, if any. No lock may be held.
  void Publish(const std::string& name_space, const std::string& vault_name,
               const std::string& key_name, const std::string& cause) const {
    AccessListener* const listener = listener_.load();
    if (listener != nullptr) listener->OnAccessChanged(name_space, vault_name, key_name, cause);
  }
  // Makes keys of the type and size of others, for their rotation; called without locks, from any
  // thread. May ask the second argument, which may be empty, as key generation does. Before the
  // first call.
  using KeyMaker = std::function<absl::StatusOr<crypto::KeyMaterial::Ptr>(
      const crypto::KeyMaterial&, const crypto::Interrupted&)>;
  void SetKeyMaker(KeyMaker maker) { key_maker_ = std::move(maker); }
  absl::StatusOr<crypto::KeyMaterial::Ptr> MakeKeyLike(
      const crypto::KeyMaterial& key, const crypto::Interrupted& interrupted) const {
    if (key_maker_ == nullptr) return InternalError("nobody makes keys here");
    return key_maker_(key, interrupted);
  }

  // Makes RSA keys of that many bits, for certificates that are renewed; likewise.
  using RsaKeyMaker = std::function<absl::StatusOr<crypto::KeyMaterial::Ptr>(int bits)>;
  void SetRsaKeyMaker(RsaKeyMaker maker) { rsa_key_maker_ = std::move(maker); }
  absl::StatusOr<crypto::KeyMaterial::Ptr> MakeRsaKey(int bits) const {
    if (rsa_key_maker_ == nullptr) return InternalError("nobody makes RSA keys here");
    return rsa_key_maker_(bits);
  }

  // How long the access policies before a change go on deciding, in virtual time. Azure documents
  // up to ten minutes; at 0, the default, none.
  void SetPolicyPropagationDelay(absl::Duration delay) {
    policy_propagation_nanos_.store(absl::ToInt64Nanoseconds(delay));
  }
  absl::Duration policy_propagation_delay() const {
    return absl::Nanoseconds(policy_propagation_nanos_.load());
  }
  // Numbers what is scheduled, from 1: of what is due at the same time the lower number comes
  // first, also in the process that goes on with the state of this one.
  uint64_t NextStep() { return ++step_; }
  // Before anything is scheduled: `step` was used by the process before.
  void SkipStep(uint64_t step) { step_ = std::max(step_.load(), step); }

  VaultChanges changes;

 private:
  std::atomic<AccessListener*> listener_{nullptr};
  KeyMaker key_maker_;
  RsaKeyMaker rsa_key_maker_;
  std::atomic<int64_t> policy_propagation_nanos_{0};
  std::atomic<uint64_t> step_{0};
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_ENVIRONMENT_H_
