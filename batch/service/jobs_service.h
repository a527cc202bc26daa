// File: batch/service/jobs_service.h
//
// The operations of lazuli.v1.Jobs.
#ifndef LAZULI_BATCH_SERVICE_JOBS_SERVICE_H_
#define LAZULI_BATCH_SERVICE_JOBS_SERVICE_H_

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
class JobsService {
 public:
  // Outlives the service.
  explicit JobsService(AccountRegistry* accounts) : accounts_(accounts) {}

  JobsService(const JobsService&) = delete;
  JobsService& operator=(const JobsService&) = delete;

  absl::Status AddJob(const CallContext& context, const v1::AddJobRequest& request,
                      v1::ObjectRevision* response);
  absl::Status ListJobs(const CallContext& context, const v1::ListJobsRequest& request,
                        v1::ListJobsResponse* response);
  absl::Status GetJob(const CallContext& context, const v1::GetJobRequest& request,
                      v1::CloudJob* response);
  absl::Status PatchJob(const CallContext& context, const v1::PatchJobRequest& request,
                        v1::ObjectRevision* response);
  absl::Status UpdateJob(const CallContext& context, const v1::UpdateJobRequest& request,
                         v1::ObjectRevision* response);
  absl::Status DeleteJob(const CallContext& context, const v1::JobRequest& request,
                         v1::Empty* response);
  absl::Status DisableJob(const CallContext& context, const v1::DisableJobRequest& request,
                          v1::ObjectRevision* response);
  absl::Status EnableJob(const CallContext& context, const v1::JobRequest& request,
                         v1::ObjectRevision* response);
  absl::Status TerminateJob(const CallContext& context, const v1::TerminateJobRequest& request,
                            v1::ObjectRevision* response);
  absl::Status GetTaskCounts(const CallContext& context, const v1::GetTaskCountsRequest& request,
                             v1::TaskCountsResult* response);

 private:
  AccountRegistry* const accounts_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_JOBS_SERVICE_H_
