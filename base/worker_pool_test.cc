#include "base/worker_pool.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::HasSubstr;

// A gate that threads wait at until it is opened, and a count of those that came.
class Gate {
 public:
  void Open() {
    MutexLock lock(&mu_);
    open_ = true;
    changed_.SignalAll();
  }
  void Pass() {
    MutexLock lock(&mu_);
    ++arrived_;
    changed_.SignalAll();
    while (!open_) changed_.Wait(&mu_);
  }
  void AwaitArrivals(int wanted) {
    MutexLock lock(&mu_);
    while (arrived_ < wanted) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  int arrived_ ABSL_GUARDED_BY(mu_) = 0;
};

class Journal {
 public:
  void Note(const std::string& entry) {
    MutexLock lock(&mu_);
    entries_ += entry;
  }
  std::string entries() const {
    MutexLock lock(&mu_);
    return entries_;
  }

 private:
  mutable Mutex mu_;
  std::string entries_ ABSL_GUARDED_BY(mu_);
};

WorkerPoolOptions Options(int threads, size_t queue_depth) {
  WorkerPoolOptions options;
  options.name = "crypto";
  options.threads = threads;
  options.queue_depth = queue_depth;
  options.retry_after = absl::Seconds(2);
  return options;
}

// A task that writes `name` when it runs and `name` in brackets when it is dropped.
WorkerPool::Task NotingTask(Journal* journal, const std::string& name, bool is_cancelled) {
  WorkerPool::Task task;
  task.run = [journal, name] { journal->Note(name); };
  task.is_cancelled = [is_cancelled] { return is_cancelled; };
  task.on_dropped = [journal, name] { journal->Note("[" + name + "]"); };
  return task;
}

TEST(WorkerPoolTest, RunsTasksInOrderOfSubmission) {
  Journal journal;
  WorkerPool pool(Options(1, 100));
  for (const char* name : {"a", "b", "c", "d"}) {
    LAZULI_ASSERT_OK(pool.Submit([&journal, name] { journal.Note(name); }));
  }
  EXPECT_TRUE(pool.Drain());
  EXPECT_EQ(journal.entries(), "abcd");
}

TEST(WorkerPoolTest, RunsAsManyAtATimeAsItHasThreads) {
  Gate gate;
  WorkerPool pool(Options(3, 10));
  for (int i = 0; i < 3; ++i) LAZULI_ASSERT_OK(pool.Submit([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(3);
  gate.Open();
  EXPECT_TRUE(pool.Drain());
}

TEST(WorkerPoolTest, FullQueueRefusesWithARetryHint) {
  Gate gate;
  Journal journal;
  WorkerPool pool(Options(1, 2));
  LAZULI_ASSERT_OK(pool.Submit([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(1);
  LAZULI_ASSERT_OK(pool.Submit(NotingTask(&journal, "a", false)));
  LAZULI_ASSERT_OK(pool.Submit(NotingTask(&journal, "b", false)));
  EXPECT_EQ(pool.queued(), 2u);
  const absl::Status refused = pool.Submit(NotingTask(&journal, "c", false));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("crypto")));
  EXPECT_THAT(refused, ErrorCodeIs("ServerBusy"));
  EXPECT_EQ(GetErrorInfo(refused)->retry_after, std::optional<absl::Duration>(absl::Seconds(2)));
  gate.Open();
  EXPECT_TRUE(pool.Drain());
  // Of the refused task nothing was called.
  EXPECT_EQ(journal.entries(), "ab");
}

TEST(WorkerPoolTest, DropsWhatNobodyWaitsForBeforeItStarts) {
  Journal journal;
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit(NotingTask(&journal, "a", false)));
  LAZULI_ASSERT_OK(pool.Submit(NotingTask(&journal, "b", true)));
  LAZULI_ASSERT_OK(pool.Submit(NotingTask(&journal, "c", false)));
  EXPECT_TRUE(pool.Drain());
  EXPECT_EQ(journal.entries(), "a[b]c");
}

TEST(WorkerPoolTest, CancellationIsAskedOnlyWhenTheTaskWouldStart) {
  Gate gate;
  Journal journal;
  bool is_cancelled = false;
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(1);
  WorkerPool::Task task;
  task.run = [&journal] { journal.Note("run"); };
  task.is_cancelled = [&is_cancelled] { return is_cancelled; };
  LAZULI_ASSERT_OK(pool.Submit(std::move(task)));
  is_cancelled = true;  // Before the gate opens, hence before the question.
  gate.Open();
  EXPECT_TRUE(pool.Drain());
  EXPECT_EQ(journal.entries(), "");
}

TEST(WorkerPoolTest, DrainRefusesNewTasksAndGivesUpInTime) {
  Gate gate;
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(1);
  EXPECT_FALSE(pool.Drain(absl::Milliseconds(1)));
  EXPECT_THAT(pool.Submit([] {}), StatusIs(absl::StatusCode::kUnavailable));
  gate.Open();
  EXPECT_TRUE(pool.Drain());
}

TEST(WorkerPoolTest, StopDropsTheWaitingAndFinishesTheRunning) {
  Gate gate;
  Journal journal;
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit([&] {
    gate.Pass();
    journal.Note("ran");
  }));
  gate.AwaitArrivals(1);
  WorkerPool::Task waiting = NotingTask(&journal, "a", false);
  // Opened from the drop, so that the running task cannot end before the waiting one was dropped.
  waiting.on_dropped = [&] {
    journal.Note("[a]");
    EXPECT_THAT(pool.Submit([] {}), StatusIs(absl::StatusCode::kUnavailable));
    gate.Open();
  };
  LAZULI_ASSERT_OK(pool.Submit(std::move(waiting)));
  pool.Stop();
  EXPECT_EQ(journal.entries(), "[a]ran");
  pool.Stop();
  EXPECT_TRUE(pool.Drain());
}

TEST(WorkerPoolTest, TasksMaySubmitTasks) {
  Gate gate;
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit([&] { LAZULI_EXPECT_OK(pool.Submit([&gate] { gate.Pass(); })); }));
  gate.AwaitArrivals(1);
  gate.Open();
}

TEST(WorkerPoolTest, ATaskHasEndedOnlyWhenWhatItHoldsIsFreed) {
  Gate gate;
  struct Held {
    Gate* gate;
    ~Held() { gate->Pass(); }
  };
  WorkerPool pool(Options(1, 10));
  LAZULI_ASSERT_OK(pool.Submit([held = std::make_unique<Held>(&gate)] {}));
  gate.AwaitArrivals(1);
  EXPECT_FALSE(pool.Drain(absl::Milliseconds(1)));
  gate.Open();
  EXPECT_TRUE(pool.Drain());
}

TEST(WorkerPoolTest, OptionsBelowOneCountAsOne) {
  Journal journal;
  WorkerPool pool(Options(0, 0));
  LAZULI_ASSERT_OK(pool.Submit([&journal] { journal.Note("a"); }));
  EXPECT_TRUE(pool.Drain());
  EXPECT_EQ(journal.entries(), "a");
}

TEST(WorkerPoolTest, EveryAcceptedTaskRunsOrIsDroppedOnce) {
  struct {
    Mutex mu;
    int ended ABSL_GUARDED_BY(mu) = 0;
    int accepted ABSL_GUARDED_BY(mu) = 0;
  } tally;
  {
    WorkerPool pool(Options(2, 8));
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 1'000; ++i) {
          WorkerPool::Task task;
          const auto end = [&tally] {
            MutexLock lock(&tally.mu);
            ++tally.ended;
          };
          task.run = end;
          task.on_dropped = end;
          task.is_cancelled = [i, t] { return (i + t) % 5 == 0; };
          if (pool.Submit(std::move(task)).ok()) {
            MutexLock lock(&tally.mu);
            ++tally.accepted;
          }
          if (t == 0 && i == 900) pool.Stop();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  MutexLock lock(&tally.mu);
  EXPECT_GT(tally.accepted, 0);
  EXPECT_EQ(tally.ended, tally.accepted);
}

}  // namespace
}  // namespace lazuli
