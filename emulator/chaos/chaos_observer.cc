#include "emulator/chaos/chaos_observer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "batch/workload/workload.h"
#include "emulator/authorization/request_fields.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

constexpr size_t kEventPage = 1000;
// More than these tell nothing new.
constexpr size_t kMaxViolations = 1000;
constexpr size_t kMaxCallKeys = 10'000;
// What Batch says while an account cannot reach its key.
constexpr absl::string_view kRefusedForTheKey = "AccountIsDisabled";

// The last part of an ARM id.
std::string NameOf(const std::string& arm_id) { return arm_id.substr(arm_id.rfind('/') + 1); }

const char* PlaneName(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return "keyvault";
    case v1::PLANE_RESOURCE_MANAGER:
      return "resourcemanager";
    case v1::PLANE_BATCH_DATA:
      return "batch";
    default:
      return "";
  }
}

std::string PrincipalOf(const Caller& caller) {
  if (!caller.shared_key_account_id.empty()) {
    return absl::StrCat("shared key of ", NameOf(caller.shared_key_account_id));
  }
  return caller.name.empty() ? caller.object_id : caller.name;
}

// The name of the account that a call is about; empty for others.
std::string AccountOf(const google::protobuf::Message& request) {
  for (const char* field : {"account", "account_name"}) {
    const absl::string_view value = StringField(request, field);
    if (!value.empty()) return absl::AsciiStrToLower(value.substr(0, value.find('.')));
  }
  return "";
}

AccountLook Observe(const batch::Account& account) {
  AccountLook look;
  look.account_id = account.arm_id();
  const batch::KeyAccessSnapshot access = account.GetKeyAccess();
  look.state = access.state;
  look.until = access.until;
  look.data_key_present = access.data_key_present;
  look.serves = account.CheckServing().ok();
  // All that rests may be a great deal, and while the account serves it changes all the time.
  if (look.state != batch::KeyAccess::kLost && look.state != batch::KeyAccess::kRestoring) {
    return look;
  }
  std::string all;
  for (const batch::RestingBytes& record : account.DumpRecords()) {
    // Nodes have nothing to hide; all others rest sealed.
    if (record.sealed.empty() && !absl::EqualsIgnoreCase(record.kind, "node")) {
      ++look.unsealed_records;
    }
    absl::StrAppend(&all, Sha256(record.clear), Sha256(record.sealed));
  }
  look.digest = Sha256(all);
  return look;
}

CallContext ContextAt(absl::Time now) {
  CallContext context;
  context.now = now;
  return context;
}

// Calls `visit` with each job, a page at a time.
template <typename Visit>
absl::Status ForEachJob(const batch::Workload& workload, const Visit& visit) {
  batch::PageRequest page;
  do {
    absl::StatusOr<batch::Page<batch::JobView>> jobs = workload.ListJobs(page);
    if (!jobs.ok()) return std::move(jobs).status();
    for (const batch::JobView& job : jobs->items) {
      if (absl::Status status = visit(job); !status.ok()) return status;
    }
    page.after = jobs->next;
  } while (page.after != 0);
  return absl::OkStatus();
}

using TaskStates = std::vector<std::pair<std::string, std::string>>;

absl::Status AppendTasks(const batch::Workload& workload, const std::string& account,
                         const std::string& job_id, TaskStates* states) {
  batch::PageRequest page;
  do {
    absl::StatusOr<batch::Page<batch::TaskView>> tasks = workload.ListTasks(job_id, page);
    if (!tasks.ok()) return std::move(tasks).status();
    for (const batch::TaskView& task : tasks->items) {
      states->emplace_back(absl::StrCat(account, "/jobs/", job_id, "/tasks/", task.id),
                           StateName(task.state));
    }
    page.after = tasks->next;
  } while (page.after != 0);
  return absl::OkStatus();
}

}  // namespace

ChaosObserver::ChaosObserver(const KeyTaker* taker, const Clock* real_clock, EventLog* events)
    : taker_(taker), real_clock_(real_clock), events_(events) {}

ChaosObserver::~ChaosObserver() {
  std::optional<EventLog::SubscriptionId> subscription;
  {
    MutexLock lock(&mu_);
    subscription = subscription_;
  }
  if (subscription.has_value()) events_->Unsubscribe(*subscription);
}

