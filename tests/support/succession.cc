#include "tests/support/succession.h"

#include "absl/strings/str_cat.h"
#include "emulator/storage/snapshot.h"
#include "proto/common.pb.h"
#include "proto/state.pb.h"

namespace lazuli::emulator {

Succession::Succession(By by, const ServerOptions& options) : by_(by), options_(options) {
  if (by_ == By::kRestart) options_.data_dir = folder_.File("data");
  server_ = std::make_unique<TestServer>(options_);
}

void Succession::GoOn() {
  // What time it is comes with the state.
  options_.clock.start_time.reset();
  if (by_ == By::kSnapshot) {
    v1::SnapshotBytes saved;
    Must(server_->admin().Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
    options_.snapshot = folder_.File(absl::StrCat("snapshot", ++snapshots_));
    Must(WriteSnapshotFile(options_.snapshot, saved.snapshot()));
  }
  server_.reset();
  server_ = std::make_unique<TestServer>(options_);
}

}  // namespace lazuli::emulator
