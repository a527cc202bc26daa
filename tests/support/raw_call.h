// File: tests/support/raw_call.h
//
// Calls below the comfort of GrpcClient: any bytes, any metadata, many at once, cancelled at will.
// The only file of the tests that includes gRPC.
#ifndef LAZULI_TESTS_SUPPORT_RAW_CALL_H_
#define LAZULI_TESTS_SUPPORT_RAW_CALL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lazuli::emulator {

// What a call sends besides its request; ":authority" says which host it is sent to.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// {"authorization": "Bearer TOKEN"}.
Metadata WithToken(const std::string& token);

// A connection of its own: channels to one address would else share one. Thread safe.
class RawChannel {
 public:
  static std::unique_ptr<RawChannel> Connect(const std::string& address);
  virtual ~RawChannel() = default;

  // Makes one call and waits for its end. `method`: "lazuli.v1.Keys/GetKey", or of any other
  // service. The answer's bytes; an error has the id that the server gave it, if any.
  virtual absl::StatusOr<std::string> Call(const std::string& method,
                                           const std::string& request_bytes,
                                           const Metadata& metadata = {},
                                           absl::Duration timeout = absl::Minutes(1)) = 0;

  // A call under way.
  class Pending {
   public:
    virtual ~Pending() = default;  // Waits for the end.
    virtual void Cancel() = 0;
    // Waits for the end.
    virtual absl::Status Wait() = 0;
  };
  virtual std::unique_ptr<Pending> Start(const std::string& method,
                                         const std::string& request_bytes,
                                         const Metadata& metadata = {},
                                         absl::Duration timeout = absl::Minutes(1)) = 0;

  // Opens a call that sends one request and reads one answer of a stream, then goes away: enough
  // for services that answer each request at once, as reflection.
  virtual absl::StatusOr<std::string> Exchange(const std::string& method,
                                               const std::string& request_bytes) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_RAW_CALL_H_