void ChaosObserver::Begin(absl::Time now) {
  bool subscribed = false;
  {
    MutexLock lock(&mu_);
    subscribed = subscription_.has_value();
    read_ = events_->last_sequence();
    tasks_ = TaskLedger();
    absences_ = AbsenceWatch();
    ids_by_name_.clear();
    events_by_account_.clear();
    calls_.clear();
    violations_.clear();
    step_.clear();
    looks_ = events_read_ = events_missed_ = 0;
  }
  if (!subscribed) {
    const EventLog::SubscriptionId id = events_->Subscribe([this] { ReadEvents(); });
    MutexLock lock(&mu_);
    subscription_ = id;
  }
  watching_.store(true);
  for (const std::shared_ptr<batch::Account>& account : taker_->ListCustomerKeyAccounts()) {
    SetBaseline(*account, now);
  }
}

void ChaosObserver::SetBaseline(batch::Account& account, absl::Time now) {
  const std::string& name = account.id().name;
  const AccountLook look = Observe(account);
  {
    MutexLock lock(&mu_);
    const auto [known, is_new] = ids_by_name_.emplace(name, account.arm_id());
    if (!is_new && known->second != account.arm_id()) known->second.clear();
    absences_.Adopt(look, now, real_clock_->Now());
  }
  // With the account's lock held, so that no event comes between. An account that is lost tells
  // nothing, and its tasks are followed from what happens to them.
  account
      .WithWorkload(ContextAt(now),
                    [&](const batch::Workload& workload, absl::Time) {
                      TaskStates states;
                      const absl::Status listed =
                          ForEachJob(workload, [&](const batch::JobView& job) {
                            return AppendTasks(workload, name, job.id, &states);
                          });
                      if (!listed.ok()) return listed;
                      MutexLock lock(&mu_);
                      tasks_.SetBaseline(name, states);
                      return absl::OkStatus();
                    })
      .IgnoreError();
}

void ChaosObserver::ReadEvents() {
  MutexLock lock(&mu_);
  while (true) {
    const absl::StatusOr<std::vector<Event>> events = events_->ListAfter(read_, kEventPage);
    if (!events.ok()) {
      // They were gone before anybody came to read them.
      const uint64_t first = events_->first_sequence();
      if (first > read_ + 1) events_missed_ += static_cast<int64_t>(first - 1 - read_);
      read_ = first - 1;
      continue;
    }
    if (events->empty()) return;
    for (const Event& event : *events) ReadEventLocked(event);
    read_ = events->back().sequence;
  }
}

void ChaosObserver::ReadEventLocked(const Event& event) {
  ++events_read_;
  std::string name;
  std::string id;
  if (event.kind == "account") {
    id = event.resource;
    name = NameOf(id);
    // Not only when it is created: an account may get a customer's key later.
    const auto [known, is_new] = ids_by_name_.emplace(name, id);
    if (!is_new && known->second != id) known->second.clear();
  } else if (event.kind == "task" || event.kind == "job" || event.kind == "node" ||
             event.kind == "pool") {
    name = event.resource.substr(0, event.resource.find('/'));
  } else {
    return;
  }
  const auto known = ids_by_name_.find(name);
  if (known == ids_by_name_.end() || known->second.empty()) return;
  if (id.empty()) id = known->second;
  ++events_by_account_[id];
  AddLocked(absences_.OnEvent(event, id, real_clock_->Now()), event.time);
  std::string problem = tasks_.OnEvent(event.kind, event.kind == "account" ? name : event.resource,
                                       event.from, event.to);
  if (!problem.empty()) AddLocked({{"tasks", id, std::move(problem)}}, event.time);
  if (event.kind == "account" && event.to.empty()) ids_by_name_.erase(known);
}

void ChaosObserver::AddLocked(std::vector<BrokenInvariant> broken, absl::Time time) {
  for (BrokenInvariant& each : broken) {
    if (violations_.size() == kMaxViolations) return;
    violations_.push_back({std::move(each), time, step_});
  }
}

void ChaosObserver::Look(absl::string_view step, absl::Time now) {
  {
    MutexLock lock(&mu_);
    if (!step.empty()) step_ = std::string(step);
    ++looks_;
  }
  for (const std::shared_ptr<batch::Account>& account : taker_->ListCustomerKeyAccounts()) {
    LookAt(*account, now);
    CompareTasks(*account, now);
  }
}

