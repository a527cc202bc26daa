#include "emulator/chaos/task_ledger.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {
namespace {

std::string AccountOf(const std::string& resource) {
  return resource.substr(0, resource.find('/'));
}

std::string StateOrNone(const std::string& state) {
  return state.empty() ? "does not exist" : absl::StrCat("is ", state);
}

std::string Describe(const TaskTally& tally) {
  return absl::StrCat(tally.active, " active, ", tally.running, " running, ", tally.completed,
                      " completed");
}

}  // namespace

void TaskLedger::Count(const std::string& state, int sign, TaskTally* tally) {
  if (state == "active") tally->active += sign;
  if (state == "running") tally->running += sign;
  if (state == "completed") tally->completed += sign;
}

void TaskLedger::SetBaseline(const std::string& account,
                             const std::vector<std::pair<std::string, std::string>>& states) {
  Account& entry = accounts_[account];
  entry = Account();
  entry.has_baseline = true;
  for (const auto& [resource, state] : states) {
    entry.states[resource] = state;
    Count(state, +1, &entry.tally);
  }
}

std::string TaskLedger::OnEvent(absl::string_view kind, const std::string& resource,
                                const std::string& from, const std::string& to) {
  if (kind == "account") {
    if (from.empty()) SetBaseline(resource, {});  // created just now
    if (to.empty()) accounts_.erase(resource);
    return "";
  }
  if (kind == "job") {
    // Its tasks go with it.
    if (to.empty()) Forget(&accounts_[AccountOf(resource)], absl::StrCat(resource, "/tasks/"));
    return "";
  }
  if (kind != "task" || to == "superseded") return "";
  return OnTask(resource, from, to);
}

std::string TaskLedger::OnTask(const std::string& resource, const std::string& from,
                               const std::string& to) {
  Account& account = accounts_[AccountOf(resource)];
  const auto known = account.states.find(resource);
  std::string problem;
  if (known != account.states.end() || account.has_baseline) {
    const std::string state = known == account.states.end() ? "" : known->second;
    if (state != from) {
      problem =
          absl::StrCat("the task ", resource, " went from ", from.empty() ? "nowhere" : from,
                       " to ", to.empty() ? "nowhere" : to, " although it ", StateOrNone(state));
    }
    Count(state, -1, &account.tally);
  }
  Count(to, +1, &account.tally);
  if (to.empty()) {
    account.states.erase(resource);
  } else {
    account.states[resource] = to;
  }
  return problem;
}

void TaskLedger::Forget(Account* account, const std::string& prefix) {
  auto each = account->states.lower_bound(prefix);
  while (each != account->states.end() && absl::StartsWith(each->first, prefix)) {
    Count(each->second, -1, &account->tally);
    each = account->states.erase(each);
  }
}

std::string TaskLedger::Compare(const std::string& account, const TaskTally& present) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || !found->second.has_baseline) return "";
  if (found->second.tally == present) return "";
  return absl::StrCat("the account counts ", Describe(present), " tasks, its history ",
                      Describe(found->second.tally));
}

}  // namespace lazuli::emulator
