// File: batch/service/object_change.h
//
// What every change of a pool, a job or a task has around it: the caller's conditions before, and
// what the object's revision became after.
#ifndef LAZULI_BATCH_SERVICE_OBJECT_CHANGE_H_
#define LAZULI_BATCH_SERVICE_OBJECT_CHANGE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "batch/account.h"
#include "batch/service/conditions.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {

// Where an object stands among an account's work.
struct ObjectPlace {
  // Its revision, or that it is not there.
  absl::FunctionRef<absl::StatusOr<Revision>(const Workload&)> revision;
  absl::FunctionRef<std::string(absl::string_view account_url)> url;
};

// Changes an object that meets the conditions, and writes what it is then. Nothing is changed when
// it is not there, when it does not meet them, or when `change` fails.
absl::Status ChangeObject(Account& account, const CallContext& context, const ObjectPlace& object,
                          const Conditions& conditions,
                          absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                          v1::ObjectRevision* response);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_OBJECT_CHANGE_H_
