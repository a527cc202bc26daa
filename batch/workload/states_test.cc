#include "batch/workload/states.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

// Every state against every trigger: what the table does not list must not be a way.
template <typename State, typename Trigger>
struct Way {
  State from;
  Trigger trigger;
  State to;
};

template <typename State, typename Trigger>
void ExpectExactly(const std::vector<State>& states, const std::vector<Trigger>& triggers,
                   const std::vector<Way<State, Trigger>>& ways) {
  size_t found = 0;
  for (const State state : states) {
    for (const Trigger trigger : triggers) {
      std::optional<State> expected;
      for (const auto& way : ways) {
        if (way.from == state && way.trigger == trigger) expected = way.to;
      }
      const std::optional<State> actual = NextState(state, trigger);
      EXPECT_EQ(actual, expected) << StateName(state) << " on trigger "
                                  << static_cast<int>(trigger);
      if (actual.has_value()) ++found;
    }
  }
  EXPECT_EQ(found, ways.size());
}

template <typename State>
void ExpectDistinctNames(const std::vector<State>& states) {
  std::set<std::string> names;
  for (const State state : states) names.insert(StateName(state));
  EXPECT_EQ(names.size(), states.size());
  EXPECT_EQ(names.count(""), 0u);
}

TEST(StatesTest, Pools) {
  using S = PoolState;
  using T = PoolTrigger;
  ExpectExactly<S, T>({S::kActive, S::kDeleting}, {T::kDelete},
                      {{S::kActive, T::kDelete, S::kDeleting}});
  ExpectDistinctNames<S>({S::kActive, S::kDeleting});
}

TEST(StatesTest, Allocations) {
  using S = AllocationState;
  using T = AllocationTrigger;
  ExpectExactly<S, T>({S::kSteady, S::kResizing}, {T::kResize, T::kSettle, T::kTimeOut, T::kStop},
                      {{S::kSteady, T::kResize, S::kResizing},
                       {S::kResizing, T::kSettle, S::kSteady},
                       {S::kResizing, T::kTimeOut, S::kSteady},
                       {S::kResizing, T::kStop, S::kSteady}});
  ExpectDistinctNames<S>({S::kSteady, S::kResizing});
}

TEST(StatesTest, Nodes) {
  using S = NodeState;
  using T = NodeTrigger;
  const std::vector<S> states = {S::kCreating, S::kStarting,  S::kIdle,     S::kRunning,
                                 S::kOffline,  S::kRebooting, S::kUnusable, S::kLeavingPool};
  ExpectExactly<S, T>(states,
                      {T::kAllocated, T::kBooted, T::kOccupied, T::kVacated, T::kTakeOffline,
                       T::kBringBack, T::kReboot, T::kKeyLost, T::kKeyRestored, T::kLeave},
                      {{S::kCreating, T::kAllocated, S::kStarting},
                       {S::kStarting, T::kBooted, S::kIdle},
                       {S::kRebooting, T::kBooted, S::kIdle},
                       {S::kIdle, T::kTakeOffline, S::kOffline},
                       {S::kOffline, T::kBringBack, S::kIdle},
                       {S::kIdle, T::kReboot, S::kRebooting},
                       {S::kIdle, T::kOccupied, S::kRunning},
                       {S::kRunning, T::kVacated, S::kIdle},
                       {S::kIdle, T::kKeyLost, S::kUnusable},
                       {S::kRunning, T::kKeyLost, S::kUnusable},
                       {S::kUnusable, T::kKeyRestored, S::kIdle},
                       {S::kCreating, T::kLeave, S::kLeavingPool},
                       {S::kStarting, T::kLeave, S::kLeavingPool},
                       {S::kIdle, T::kLeave, S::kLeavingPool},
                       {S::kRunning, T::kLeave, S::kLeavingPool},
                       {S::kOffline, T::kLeave, S::kLeavingPool},
                       {S::kRebooting, T::kLeave, S::kLeavingPool},
                       {S::kUnusable, T::kLeave, S::kLeavingPool}});
  ExpectDistinctNames(states);
}

TEST(StatesTest, Jobs) {
  using S = JobState;
  using T = JobTrigger;
  const std::vector<S> states = {S::kActive,      S::kDisabling, S::kDisabled, S::kEnabling,
                                 S::kTerminating, S::kCompleted, S::kDeleting};
  ExpectExactly<S, T>(
      states,
      {T::kDisable, T::kQuiet, T::kEnable, T::kEnabled, T::kTerminate, T::kTerminated, T::kDelete},
      {{S::kActive, T::kDisable, S::kDisabling},
       {S::kDisabling, T::kQuiet, S::kDisabled},
       {S::kDisabling, T::kEnable, S::kEnabling},
       {S::kDisabled, T::kEnable, S::kEnabling},
       {S::kEnabling, T::kEnabled, S::kActive},
       {S::kActive, T::kTerminate, S::kTerminating},
       {S::kDisabling, T::kTerminate, S::kTerminating},
       {S::kDisabled, T::kTerminate, S::kTerminating},
       {S::kTerminating, T::kTerminated, S::kCompleted},
       {S::kActive, T::kDelete, S::kDeleting},
       {S::kDisabling, T::kDelete, S::kDeleting},
       {S::kDisabled, T::kDelete, S::kDeleting},
       {S::kEnabling, T::kDelete, S::kDeleting},
       {S::kTerminating, T::kDelete, S::kDeleting},
       {S::kCompleted, T::kDelete, S::kDeleting}});
  ExpectDistinctNames(states);
}

TEST(StatesTest, Tasks) {
  using S = TaskState;
  using T = TaskTrigger;
  ExpectExactly<S, T>({S::kActive, S::kRunning, S::kCompleted},
                      {T::kStart, T::kEnd, T::kRetry, T::kRequeue, T::kTerminate, T::kReactivate},
                      {{S::kActive, T::kStart, S::kRunning},
                       {S::kRunning, T::kEnd, S::kCompleted},
                       {S::kRunning, T::kRetry, S::kActive},
                       {S::kRunning, T::kRequeue, S::kActive},
                       {S::kActive, T::kTerminate, S::kCompleted},
                       {S::kRunning, T::kTerminate, S::kCompleted},
                       {S::kCompleted, T::kReactivate, S::kActive}});
  ExpectDistinctNames<S>({S::kActive, S::kRunning, S::kCompleted});
}

}  // namespace
}  // namespace lazuli::batch
