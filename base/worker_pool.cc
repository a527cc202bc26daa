#include "base/worker_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli {
namespace {

WorkerPoolOptions Checked(WorkerPoolOptions options) {
  options.threads = std::max(options.threads, 1);
  options.queue_depth = std::max<size_t>(options.queue_depth, 1);
  return options;
}

void Drop(WorkerPool::Task* task) {
  if (task->on_dropped) task->on_dropped();
}

}  // namespace

WorkerPool::WorkerPool(const WorkerPoolOptions& options) : options_(Checked(options)) {
  MutexLock lock(&mu_);
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

WorkerPool::~WorkerPool() { Stop(); }

absl::Status WorkerPool::Submit(Task task) {
  MutexLock lock(&mu_);
  if (!accepting_) return ShuttingDownError(absl::StrCat(options_.name, " takes no new work"));
  if (queue_.size() >= options_.queue_depth) {
    return ServerBusyError(absl::StrCat("the ", options_.name, " queue is full"),
                           options_.retry_after);
  }
  queue_.push_back(std::move(task));
  wake_.Signal();
  return absl::OkStatus();
}

absl::Status WorkerPool::Submit(absl::AnyInvocable<void()> run) {
  Task task;
  task.run = std::move(run);
  return Submit(std::move(task));
}

bool WorkerPool::Drain(absl::Duration timeout) {
  MutexLock lock(&mu_);
  accepting_ = false;
  while (!queue_.empty() || running_ > 0) {
    if (settled_.WaitWithTimeout(&mu_, timeout)) break;
  }
  return queue_.empty() && running_ == 0;
}

void WorkerPool::Stop() {
  std::deque<Task> dropped;
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mu_);
    accepting_ = false;
    stopping_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
    wake_.SignalAll();
  }
  for (Task& task : dropped) Drop(&task);
  for (std::thread& thread : threads) thread.join();
  // Whoever drains meanwhile has nothing left to wait for.
  MutexLock lock(&mu_);
  settled_.SignalAll();
}

size_t WorkerPool::queued() const {
  MutexLock lock(&mu_);
  return queue_.size();
}

void WorkerPool::Work() {
  while (true) {
    Task task;
    if (!Take(&task)) return;
    if (task.is_cancelled && task.is_cancelled()) {
      Drop(&task);
    } else {
      task.run();
    }
    // What the task holds is let go before it counts as ended.
    task = Task();
    Finish();
  }
}

bool WorkerPool::Take(Task* task) {
  MutexLock lock(&mu_);
  while (queue_.empty() && !stopping_) wake_.Wait(&mu_);
  if (queue_.empty()) return false;
  *task = std::move(queue_.front());
  queue_.pop_front();
  ++running_;
  return true;
}

void WorkerPool::Finish() {
  MutexLock lock(&mu_);
  --running_;
  if (running_ == 0 && queue_.empty()) settled_.SignalAll();
}

}  // namespace lazuli
