// File: batch/service/conditions.h
//
// The conditional headers of a request: which of them it has, and whether they are met.
#ifndef LAZULI_BATCH_SERVICE_CONDITIONS_H_
#define LAZULI_BATCH_SERVICE_CONDITIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

// What a caller wants to hold of an object before something is done with it. A value.
class Conditions {
 public:
  enum class For { kRead, kWrite };

  // Of any request with the four fields. InvalidHeaderValue, MultipleConditionHeadersNotSupported.
  template <typename Request>
  static absl::StatusOr<Conditions> Read(const Request& request) {
    return Read(request.if_match(), request.if_none_match(), request.if_modified_since(),
                request.if_unmodified_since());
  }

  // OK if the object as it is now meets them, else ConditionNotMet. Dates have no fractions of
  // seconds, and so times are compared without.
  absl::Status Check(const Revision& revision, For use) const;

 private:
  static absl::StatusOr<Conditions> Read(absl::string_view if_match,
                                         absl::string_view if_none_match,
                                         absl::string_view if_modified_since,
                                         absl::string_view if_unmodified_since);

  // eTags without quotation marks, or "*"; empty: no such condition.
  std::vector<std::string> if_match_;
  std::vector<std::string> if_none_match_;
  std::optional<absl::Time> if_modified_since_;
  std::optional<absl::Time> if_unmodified_since_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_CONDITIONS_H_
