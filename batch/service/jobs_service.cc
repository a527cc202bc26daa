#include "batch/service/jobs_service.h"

#include <string>

#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/input.h"
#include "batch/service/job_conversion.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {

absl::Status JobsService::AddJob(const CallContext& context, const v1::AddJobRequest& request,
                                 v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewJob job, ReadJob(request.job()));
  return account->WithWorkload(
      context, [&](Workload& workload, absl::Time now) { return workload.AddJob(job, now); });
}

absl::Status JobsService::ListJobs(const CallContext& context, const v1::ListJobsRequest& request,
                                   v1::ListJobsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page_request, ReadPage(request));
  Page<JobView> page;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(page, workload.ListJobs(page_request));
        return absl::OkStatus();
      }));
  for (const JobView& view : page.items) {
    LAZULI_RETURN_IF_ERROR(WriteJob(view, url, response->add_value()));
  }
  if (page.next != 0) response->set_next_link(WriteSkipToken(page.next));
  return absl::OkStatus();
}

absl::Status JobsService::GetJob(const CallContext& context, const v1::JobRequest& request,
                                 v1::CloudJob* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  JobView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetJob(request.job_id()));
        return absl::OkStatus();
      }));
  return WriteJob(view, url, response);
}

absl::Status JobsService::DeleteJob(const CallContext& context, const v1::JobRequest& request,
                                    v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.DeleteJob(request.job_id(), now);
  });
}

absl::Status JobsService::DisableJob(const CallContext& context,
                                     const v1::DisableJobRequest& request, v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const DisableTasks tasks, ReadDisableTasks(request.disable_tasks()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.DisableJob(request.job_id(), tasks, now);
  });
}

absl::Status JobsService::EnableJob(const CallContext& context, const v1::JobRequest& request,
                                    v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.EnableJob(request.job_id(), now);
  });
}

absl::Status JobsService::TerminateJob(const CallContext& context,
                                       const v1::TerminateJobRequest& request, v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.TerminateJob(request.job_id(), request.terminate_reason(), now);
  });
}

absl::Status JobsService::GetTaskCounts(const CallContext& context, const v1::JobRequest& request,
                                        v1::TaskCountsResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  JobTaskCounts counts;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        LAZULI_ASSIGN_OR_RETURN(counts, workload.CountTasks(request.job_id()));
        return absl::OkStatus();
      }));
  WriteTaskCounts(counts, response);
  return absl::OkStatus();
}

}  // namespace lazuli::batch
