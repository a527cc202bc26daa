#include "emulator/explain/refusal_log.h"

#include <utility>

#include "absl/strings/match.h"

namespace lazuli::emulator {

void RefusalLog::OnRefused(RefusedCall refusal) {
  MutexLock lock(&mu_);
  refusals_.push_back(std::move(refusal));
  if (refusals_.size() > capacity_) refusals_.pop_front();
}

std::optional<RefusedCall> RefusalLog::Find(absl::string_view request_id) const {
  MutexLock lock(&mu_);
  for (auto refusal = refusals_.rbegin(); refusal != refusals_.rend(); ++refusal) {
    if (absl::EqualsIgnoreCase(refusal->request_id, request_id)) return *refusal;
  }
  return std::nullopt;
}

}  // namespace lazuli::emulator
