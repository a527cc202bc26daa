#include "emulator/cli/parent_watch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

// Counts the calls, and waits for the first.
class Gone {
 public:
  std::function<void()> Callback() {
    return [this] {
      MutexLock lock(&mutex_);
      ++calls_;
      changed_.SignalAll();
    };
  }
  void Wait() {
    MutexLock lock(&mutex_);
    while (calls_ == 0) changed_.Wait(&mutex_);
  }
  int calls() {
    MutexLock lock(&mutex_);
    return calls_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

// A process that lives until it is told otherwise.
class Process {
 public:
  Process() {
    pid_ = fork();
    if (pid_ == 0) {
      while (true) pause();
    }
  }
  ~Process() { End(); }
  pid_t pid() const { return pid_; }
  void End() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
};

constexpr int kNoInput = -1;

TEST(ParentWatchTest, TellsOfTheEndOfAProcess) {
  Process parent;
  Gone gone;
  const auto watch = ParentWatch::Start(parent.pid(), kNoInput, gone.Callback());
  LAZULI_ASSERT_OK(watch);
  EXPECT_EQ(gone.calls(), 0);
  parent.End();
  gone.Wait();
}

TEST(ParentWatchTest, TellsOfAPipeThatIsClosedAndReadsNothingOfIt) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Gone gone;
  auto watch = ParentWatch::Start(getpid(), ends[0], gone.Callback());
  LAZULI_ASSERT_OK(watch);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(gone.calls(), 0);
  close(ends[1]);
  gone.Wait();
  watch->reset();
  EXPECT_EQ(gone.calls(), 1);
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 1);
  close(ends[0]);
}

TEST(ParentWatchTest, TellsOfASocketWhoseOtherEndWritesNoMore) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Gone gone;
  // The parent is unknown, as in a process namespace of its own.
  const auto watch = ParentWatch::Start(0, ends[0], gone.Callback());
  LAZULI_ASSERT_OK(watch);
  ASSERT_EQ(shutdown(ends[1], SHUT_WR), 0);
  gone.Wait();
  close(ends[0]);
  close(ends[1]);
}

TEST(ParentWatchTest, TellsNothingWhenItIsStopped) {
  Process parent;
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Gone gone;
  LAZULI_EXPECT_OK(ParentWatch::Start(parent.pid(), ends[0], gone.Callback()));
  EXPECT_EQ(gone.calls(), 0);
  close(ends[0]);
  close(ends[1]);
}

TEST(ParentWatchTest, AnInputThatEndsByItselfIsNoSign) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(nothing, 0);
  Process parent;
  Gone gone;
  const auto watch = ParentWatch::Start(parent.pid(), nothing, gone.Callback());
  LAZULI_ASSERT_OK(watch);
  parent.End();
  gone.Wait();
  EXPECT_THAT(ParentWatch::Start(0, nothing, gone.Callback()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  close(nothing);
}

}  // namespace
}  // namespace lazuli::emulator
