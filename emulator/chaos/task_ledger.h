// File: emulator/chaos/task_ledger.h
//
// Keeps account of every task that the history tells of: that none is lost and none counts twice.
#ifndef LAZULI_EMULATOR_CHAOS_TASK_LEDGER_H_
#define LAZULI_EMULATOR_CHAOS_TASK_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// How many tasks of an account are in each state.
struct TaskTally {
  int64_t active = 0;
  int64_t running = 0;
  int64_t completed = 0;

  friend bool operator==(const TaskTally&, const TaskTally&) = default;
};

// Not thread safe. Tasks are known as the history names them: "ACCOUNT/jobs/JOB/tasks/TASK".
class TaskLedger {
 public:
  // The account's tasks at a moment when no event of it was under way; what was known is dropped.
  // From then on the tally can be compared.
  void SetBaseline(const std::string& account,
                   const std::vector<std::pair<std::string, std::string>>& states);

  // Notes an event of kind "task" or "job", or of an account ("account", `resource` being its
  // name). Empty, or what is wrong: a task that moves from a state that it is not in was moved by
  // nobody, or twice.
  std::string OnEvent(absl::string_view kind, const std::string& resource, const std::string& from,
                      const std::string& to);

  // Empty, or in what `present`, the account's own count, differs from the history. Accounts
  // without a baseline are not compared.
  std::string Compare(const std::string& account, const TaskTally& present) const;

 private:
  struct Account {
    bool has_baseline = false;
    TaskTally tally;
    std::map<std::string, std::string> states;  // by the task's resource name
  };

  static void Count(const std::string& state, int sign, TaskTally* tally);
  std::string OnTask(const std::string& resource, const std::string& from, const std::string& to);
  void Forget(Account* account, const std::string& prefix);

  std::map<std::string, Account> accounts_;  // by name
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_TASK_LEDGER_H_
