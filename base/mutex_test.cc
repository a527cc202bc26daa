#include "base/mutex.h"

#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

struct Counter {
  Mutex mu;
  int count ABSL_GUARDED_BY(mu) = 0;
};

TEST(MutexTest, ExcludesOthers) {
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 10'000; ++i) {
        MutexLock lock(&counter.mu);
        ++counter.count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(&counter.mu);
  EXPECT_EQ(counter.count, 40'000);
}

TEST(MutexTest, AssertHeldPassesForTheHolder) {
  Mutex mu;
  MutexLock lock(&mu);
  mu.AssertHeld();
}

struct Baton {
  Mutex mu;
  CondVar changed;
  int turn ABSL_GUARDED_BY(mu) = 0;
};

TEST(CondVarTest, HandsABatonToAndFro) {
  constexpr int kTurns = 1'000;
  Baton baton;
  const auto play = [&baton](int parity) {
    MutexLock lock(&baton.mu);
    while (baton.turn < kTurns) {
      if (baton.turn % 2 == parity) {
        ++baton.turn;
        baton.changed.SignalAll();
      } else {
        baton.changed.Wait(&baton.mu);
      }
    }
    baton.changed.SignalAll();
  };
  std::thread other([&play] { play(1); });
  play(0);
  other.join();
  MutexLock lock(&baton.mu);
  EXPECT_EQ(baton.turn, kTurns);
}

TEST(CondVarTest, TimesOutWhenNobodySignals) {
  Mutex mu;
  CondVar cv;
  MutexLock lock(&mu);
  // A spurious wake-up returns false; the next round waits again.
  while (!cv.WaitWithTimeout(&mu, absl::Milliseconds(1))) {
  }
  mu.AssertHeld();
}

TEST(CondVarTest, WakesBeforeTheTimeoutWhenSignalled) {
  Baton baton;
  std::thread other([&baton] {
    MutexLock lock(&baton.mu);
    baton.turn = 1;
    baton.changed.Signal();
  });
  {
    MutexLock lock(&baton.mu);
    while (baton.turn == 0) {
      ASSERT_FALSE(baton.changed.WaitWithTimeout(&baton.mu, absl::Minutes(5)));
    }
  }
  other.join();
}

}  // namespace
}  // namespace lazuli
