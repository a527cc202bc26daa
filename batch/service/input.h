// File: batch/service/input.h
//
// What requests of the data plane have in common: ids, names, settings, durations and pages. Each
// check names the field at fault as JSON spells it. What the API's description alone says of a
// request (required and unemulated fields, well-formed texts and times) was checked before.
#ifndef LAZULI_BATCH_SERVICE_INPUT_H_
#define LAZULI_BATCH_SERVICE_INPUT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "batch/workload/types.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/repeated_field.h"
#include "proto/batch_pools.pb.h"
#include "proto/common.pb.h"

namespace lazuli::batch {

// 1 to 64 letters, digits, hyphens and underscores.
absl::Status CheckId(absl::string_view property, absl::string_view id);
// At most 1024 characters of Unicode.
absl::Status CheckDisplayName(absl::string_view name);
absl::Status CheckRange(absl::string_view property, int64_t value, int64_t min, int64_t max);
// -1 (no limit) or at least 0.
absl::Status CheckRetryCount(absl::string_view property, int32_t count);
// Each has a name.
absl::Status CheckMetadata(const google::protobuf::RepeatedPtrField<v1::NameValuePair>& metadata);
absl::Status CheckSettings(
    absl::string_view property,
    const google::protobuf::RepeatedPtrField<v1::EnvironmentSetting>& settings);
// More than nothing.
absl::StatusOr<absl::Duration> ReadPositiveDuration(absl::string_view property,
                                                    const google::protobuf::Duration& duration);
absl::StatusOr<absl::Duration> ReadResizeTimeout(const google::protobuf::Duration& timeout);

// "$skiptoken": where a page begins; opaque to clients. Empty for 0, which stands for none.
std::string WriteSkipToken(uint64_t after);
// Of any request with `maxresults` and `skip_token`.
absl::StatusOr<PageRequest> ReadPage(bool has_maxresults, int32_t maxresults,
                                     absl::string_view skip_token);
template <typename Request>
absl::StatusOr<PageRequest> ReadPage(const Request& request) {
  return ReadPage(request.has_maxresults(), request.maxresults(), request.skip_token());
}

// A specification as it rests, and back. Whatever was added was serialized here.
template <typename Message>
absl::StatusOr<Message> ReadSpecification(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    return absl::DataLossError("a specification cannot be read");
  }
  return message;
}

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_INPUT_H_
