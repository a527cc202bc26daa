#include "batch/storage/batch_world.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "batch/account_spec.h"
#include "batch/account_workload.h"
#include "batch/workload/fake_host.h"
#include "batch/workload/states.h"
#include "batch/workload/types.h"

namespace lazuli::batch {
namespace {

ClockOptions ManualClockFrom(absl::Time start) {
  ClockOptions options;
  options.mode = ClockMode::kManual;
  options.start_time = start;
  return options;
}

std::string Text(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}
std::string Text(const std::optional<absl::Time>& time) { return time ? Text(*time) : "-"; }
std::string Text(const Revision& revision) {
  return absl::StrCat(Text(revision.last_modified), "#", revision.number);
}
std::string Text(const TaskNumbers& n) {
  return absl::StrJoin({n.active, n.running, n.completed, n.succeeded, n.failed}, ",");
}

std::string Line(const PoolView& v) {
  return absl::StrJoin(
      std::make_tuple("pool", v.id, Text(v.revision), Text(v.creation_time), StateName(v.state),
                      Text(v.state_transition_time), StateName(v.allocation_state),
                      Text(v.allocation_state_transition_time), v.current_dedicated,
                      v.current_low_priority, v.target_dedicated, v.target_low_priority,
                      v.slots_per_node, static_cast<int>(v.fill),
                      absl::FormatDuration(v.resize_timeout), v.specification),
      " ");
}
std::string Line(const NodeView& v) {
  return absl::StrJoin(
      std::make_tuple("node", v.id, StateName(v.state), Text(v.state_transition_time),
                      Text(v.allocation_time), Text(v.last_boot_time), v.ip_address, v.dedicated,
                      v.scheduling, v.total_tasks_run, v.total_tasks_succeeded, v.running_tasks,
                      v.running_slots, v.error_code, v.error_message),
      " ");
}
std::string Line(const JobView& v, const JobTaskCounts& counts) {
  return absl::StrJoin(
      std::make_tuple(
          "job", v.id, v.pool_id, Text(v.revision), Text(v.creation_time), StateName(v.state),
          Text(v.state_transition_time), v.previous_state ? StateName(*v.previous_state) : "-",
          v.previous_state ? Text(v.previous_state_transition_time) : "-", v.priority,
          v.max_parallel_tasks, absl::FormatDuration(v.max_wall_clock_time), v.max_task_retry_count,
          static_cast<int>(v.on_all_tasks_complete), Text(v.end_time), v.terminate_reason,
          v.specification, Text(counts.tasks), Text(counts.slots)),
      " ");
}
std::string Line(const TaskView& v) {
  return absl::StrJoin(
      std::make_tuple(
          "task", v.id, Text(v.revision), Text(v.creation_time), StateName(v.state),
          Text(v.state_transition_time), v.previous_state ? StateName(*v.previous_state) : "-",
          v.previous_state ? Text(v.previous_state_transition_time) : "-", v.required_slots,
          absl::FormatDuration(v.max_wall_clock_time), absl::FormatDuration(v.retention_time),
          v.max_retry_count, Text(v.start_time), Text(v.end_time), v.exit_code.value_or(-1),
          static_cast<int>(v.result), static_cast<int>(v.failure), v.retry_count,
          Text(v.last_retry_time), v.requeue_count, Text(v.last_requeue_time), v.pool_id, v.node_id,
          v.specification),
      " ");
}

absl::Status DescribeWork(const Workload& work, std::vector<std::string>* lines) {
  const PageRequest whole{0, 1'000'000};
  LAZULI_ASSIGN_OR_RETURN(const Page<PoolView> pools, work.ListPools(whole));
  for (const PoolView& pool : pools.items) {
    lines->push_back(Line(pool));
    LAZULI_ASSIGN_OR_RETURN(const Page<NodeView> nodes, work.ListNodes(pool.id, whole));
    for (const NodeView& node : nodes.items) lines->push_back(Line(node));
  }
  LAZULI_ASSIGN_OR_RETURN(const Page<JobView> jobs, work.ListJobs(whole));
  for (const JobView& job : jobs.items) {
    LAZULI_ASSIGN_OR_RETURN(const JobTaskCounts counts, work.CountTasks(job.id));
    lines->push_back(Line(job, counts));
    LAZULI_ASSIGN_OR_RETURN(const Page<TaskView> tasks, work.ListTasks(job.id, whole));
    for (const TaskView& task : tasks.items) lines->push_back(Line(task));
  }
  return absl::OkStatus();
}

}  // namespace

void BatchWorld::Observer::OnKeyDependencyChanged(const std::string& account_id,
                                                  const std::optional<KeyDependency>& dependency) {
  told.push_back(absl::StrCat(account_id, " on ",
                              dependency
                                  ? absl::StrCat(dependency->vault_name, "/", dependency->key_name,
                                                 " as ", dependency->principal_id)
                                  : "nothing"));
}

BatchWorld::BatchWorld(BatchSurroundings* surroundings, const AccountOptions& options,
                       absl::Time start)
    : clock_(ManualClockFrom(start)), events_(1'000'000) {
  static const FakeRunner runner;
  WorkloadOptions work;
  work.task_runner = &runner;
  work.ids = IdDeriver(7);
  AccountEnvironment environment;
  environment.clock = &clock_.clock();
  environment.timers = &clock_.timers();
  environment.events = &events_;
  environment.keys = &surroundings->keys;
  environment.identities = &surroundings->identities;
  environment.observer = &observer_;
  environment.workloads = MakeWorkloadFactory(work);
  environment.ids = IdDeriver(7);
  environment.options = options;
  registry_ = AccountRegistry::Create(std::move(environment)).value();
  records_ = std::make_unique<AccountRecords>(registry_.get());
}

CallContext BatchWorld::Context() const {
  CallContext context;
  context.subscription_tenant_id = "tenant";
  context.now = now();
  return context;
}

void BatchWorld::AdvanceBy(absl::Duration duration) {
  LAZULI_EXPECT_OK(clock_.AdvanceBy(duration).status());
}

void BatchWorld::AdvanceToNextTimer() { LAZULI_EXPECT_OK(clock_.AdvanceToNextTimer().status()); }

std::shared_ptr<Account> BatchWorld::AddAccount(const std::string& name, bool customer_key) {
  AccountSpec spec;
  spec.id = AccountId{"sub", "Group", name};
  spec.tenant_id = "tenant";
  spec.region = "westus2";
  spec.tags = {{"purpose", "test"}};
  spec.identity = IdentitySpec{IdentityType::kUserAssigned, {BatchSurroundings::kIdentityId}};
  if (customer_key) {
    spec.encryption.customer_key =
        KeyIdentifier::Parse("https://vault.vault.azure.net/keys/key").value();
  }
  return registry_->CreateAccount(spec, now()).value();
}

std::shared_ptr<Account> BatchWorld::Find(const std::string& name) {
  return registry_->Find(name).value_or(nullptr);
}

void BatchWorld::KeyChanged() {
  std::vector<std::string> ids;
  for (const auto& account : registry_->List("sub", "")) ids.push_back(account->arm_id());
  registry_->ReevaluateKeyAccess(ids, now(), "test");
}

std::vector<std::string> BatchWorld::Events(uint64_t after) const {
  std::vector<std::string> lines;
  const std::vector<Event> events = events_.ListAfter(after, 1'000'000).value();
  for (const Event& event : events) {
    lines.push_back(absl::StrJoin(
        {Text(event.time), event.kind, event.resource, event.from, event.to, event.cause}, " | "));
  }
  return lines;
}

std::vector<std::string> BatchWorld::Describe(const std::string& name) {
  const std::shared_ptr<Account> account = Find(name);
  if (account == nullptr) return {"none"};
  std::vector<std::string> lines;
  const AccountView view = account->Describe();
  lines.push_back(absl::StrJoin(
      {view.id.ArmId(), view.region, view.endpoint, view.node_management_endpoint,
       absl::StrJoin(view.tags, ",", absl::PairFormatter("=")), view.identity.identity.principal_id,
       view.encryption.customer_key ? view.encryption.customer_key->text : ""},
      " "));
  const KeyAccessSnapshot access = account->GetKeyAccess();
  lines.push_back(absl::StrCat(KeyAccessName(access.state), " ", access.key_identifier, " ",
                               access.reason, " ", Text(access.until), " ",
                               access.data_key_present));
  for (const QueuedTransition& queued : account->ListQueuedTransitions()) {
    lines.push_back(absl::StrCat(queued.queue == TransitionQueue::kLoss ? "loss " : "restore ",
                                 queued.kind, " ", queued.resource, " ", queued.transition, " ",
                                 Text(queued.due)));
  }
  if (const auto keys = account->ListSharedKeys(); keys.ok()) {
    lines.push_back(absl::StrCat(keys->primary, " ", keys->secondary));
  }
  const absl::Status status = account->WithWorkload(
      Context(), [&lines](Workload& work, absl::Time) { return DescribeWork(work, &lines); });
  lines.push_back(status.ToString());
  for (const RestingBytes& record : account->DumpRecords()) lines.push_back(record.clear);
  return lines;
}

}  // namespace lazuli::batch
