#include "batch/service/tasks_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/conditions.h"
#include "batch/service/listing.h"
#include "batch/service/object_change.h"
#include "batch/service/object_select.h"
#include "batch/service/output.h"
#include "batch/service/revision.h"
#include "batch/service/task_conversion.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

absl::Status CheckCollection(const v1::AddTaskCollectionRequest& request) {
  if (request.value().empty()) return MissingPropertyError("value");
  if (static_cast<size_t>(request.value_size()) > limits::batch::kMaxTasksPerCollection) {
    return CollectionTooLargeError("A collection holds at most 100 tasks");
  }
  if (request.ByteSizeLong() >= limits::batch::kMaxCollectionBytes) {
    return CollectionTooLargeError("A collection must be smaller than 1 MB");
  }
  return absl::OkStatus();
}

void WriteRefusal(const absl::Status& status, v1::TaskAddResult* result) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  result->set_status(info.http_status >= 500 ? "servererror" : "clienterror");
  v1::BatchError& error = *result->mutable_error();
  error.set_code(info.code);
  error.mutable_message()->set_lang("en-US");
  error.mutable_message()->set_value(std::string(status.message()));
  for (const ErrorDetail& detail : info.details) {
    v1::BatchErrorDetail& value = *error.add_values();
    value.set_key(detail.code);
    value.set_value(detail.message);
  }
}

void WriteAdded(const AddedTask& added, const std::string& url, v1::TaskAddResult* result) {
  result->set_status("success");
  result->set_e_tag(ETag(added.revision));
  *result->mutable_last_modified() = ToProto(added.revision.last_modified);
  result->set_location(url);
}

// Changes a task that meets the request's conditions, and tells what it is then.
template <typename Request>
absl::Status Change(Account& account, const CallContext& context, const Request& request,
                    absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                    v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto revision = [&](const Workload& workload) {
    return workload.TaskRevision(request.job_id(), request.task_id());
  };
  const auto url = [&](absl::string_view account_url) {
    return TaskUrl(account_url, request.job_id(), request.task_id());
  };
  return ChangeObject(account, context, {revision, url}, conditions, change, response);
}

}  // namespace

absl::Status TasksService::AddTask(const CallContext& context, const v1::AddTaskRequest& request,
                                   v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewTask task, ReadTask(request.task()));
  Revision revision;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
        LAZULI_ASSIGN_OR_RETURN(revision, workload.AddTask(request.job_id(), task, now));
        url = TaskUrl(workload.options().account_url, request.job_id(), task.id);
        return absl::OkStatus();
      }));
  WriteAddedRevision(revision, url, response);
  return absl::OkStatus();
}

absl::Status TasksService::AddTaskCollection(const CallContext& context,
                                             const v1::AddTaskCollectionRequest& request,
                                             v1::TaskAddCollectionResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_RETURN_IF_ERROR(CheckCollection(request));
  std::vector<NewTask> good;
  std::vector<v1::TaskAddResult*> results;  // of the good ones
  for (const v1::TaskAddParameter& task : request.value()) {
    v1::TaskAddResult* const result = response->add_value();
    result->set_task_id(task.id());
    absl::StatusOr<NewTask> read = ReadTask(task);
    if (!read.ok()) {
      WriteRefusal(read.status(), result);
      continue;
    }
    good.push_back(*std::move(read));
    results.push_back(result);
  }
  std::vector<AddedTask> added;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(added, workload.AddTasks(request.job_id(), good, now));
        return absl::OkStatus();
      }));
  for (size_t i = 0; i < added.size(); ++i) {
    if (added[i].status.ok()) {
      WriteAdded(added[i], TaskUrl(url, request.job_id(), good[i].id), results[i]);
    } else {
      WriteRefusal(added[i].status, results[i]);
    }
  }
  return absl::OkStatus();
}

absl::Status TasksService::ListTasks(const CallContext& context,
                                     const v1::ListTasksRequest& request,
                                     v1::ListTasksResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const ListQuery query, ReadListQuery<v1::CloudTask>(request));
  std::string url;
  const auto list = [&](const PageRequest& part) -> absl::StatusOr<Page<TaskView>> {
    Page<TaskView> page;
    LAZULI_RETURN_IF_ERROR(
        account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
          url = workload.options().account_url;
          LAZULI_ASSIGN_OR_RETURN(page, workload.ListTasks(request.job_id(), part));
          return absl::OkStatus();
        }));
    return page;
  };
  return FillList(
      query, list,
      [&](const TaskView& view, v1::CloudTask* task) { return WriteTask(view, url, task); },
      response);
}

absl::Status TasksService::GetTask(const CallContext& context, const v1::GetTaskRequest& request,
                                   v1::CloudTask* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const ObjectSelect select,
                          ObjectSelect::Parse(request.select(), *v1::CloudTask::descriptor()));
  LAZULI_RETURN_IF_ERROR(CheckExpand(request.expand()));
  TaskView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetTask(request.job_id(), request.task_id()));
        return conditions.Check(view.revision, Conditions::For::kRead);
      }));
  LAZULI_RETURN_IF_ERROR(WriteTask(view, url, response));
  select.Apply(response);
  return absl::OkStatus();
}

absl::Status TasksService::UpdateTask(const CallContext& context,
                                      const v1::UpdateTaskRequest& request,
                                      v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const TaskConstraints constraints,
                          ReadConstraints(request.task().constraints()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.UpdateTask(request.job_id(), request.task_id(), constraints, now);
  };
  return Change(*account, context, request, change, response);
}

absl::Status TasksService::DeleteTask(const CallContext& context, const v1::TaskRequest& request,
                                      v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const Revision revision,
                            workload.TaskRevision(request.job_id(), request.task_id()));
    LAZULI_RETURN_IF_ERROR(conditions.Check(revision, Conditions::For::kWrite));
    return workload.DeleteTask(request.job_id(), request.task_id(), now);
  });
}

absl::Status TasksService::TerminateTask(const CallContext& context, const v1::TaskRequest& request,
                                         v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.TerminateTask(request.job_id(), request.task_id(), now);
  };
  return Change(*account, context, request, change, response);
}

absl::Status TasksService::ReactivateTask(const CallContext& context,
                                          const v1::TaskRequest& request,
                                          v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.ReactivateTask(request.job_id(), request.task_id(), now);
  };
  return Change(*account, context, request, change, response);
}

}  // namespace lazuli::batch
