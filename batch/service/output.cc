#include "batch/service/output.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/iso8601.h"
#include "proto/time.h"

namespace lazuli::batch {

std::string PoolUrl(absl::string_view account_url, absl::string_view pool_id) {
  return absl::StrCat(account_url, "/pools/", pool_id);
}

std::string NodeUrl(absl::string_view account_url, absl::string_view pool_id,
                    absl::string_view node_id) {
  return absl::StrCat(account_url, "/pools/", pool_id, "/nodes/", node_id);
}

std::string JobUrl(absl::string_view account_url, absl::string_view job_id) {
  return absl::StrCat(account_url, "/jobs/", job_id);
}

std::string TaskUrl(absl::string_view account_url, absl::string_view job_id,
                    absl::string_view task_id) {
  return absl::StrCat(account_url, "/jobs/", job_id, "/tasks/", task_id);
}

std::string ETag(const Revision& revision) {
  // Ticks are 100 ns, counted from the year 1.
  constexpr int64_t kTicksAtUnixEpoch = 621'355'968'000'000'000;
  const int64_t ticks = kTicksAtUnixEpoch +
                        absl::ToInt64Nanoseconds(revision.last_modified - absl::UnixEpoch()) / 100 +
                        revision.number;
  return absl::StrFormat("0x%X", ticks);
}

google::protobuf::Duration WriteDuration(absl::Duration duration) {
  return ToProto(std::min(duration, MaxTimeSpan()));
}

}  // namespace lazuli::batch
