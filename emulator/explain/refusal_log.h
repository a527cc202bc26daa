// File: emulator/explain/refusal_log.h
//
// The last calls that were refused, by the ids that their callers were told.
#ifndef LAZULI_EMULATOR_EXPLAIN_REFUSAL_LOG_H_
#define LAZULI_EMULATOR_EXPLAIN_REFUSAL_LOG_H_

#include <cstddef>
#include <deque>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "emulator/dispatch/refusal.h"

namespace lazuli::emulator {

// Own choice: what a run of tests may want to ask about, in less than a few megabytes.
inline constexpr size_t kKeptRefusals = 1000;

// Thread safe. Nothing is stored: another process knows none of them.
class RefusalLog final : public RefusalObserver {
 public:
  explicit RefusalLog(size_t capacity = kKeptRefusals) : capacity_(capacity) {}

  // The oldest gives way.
  void OnRefused(RefusedCall refusal) override ABSL_LOCKS_EXCLUDED(mu_);

  // The last of that id, in any letter case; nullopt when it is not among those that are kept.
  std::optional<RefusedCall> Find(absl::string_view request_id) const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const size_t capacity_;
  mutable Mutex mu_;
  std::deque<RefusedCall> refusals_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_EXPLAIN_REFUSAL_LOG_H_
