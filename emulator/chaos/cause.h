// File: emulator/chaos/cause.h
//
// One way to take the key of a Batch account away, and to give it back: by the operations that
// users have.
#ifndef LAZULI_EMULATOR_CHAOS_CAUSE_H_
#define LAZULI_EMULATOR_CHAOS_CAUSE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "batch/key_identifier.h"
#include "emulator/chaos/chaos_engines.h"
#include "keyvault/vault_record.h"

namespace lazuli::emulator {

// Whose key is to be taken, and what the account reaches it by.
struct CauseTarget {
  std::shared_ptr<batch::Account> account;
  // As what the account acts.
  batch::AccountIdentity identity;
  // The version that wraps the account's data key.
  batch::KeyIdentifier key;
  // The live vault that holds it.
  keyvault::VaultRecordPtr vault;
};

// Something that was taken away, with what it takes to give it back. Not thread safe.
class TakenAway {
 public:
  // `what`: what was changed, in words, e.g. "the key 'k' of the vault 'v' was disabled".
  explicit TakenAway(std::string what) : what_(std::move(what)) {}
  virtual ~TakenAway() = default;

  const std::string& what() const { return what_; }

  // Puts the state before back, all of it or, with an error, nothing. ChangedMeanwhileError when
  // somebody else has changed what was taken; CannotBeRestoredError when it is gone for good; what
  // the operations themselves refuse (the vault was deleted meanwhile, say) may be tried again.
  virtual absl::Status GiveBack(const CallContext& context) = 0;

 private:
  const std::string what_;
};

using TakeResult = absl::StatusOr<std::unique_ptr<TakenAway>>;

// Lives for ever.
struct Cause {
  absl::string_view name;    // "key-disabled"
  absl::string_view takes;   // for people
  absl::string_view undo;    // for people; empty: for good
  absl::string_view reason;  // the code that the account shows
  // Takes it, or, with an error, changes nothing.
  TakeResult (*take)(const ChaosEngines& engines, const CauseTarget& target,
                     const CallContext& context);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CAUSE_H_
