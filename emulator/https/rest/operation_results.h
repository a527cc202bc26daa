// File: emulator/https/rest/operation_results.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_OPERATION_RESULTS_H_
#define LAZULI_EMULATOR_HTTPS_REST_OPERATION_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/ids.h"
#include "base/mutex.h"

namespace lazuli::emulator {

// What long-running operations came to, for the clients that come back to ask. Operations here are
// done when they are answered, so that the first question finds the result. Kept in memory alone:
// the answers name this server's address, and the resources themselves are stored. No id comes
// twice, also over restarts, if `ids` is another one with each start. Thread safe.
class OperationResults {
 public:
  // Own choice: more than clients have under way at a time, and a bound for what they forget, of
  // some two kilobytes each.
  static constexpr size_t kDefaultCapacity = 256;

  struct Result {
    int status = 200;
    std::string body;
  };

  explicit OperationResults(IdDeriver ids, size_t capacity = kDefaultCapacity);

  // Keeps `result` for `owner` and answers its id, a GUID. The oldest makes place for the newest.
  std::string Add(const Caller& owner, Result result);
  // OperationResultNotFoundError, also for another caller than the owner.
  absl::StatusOr<Result> Find(absl::string_view id, const Caller& caller) const;

 private:
  struct Entry {
    std::string owner;
    Result result;
  };

  const IdDeriver ids_;
  const size_t capacity_;
  mutable Mutex mu_;
  uint64_t added_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mu_);
  std::deque<std::string> order_ ABSL_GUARDED_BY(mu_);
};

// The path under which the result of the operation at `segments` is asked for, without the id:
//
//   .../batchAccounts/A                                  the same, with /operationResults
//   .../locations/L/deletedVaults/V/purge                .../locations/L/operationResults
//   .../locations/L/deletedManagedHSMs/H/purge           likewise
//   /subscriptions/S/resourcegroups/G                    /subscriptions/S/operationResults
std::string OperationResultsPath(const std::vector<std::string>& segments);

// The id at the end of such a path with an id; empty for any other path.
absl::string_view OperationResultId(const std::vector<std::string>& segments);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_OPERATION_RESULTS_H_
