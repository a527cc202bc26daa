// File: emulator/storage/state_service.h
//
// The operations of lazuli.v1.State.
#ifndef LAZULI_EMULATOR_STORAGE_STATE_SERVICE_H_
#define LAZULI_EMULATOR_STORAGE_STATE_SERVICE_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "base/call_context.h"
#include "base/mutex.h"
#include "emulator/storage/state_control.h"
#include "proto/common.pb.h"
#include "proto/state.pb.h"

namespace lazuli::emulator {

// Thread safe. One snapshot at a time comes in parts; whoever begins another takes its place.
class StateService {
 public:
  // The largest snapshot that is taken in parts. Own choice: some 2 million tasks.
  static constexpr size_t kMaxSnapshotBytes = size_t{1} << 30;

  // `control` outlives the service; null: there is nothing to be replaced, FAILED_PRECONDITION.
  explicit StateService(StateControl* control) : control_(control) {}

  absl::Status SaveSnapshot(const CallContext& context, const v1::Empty& request,
                            v1::SnapshotBytes* response);
  absl::Status LoadSnapshot(const CallContext& context, const v1::LoadSnapshotRequest& request,
                            v1::LoadSnapshotResponse* response);
  absl::Status ResetState(const CallContext& context, const v1::Empty& request,
                          v1::Empty* response);

 private:
  absl::Status CheckControl() const;

  StateControl* const control_;
  Mutex mu_;
  std::string parts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_STATE_SERVICE_H_
