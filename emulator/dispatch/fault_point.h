// File: emulator/dispatch/fault_point.h
//
// Where faults enter the one path of a call: after it was authorized, before its operation.
#ifndef LAZULI_EMULATOR_DISPATCH_FAULT_POINT_H_
#define LAZULI_EMULATOR_DISPATCH_FAULT_POINT_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "emulator/dispatch/method_registry.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// What happens to a call beside what it asks for. As it is made: nothing.
struct Fault {
  // The call waits before anything else is done: first in virtual time, then in real time.
  absl::Duration virtual_delay;
  absl::Duration real_delay;
  // Not OK: the operation does not take place, and this is the answer.
  absl::Status answer;
  // The operation takes place, and its answer is lost with the connection.
  bool loses_answer = false;

  bool waits() const {
    return virtual_delay > absl::ZeroDuration() || real_delay > absl::ZeroDuration();
  }
};

// Thread safe.
class FaultPoint {
 public:
  // `is_armed` outlives this: false while no call can be hit.
  explicit FaultPoint(const std::atomic<bool>* is_armed) : is_armed_(is_armed) {}
  virtual ~FaultPoint() = default;

  FaultPoint(const FaultPoint&) = delete;
  FaultPoint& operator=(const FaultPoint&) = delete;

  // Asked of every call, and as cheap as a load.
  bool is_armed() const { return is_armed_->load(std::memory_order_acquire); }

  // What happens to a call that was authorized. To be asked once a call.
  virtual Fault Strike(const Method& method, const google::protobuf::Message& request,
                       const CallContext& ctx) = 0;

 private:
  const std::atomic<bool>* const is_armed_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_FAULT_POINT_H_
