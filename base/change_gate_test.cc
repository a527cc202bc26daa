#include "base/change_gate.h"

#include <atomic>
#include <optional>
#include <thread>  // NOLINT: tests of a lock
#include <vector>

#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(ChangeGateTest, QuietSeesChangesWhole) {
  ChangeGate gate;
  // Both move together in a change; each alone is no lock's work.
  std::atomic<int> first{0};
  std::atomic<int> second{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (int i = 0; i < 3; ++i) {
    writers.emplace_back([&] {
      while (!stop) {
        ChangeGate::Change change(&gate);
        ++first;
        ChangeGate::Change joined(&gate);
        ++second;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    ChangeGate::Quiet quiet(&gate);
    ASSERT_EQ(first, second);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

TEST(ChangeGateTest, QuietComesInAPause) {
  ChangeGate gate;
  ChangeGate::Change change(&gate);
  ChangeGate::Change joined(&gate);
  ChangeGate::Pause pause(&gate);
  // Would wait for ever if the pause did not step out of both.
  std::thread([&] { ChangeGate::Quiet quiet(&gate); }).join();
}

TEST(ChangeGateTest, APauseStepsBackIn) {
  ChangeGate gate;
  std::atomic<bool> quiet_came{false};
  std::optional<std::thread> other;
  {
    ChangeGate::Change change(&gate);
    {
      ChangeGate::Pause pause(&gate);
      // Changes inside of a pause hold the gate for themselves.
      ChangeGate::Change inner(&gate);
    }
    other.emplace([&] {
      ChangeGate::Quiet quiet(&gate);
      quiet_came = true;
    });
    EXPECT_FALSE(quiet_came);
  }
  other->join();
  EXPECT_TRUE(quiet_came);
}

TEST(ChangeGateTest, WithoutAGateNothingIsHeld) {
  ChangeGate::Change change(nullptr);
  ChangeGate::Pause pause(nullptr);
}

TEST(ChangeGateTest, GatesAreIndependent) {
  ChangeGate one;
  ChangeGate other;
  ChangeGate::Change change(&one);
  {
    ChangeGate::Change inner(&other);
  }
  ChangeGate::Quiet quiet(&other);
}

TEST(ChangeGateTest, ChangesAreCountedByThread) {
  const uint64_t before = ChangeGate::ChangesOfThisThread();
  ChangeGate::NoteChange();
  EXPECT_EQ(ChangeGate::ChangesOfThisThread(), before + 1);
  std::thread([&] { EXPECT_EQ(ChangeGate::ChangesOfThisThread(), 0u); }).join();
}

TEST(ChangeGateTest, TheObserverIsToldOfEachChangeThatChangedSomethingOnceItIsOver) {
  ChangeGate gate;
  int told = 0;
  gate.SetObserver([&] {
    // Would wait for ever while the change still holds the gate.
    std::thread([&] { ChangeGate::Quiet quiet(&gate); }).join();
    ++told;
  });
  {
    ChangeGate::Change nothing(&gate);
  }
  EXPECT_EQ(told, 0);
  {
    ChangeGate::Change change(&gate);
    {
      ChangeGate::Change joined(&gate);
      ChangeGate::NoteChange();
    }
    EXPECT_EQ(told, 0);
  }
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace lazuli
