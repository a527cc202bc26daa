// How a workload rests.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/iso8601.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/task.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

// One line of name=value pairs. Ids and states hold neither spaces nor equals signs.
class ClearFields {
 public:
  template <typename Value>
  ClearFields& Add(absl::string_view name, const Value& value) {
    absl::StrAppend(&text_, text_.empty() ? "" : " ", name, "=", value);
    return *this;
  }
  ClearFields& AddTime(absl::string_view name, absl::Time time) {
    return time == kNever ? *this : Add(name, FormatIso8601Time(time, 7));
  }
  ClearFields& AddDuration(absl::string_view name, absl::Duration duration) {
    return Add(name, FormatIso8601Duration(duration));
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string Describe(const Pool& pool) {
  return ClearFields()
      .Add("id", pool.id)
      .Add("ordinal", pool.ordinal)
      .Add("state", StateName(pool.state))
      .Add("allocationState", StateName(pool.allocation_state))
      .AddTime("creationTime", pool.creation_time)
      .AddTime("lastModified", pool.revision.last_modified)
      .AddTime("stateTransitionTime", pool.state_transition_time)
      .AddTime("allocationStateTransitionTime", pool.allocation_state_transition_time)
      .Add("targetDedicatedNodes", pool.target_dedicated)
      .Add("targetLowPriorityNodes", pool.target_low_priority)
      .Add("taskSlotsPerNode", pool.slots_per_node)
      .Add("nodeFillType", pool.fill == NodeFillType::kSpread ? "spread" : "pack")
      .AddDuration("resizeTimeout", pool.resize_timeout)
      .Take();
}

std::string Describe(const Node& node) {
  return ClearFields()
      .Add("id", node.id)
      .Add("poolId", node.pool->id)
      .Add("ordinal", node.ordinal)
      .Add("state", StateName(node.state))
      .AddTime("stateTransitionTime", node.state_transition_time)
      .AddTime("allocationTime", node.allocation_time)
      .AddTime("lastBootTime", node.last_boot_time.value_or(kNever))
      .Add("isDedicated", node.dedicated)
      .Add("draining", node.draining)
      .Add("schedulingState", node.scheduling ? "enabled" : "disabled")
      .Add("freeSlots", node.free_slots)
      .Add("totalTasksRun", node.total_tasks_run)
      .Add("totalTasksSucceeded", node.total_tasks_succeeded)
      .Take();
}

std::string Describe(const Job& job) {
  return ClearFields()
      .Add("id", job.id)
      .Add("poolId", job.pool_id)
      .Add("ordinal", job.ordinal)
      .Add("state", StateName(job.state))
      .AddTime("creationTime", job.creation_time)
      .AddTime("lastModified", job.revision.last_modified)
      .AddTime("stateTransitionTime", job.state_transition_time)
      .AddTime("endTime", job.end_time)
      .Add("priority", job.priority)
      .Add("maxParallelTasks", job.max_parallel_tasks)
      .AddDuration("maxWallClockTime", job.max_wall_clock_time)
      .Add("maxTaskRetryCount", job.max_task_retry_count)
      .Add("onAllTasksComplete",
           job.on_all_tasks_complete == OnAllTasksComplete::kNoAction ? "noaction" : "terminatejob")
      .Add("active", job.counts.tasks.active)
      .Add("running", job.counts.tasks.running)
      .Add("succeeded", job.counts.tasks.succeeded)
      .Add("failed", job.counts.tasks.failed)
      .Take();
}

std::string Describe(const Task& task) {
  ClearFields fields;
  fields.Add("id", task.id)
      .Add("jobId", task.job->id)
      .Add("ordinal", task.ordinal)
      .Add("state", StateName(task.state))
      .AddTime("creationTime", task.creation_time)
      .AddTime("lastModified", task.last_modified)
      .AddTime("stateTransitionTime", task.state_transition_time)
      .Add("requiredSlots", task.required_slots)
      .AddDuration("maxWallClockTime", task.max_wall_clock_time)
      .AddDuration("retentionTime", task.retention_time)
      .Add("maxTaskRetryCount", task.max_retry_count);
  if (task.run != nullptr) {
    fields.Add("nodeId", task.run->node_id)
        .AddTime("startTime", task.run->start_time)
        .AddTime("endTime", task.run->end_time)
        .Add("retryCount", task.run->retry_count)
        .AddTime("lastRetryTime", task.run->last_retry_time)
        .Add("requeueCount", task.run->requeue_count)
        .AddTime("lastRequeueTime", task.run->last_requeue_time);
  }
  return fields.Take();
}

// What a record's second sealed blob is called.
std::string Part(absl::string_view clear, absl::string_view part) {
  return absl::StrCat(clear, " part=", part);
}

}  // namespace

std::vector<RestingBytes> Workload::DumpRecords() const {
  std::vector<RestingBytes> records;
  for (const auto& [pool_ordinal, pool] : pools_) {
    records.push_back({"pool", Describe(*pool), pool->sealed});
    for (const auto& [ordinal, node] : pool->nodes) {
      records.push_back({"node", Describe(*node), ""});
    }
  }
  for (const auto& [job_ordinal, job] : jobs_) {
    records.push_back({"job", Describe(*job), job->sealed});
    if (!job->sealed_reason.empty()) {
      records.push_back(
          {"job", Part(absl::StrCat("id=", job->id), "terminateReason"), job->sealed_reason});
    }
    for (const auto& [ordinal, task] : job->tasks) {
      records.push_back({"task", Describe(*task), task->sealed});
      if (task->run != nullptr && !task->run->sealed_exit_code.empty()) {
        records.push_back({"task",
                           Part(absl::StrCat("id=", task->id, " jobId=", job->id), "exitCode"),
                           task->run->sealed_exit_code});
      }
      if (task->run != nullptr && !task->run->sealed_planned_exit_code.empty()) {
        records.push_back(
            {"task", Part(absl::StrCat("id=", task->id, " jobId=", job->id), "plannedExitCode"),
             task->run->sealed_planned_exit_code});
      }
    }
  }
  return records;
}

}  // namespace lazuli::batch
