// File: base/worker_pool.h
//
// A fixed number of threads for work that takes a processor for long, RSA first of all, so that the
// threads which serve sockets stay free. The queue is bounded: overflow is told to the caller.
#ifndef LAZULI_BASE_WORKER_POOL_H_
#define LAZULI_BASE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace lazuli {

struct WorkerPoolOptions {
  // What the pool works at, for the message of a refusal, e.g. "crypto".
  std::string name = "worker";
  // At least 1.
  int threads = 1;
  // Tasks that may wait, beside the ones that run. At least 1.
  size_t queue_depth = limits::kWorkerQueueDepth;
  // What a refused caller is told to wait.
  absl::Duration retry_after = limits::kWorkerRetryAfter;
};

// Thread safe. Tasks start in the order of submission.
class WorkerPool {
 public:
  // Of an accepted task exactly one of `run` and `on_dropped` is called, once, on a thread of the
  // pool or, in Stop(), on the one that stops it, without locks of the pool. Both may submit
  // further tasks.
  struct Task {
    absl::AnyInvocable<void()> run;
    // Asked right before the task would start: true when nobody waits for it any more. May be
    // empty. Quick.
    absl::AnyInvocable<bool()> is_cancelled;
    // Called instead of `run` when the task was cancelled or the pool stopped before it started.
    // May be empty.
    absl::AnyInvocable<void()> on_dropped;
  };

  explicit WorkerPool(const WorkerPoolOptions& options);
  ~WorkerPool();  // Stops.

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues the task. ServerBusyError with a retry hint when the queue is full, ShuttingDownError
  // once Drain() or Stop() was called; then nothing of the task is called.
  absl::Status Submit(Task task);
  absl::Status Submit(absl::AnyInvocable<void()> run);

  // Refuses new tasks and waits, at most for `timeout` of real time, until all accepted ones have
  // ended. Returns whether they have. Not to be called from a task.
  bool Drain(absl::Duration timeout = absl::InfiniteDuration());

  // Refuses new tasks, drops the waiting ones, waits for the running ones and ends the threads.
  // Idempotent. Not to be called from a task.
  void Stop();

  // Tasks that wait.
  size_t queued() const;

 private:
  void Work();
  // Waits for a task and counts it as running; false when the pool ends.
  bool Take(Task* task);
  void Finish();

  const WorkerPoolOptions options_;
  mutable Mutex mu_;
  // A task came, or the pool ends.
  CondVar wake_;
  // Nothing waits or runs any more.
  CondVar settled_;
  bool accepting_ ABSL_GUARDED_BY(mu_) = true;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mu_);
  int running_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli

#endif  // LAZULI_BASE_WORKER_POOL_H_
