#include "emulator/storage/journal.h"

#include <utility>

#include "absl/time/time.h"
#include "base/log.h"
#include "emulator/storage/errors.h"

namespace lazuli::emulator {

namespace {

// How often a write that failed is tried again when nobody asks for it. Own choice.
constexpr absl::Duration kRetryInterval = absl::Seconds(1);

}  // namespace

Journal::Journal(Database* database, ChangeGate* gate, std::vector<RecordSource*> sources)
    : database_(database), gate_(gate), sources_(std::move(sources)) {
  gate_->SetObserver([this] { NoteChanged(); });
}

Journal::~Journal() { Stop(); }

void Journal::Start() {
  {
    ChangeGate::Change change(gate_);
    for (RecordSource* source : sources_) source->StartTracking();
  }
  bool lacks = false;
  {
    MutexLock lock(&mu_);
    lacks = changed_ > 0;
  }
  // Before anybody is served, who could take away what only this process can read again.
  if (lacks) WriteOnce();
  thread_ = std::thread([this] { Run(); });
}

void Journal::Stop() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    work_.SignalAll();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  // What the last change left behind, the time above all. A failure has been told of already, or
  // nobody waits for it.
  {
    MutexLock lock(&mu_);
    if (abandoned_) return;
  }
  WriteOnce();
}

void Journal::NoteChanged() {
  MutexLock lock(&mu_);
  ++changed_;
  work_.Signal();
}

absl::Status Journal::Accepts() {
  if (!has_failed_.load(std::memory_order_relaxed)) return absl::OkStatus();
  // The try waits for every change to end, this one as well.
  ChangeGate::Pause pause(gate_);
  MutexLock lock(&mu_);
  const uint64_t wanted = ++tries_wanted_;
  work_.Signal();
  while (tries_made_ < wanted && !stopping_ && !abandoned_) settled_.Wait(&mu_);
  return failure_.ok() || abandoned_ ? absl::OkStatus() : ChangeRefusedError(failure_);
}

void Journal::WhenStored(absl::AnyInvocable<void(absl::Status)> done) {
  {
    MutexLock lock(&mu_);
    if (stored_ < changed_ && !abandoned_) {
      waiters_.push_back({changed_, std::move(done)});
      // A change that failed to be written before somebody waited for it is tried once more.
      if (tried_ >= changed_) {
        ++tries_wanted_;
        work_.Signal();
      }
      return;
    }
  }
  done(absl::OkStatus());
}

void Journal::Pause() {
  MutexLock lock(&mu_);
  paused_ = true;
  while (writing_) settled_.Wait(&mu_);
}

void Journal::Resume() {
  MutexLock lock(&mu_);
  paused_ = false;
  work_.Signal();
}

void Journal::Abandon() {
  std::vector<Waiter> waiters;
  {
    MutexLock lock(&mu_);
    abandoned_ = true;
    waiters.swap(waiters_);
    work_.Signal();
    settled_.SignalAll();
  }
  for (Waiter& waiter : waiters) waiter.done(absl::OkStatus());
}

void Journal::Run() {
  while (WaitForWork()) WriteOnce();
}

bool Journal::WaitForWork() {
  MutexLock lock(&mu_);
  while (!stopping_ && !abandoned_) {
    const bool has_work = tried_ < changed_ || tries_made_ < tries_wanted_;
    if (has_work && !paused_) {
      writing_ = true;
      return true;
    }
    if (failure_.ok() || paused_) {
      work_.Wait(&mu_);
    } else if (work_.WaitWithTimeout(&mu_, kRetryInterval)) {
      ++tries_wanted_;
    }
  }
  return false;
}

void Journal::WriteOnce() {
  uint64_t change = 0;
  uint64_t tries = 0;
  {
    ChangeGate::Quiet quiet(gate_);
    {
      // No change is under way, and those that are over have been counted or will be once more.
      MutexLock lock(&mu_);
      change = changed_;
      tries = tries_wanted_;
    }
    for (RecordSource* source : sources_) source->WriteChanges(&batch_);
  }
  absl::Status written;
  if (!batch_.empty()) written = database_->Write(batch_);
  if (written.ok()) batch_.Clear();
  Conclude(change, tries, written);
  database_->CheckpointIfDue();
}

void Journal::Conclude(uint64_t change, uint64_t tries, const absl::Status& status) {
  std::vector<Waiter> answered;
  bool turned = false;
  {
    MutexLock lock(&mu_);
    if (status.ok()) stored_ = change;
    turned = failure_.ok() != status.ok();
    tried_ = change;
    tries_made_ = tries;
    failure_ = status;
    has_failed_ = !status.ok();
    std::vector<Waiter> waiting;
    for (Waiter& waiter : waiters_) {
      (waiter.change > change ? waiting : answered).push_back(std::move(waiter));
    }
    waiters_.swap(waiting);
    writing_ = false;
    settled_.SignalAll();
  }
  if (turned) {
    Log(LogLevel::kWarning, status.ok() ? "storing_again" : "cannot_store",
        {{"why", std::string(status.message())}});
  }
  for (Waiter& waiter : answered) {
    waiter.done(status.ok() ? absl::OkStatus() : ChangeNotStoredError(status));
  }
}

}  // namespace lazuli::emulator
