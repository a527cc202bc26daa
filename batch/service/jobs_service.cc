#include "batch/service/jobs_service.h"

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/conditions.h"
#include "batch/service/job_conversion.h"
#include "batch/service/listing.h"
#include "batch/service/object_change.h"
#include "batch/service/object_select.h"
#include "batch/service/output.h"
#include "batch/service/revision.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

// Changes a job that meets the conditions, and tells what it is then.
absl::Status Change(Account& account, const CallContext& context, const std::string& job_id,
                    const Conditions& conditions,
                    absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                    v1::ObjectRevision* response) {
  const auto revision = [&](const Workload& workload) { return workload.JobRevision(job_id); };
  const auto url = [&](absl::string_view account_url) { return JobUrl(account_url, job_id); };
  return ChangeObject(account, context, {revision, url}, conditions, change, response);
}

}  // namespace

absl::Status JobsService::AddJob(const CallContext& context, const v1::AddJobRequest& request,
                                 v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewJob job, ReadJob(request.job()));
  Revision revision;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
        LAZULI_RETURN_IF_ERROR(workload.AddJob(job, now));
        LAZULI_ASSIGN_OR_RETURN(revision, workload.JobRevision(job.id));
        url = JobUrl(workload.options().account_url, job.id);
        return absl::OkStatus();
      }));
  WriteAddedRevision(revision, url, response);
  return absl::OkStatus();
}

absl::Status JobsService::ListJobs(const CallContext& context, const v1::ListJobsRequest& request,
                                   v1::ListJobsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const ListQuery query, ReadListQuery<v1::CloudJob>(request));
  std::string url;
  const auto list = [&](const PageRequest& part) -> absl::StatusOr<Page<JobView>> {
    Page<JobView> page;
    LAZULI_RETURN_IF_ERROR(
        account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
          url = workload.options().account_url;
          LAZULI_ASSIGN_OR_RETURN(page, workload.ListJobs(part));
          return absl::OkStatus();
        }));
    return page;
  };
  return FillList(
      query, list, [&](const JobView& view, v1::CloudJob* job) { return WriteJob(view, url, job); },
      response);
}

absl::Status JobsService::GetJob(const CallContext& context, const v1::GetJobRequest& request,
                                 v1::CloudJob* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const ObjectSelect select,
                          ObjectSelect::Parse(request.select(), *v1::CloudJob::descriptor()));
  LAZULI_RETURN_IF_ERROR(CheckExpand(request.expand()));
  JobView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetJob(request.job_id()));
        return conditions.Check(view.revision, Conditions::For::kRead);
      }));
  LAZULI_RETURN_IF_ERROR(WriteJob(view, url, response));
  select.Apply(response);
  return absl::OkStatus();
}

absl::Status JobsService::PatchJob(const CallContext& context, const v1::PatchJobRequest& request,
                                   v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const JobView view, workload.GetJob(request.job_id()));
    LAZULI_ASSIGN_OR_RETURN(const NewJob changed, batch::PatchJob(view, request.job()));
    return workload.UpdateJob(changed, now);
  };
  return Change(*account, context, request.job_id(), conditions, change, response);
}

absl::Status JobsService::UpdateJob(const CallContext& context, const v1::UpdateJobRequest& request,
                                    v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const JobView view, workload.GetJob(request.job_id()));
    LAZULI_ASSIGN_OR_RETURN(const NewJob changed, batch::UpdateJob(view, request.job()));
    return workload.UpdateJob(changed, now);
  };
  return Change(*account, context, request.job_id(), conditions, change, response);
}

absl::Status JobsService::DeleteJob(const CallContext& context, const v1::JobRequest& request,
                                    v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const Revision revision, workload.JobRevision(request.job_id()));
    LAZULI_RETURN_IF_ERROR(conditions.Check(revision, Conditions::For::kWrite));
    return workload.DeleteJob(request.job_id(), now);
  });
}

absl::Status JobsService::DisableJob(const CallContext& context,
                                     const v1::DisableJobRequest& request,
                                     v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const DisableTasks tasks, ReadDisableTasks(request.disable_tasks()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.DisableJob(request.job_id(), tasks, now);
  };
  return Change(*account, context, request.job_id(), conditions, change, response);
}

absl::Status JobsService::EnableJob(const CallContext& context, const v1::JobRequest& request,
                                    v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.EnableJob(request.job_id(), now);
  };
  return Change(*account, context, request.job_id(), conditions, change, response);
}

absl::Status JobsService::TerminateJob(const CallContext& context,
                                       const v1::TerminateJobRequest& request,
                                       v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.TerminateJob(request.job_id(), request.terminate_reason(), now);
  };
  return Change(*account, context, request.job_id(), conditions, change, response);
}

absl::Status JobsService::GetTaskCounts(const CallContext& context,
                                        const v1::GetTaskCountsRequest& request,
                                        v1::TaskCountsResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
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
