// File: batch/service/output.h
//
// What answers of the data plane have in common: URLs, eTags and durations.
#ifndef LAZULI_BATCH_SERVICE_OUTPUT_H_
#define LAZULI_BATCH_SERVICE_OUTPUT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "batch/workload/types.h"
#include "google/protobuf/duration.pb.h"

namespace lazuli::batch {

// `account_url` as in WorkloadOptions.
std::string PoolUrl(absl::string_view account_url, absl::string_view pool_id);
std::string NodeUrl(absl::string_view account_url, absl::string_view pool_id,
                    absl::string_view node_id);
std::string JobUrl(absl::string_view account_url, absl::string_view job_id);
std::string TaskUrl(absl::string_view account_url, absl::string_view job_id,
                    absl::string_view task_id);

// "0x8DC..." as Batch writes it: .NET's ticks of the last modification in hexadecimal digits.
// Changes within one tick still differ.
std::string ETag(const Revision& revision);

// Without a limit: .NET's longest duration.
google::protobuf::Duration WriteDuration(absl::Duration duration);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_OUTPUT_H_
