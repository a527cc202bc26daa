#include "batch/service/tasks_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/input.h"
#include "batch/service/output.h"
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
  result->mutable_error()->set_code(info.code);
  result->mutable_error()->set_message(std::string(status.message()));
}

void WriteAdded(const AddedTask& added, const std::string& url, v1::TaskAddResult* result) {
  result->set_status("success");
  result->set_e_tag(ETag(added.revision));
  *result->mutable_last_modified() = ToProto(added.revision.last_modified);
  result->set_location(url);
}

}  // namespace

absl::Status TasksService::AddTask(const CallContext& context, const v1::AddTaskRequest& request,
                                   v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewTask task, ReadTask(request.task()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.AddTask(request.job_id(), task, now).status();
  });
}

absl::Status TasksService::AddTaskCollection(const CallContext& context,
                                             const v1::AddTaskCollectionRequest& request,
                                             v1::TaskAddCollectionResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
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
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page_request, ReadPage(request));
  Page<TaskView> page;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(page, workload.ListTasks(request.job_id(), page_request));
        return absl::OkStatus();
      }));
  for (const TaskView& view : page.items) {
    LAZULI_RETURN_IF_ERROR(WriteTask(view, url, response->add_value()));
  }
  if (page.next != 0) response->set_next_link(WriteSkipToken(page.next));
  return absl::OkStatus();
}

absl::Status TasksService::GetTask(const CallContext& context, const v1::TaskRequest& request,
                                   v1::CloudTask* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  TaskView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetTask(request.job_id(), request.task_id()));
        return absl::OkStatus();
      }));
  return WriteTask(view, url, response);
}

absl::Status TasksService::DeleteTask(const CallContext& context, const v1::TaskRequest& request,
                                      v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.DeleteTask(request.job_id(), request.task_id(), now);
  });
}

absl::Status TasksService::TerminateTask(const CallContext& context, const v1::TaskRequest& request,
                                         v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.TerminateTask(request.job_id(), request.task_id(), now);
  });
}

absl::Status TasksService::ReactivateTask(const CallContext& context,
                                          const v1::TaskRequest& request, v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.ReactivateTask(request.job_id(), request.task_id(), now);
  });
}

}  // namespace lazuli::batch
