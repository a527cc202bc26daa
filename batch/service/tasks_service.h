// File: batch/service/tasks_service.h
//
// The operations of lazuli.v1.Tasks.
#ifndef LAZULI_BATCH_SERVICE_TASKS_SERVICE_H_
#define LAZULI_BATCH_SERVICE_TASKS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "batch/account_registry.h"
#include "proto/batch_jobs.pb.h"
#include "proto/common.pb.h"

namespace lazuli::batch {

// Thread safe. Callers are already authorized, and what the description alone says of a request
// (required and unemulated members) is already checked. An account that does not serve calls is
// told first, then what is wrong with the input; then nothing was changed. Beside the errors named
// in batch/workload/workload.h those of Account::WithWorkload may come.
class TasksService {
 public:
  // Outlives the service.
  explicit TasksService(AccountRegistry* accounts) : accounts_(accounts) {}

  TasksService(const TasksService&) = delete;
  TasksService& operator=(const TasksService&) = delete;

  absl::Status AddTask(const CallContext& context, const v1::AddTaskRequest& request,
                       v1::ObjectRevision* response);
  // Each task is told apart in the answer: one that is refused leaves the others be.
  absl::Status AddTaskCollection(const CallContext& context,
                                 const v1::AddTaskCollectionRequest& request,
                                 v1::TaskAddCollectionResult* response);
  absl::Status ListTasks(const CallContext& context, const v1::ListTasksRequest& request,
                         v1::ListTasksResponse* response);
  absl::Status GetTask(const CallContext& context, const v1::GetTaskRequest& request,
                       v1::CloudTask* response);
  absl::Status UpdateTask(const CallContext& context, const v1::UpdateTaskRequest& request,
                          v1::ObjectRevision* response);
  absl::Status DeleteTask(const CallContext& context, const v1::TaskRequest& request,
                          v1::Empty* response);
  absl::Status TerminateTask(const CallContext& context, const v1::TaskRequest& request,
                             v1::ObjectRevision* response);
  absl::Status ReactivateTask(const CallContext& context, const v1::TaskRequest& request,
                              v1::ObjectRevision* response);

 private:
  AccountRegistry* const accounts_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_TASKS_SERVICE_H_