void ChaosObserver::LookAt(batch::Account& account, absl::Time now) {
  const auto told = [&] {
    MutexLock lock(&mu_);
    return events_by_account_[account.arm_id()];
  };
  const uint64_t before = told();
  const AccountLook look = Observe(account);
  const bool stable = told() == before;
  MutexLock lock(&mu_);
  const auto known = ids_by_name_.find(account.id().name);
  // Nothing that happens to it would be told of here.
  if (known == ids_by_name_.end() || known->second != account.arm_id()) return;
  AddLocked(absences_.OnLook(look, stable), now);
}

void ChaosObserver::CompareTasks(batch::Account& account, absl::Time now) {
  account
      .WithWorkload(
          ContextAt(now),
          [&](const batch::Workload& workload, absl::Time) {
            TaskTally tally;
            const absl::Status counted = ForEachJob(workload, [&](const batch::JobView& job) {
              const absl::StatusOr<batch::JobTaskCounts> counts = workload.CountTasks(job.id);
              if (!counts.ok()) return counts.status();
              tally.active += counts->tasks.active;
              tally.running += counts->tasks.running;
              tally.completed += counts->tasks.completed;
              return absl::OkStatus();
            });
            if (!counted.ok()) return counted;
            MutexLock lock(&mu_);
            std::string problem = tasks_.Compare(account.id().name, tally);
            if (!problem.empty()) {
              AddLocked({{"tasks", account.arm_id(), std::move(problem)}}, now);
            }
            return absl::OkStatus();
          })
      .IgnoreError();  // lost: its tasks are compared when it serves again
}

void ChaosObserver::OnCompleted(const Method& method, const CallContext& context,
                                const google::protobuf::Message& request,
                                const absl::Status& status) {
  if (!watching_.load()) return;
  const std::string plane = PlaneName(method.plane);
  if (plane.empty()) return;
  CallKey key{PrincipalOf(context.caller), plane,
              status.ok() ? "OK" : ErrorInfoOrDefault(status).code};
  MutexLock lock(&mu_);
  if (absl::string_view(key.code) == kRefusedForTheKey) {
    const auto known = ids_by_name_.find(AccountOf(request));
    if (known != ids_by_name_.end()) absences_.CountRefusal(known->second);
  }
  if (calls_.size() >= kMaxCallKeys && !calls_.contains(key)) return;
  CallNumbers& numbers = calls_[std::move(key)];
  ++numbers.calls;
  if (absences_.AnyAway()) ++numbers.during_absence;
}

void ChaosObserver::Fill(uint64_t seed, absl::Time now, v1::ChaosReport* report) const {
  MutexLock lock(&mu_);
  for (const AccountAbsence& each : absences_.absences()) {
    v1::Absence& absence = *report->add_absences();
    absence.set_account(each.account_id);
    absence.set_reason(each.reason);
    *absence.mutable_lost_at() = ToProto(each.lost_at);
    if (each.restoring_at.has_value()) {
      *absence.mutable_restoring_at() = ToProto(*each.restoring_at);
    }
    if (each.served_at.has_value()) *absence.mutable_served_at() = ToProto(*each.served_at);
    *absence.mutable_away() = ToProto(each.served_at.value_or(now) - each.lost_at);
    *absence.mutable_lost_at_real() = ToProto(each.lost_at_real);
    if (each.served_at_real.has_value()) {
      *absence.mutable_served_at_real() = ToProto(*each.served_at_real);
    }
    absence.set_refused_calls(each.refused_calls);
  }
  for (const auto& [key, numbers] : calls_) {
    v1::CallCount& count = *report->add_calls();
    count.set_principal(key.principal);
    count.set_plane(key.plane);
    count.set_code(key.code);
    count.set_calls(numbers.calls);
    count.set_during_absence(numbers.during_absence);
  }
  for (const Violation& each : violations_) {
    v1::Violation& violation = *report->add_violations();
    violation.set_invariant(each.broken.invariant);
    violation.set_account(each.broken.account_id);
    violation.set_message(each.broken.message);
    *violation.mutable_time() = ToProto(each.time);
    violation.set_seed(seed);
    if (!each.step.empty()) violation.set_step(each.step);
  }
  report->set_looks(looks_);
  report->set_events(events_read_);
  report->set_missed_events(events_missed_);
}

}  // namespace lazuli::emulator
