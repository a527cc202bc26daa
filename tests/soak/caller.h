// File: tests/soak/caller.h
//
// One client's way to a server: the same typed call over gRPC or over HTTPS, on connections that
// are kept, with tokens that are renewed.
#ifndef LAZULI_TESTS_SOAK_CALLER_H_
#define LAZULI_TESTS_SOAK_CALLER_H_

#include <memory>
#include <string>

#include "emulator/server/ready_file.h"
#include "google/protobuf/message.h"

namespace lazuli::soak {

// What came of a call.
struct Outcome {
  enum Kind {
    kDone,
    kRefused,  // by an answer that says why
    kLost,     // the connection ended without an answer
    kSilent,   // no answer in time
  };
  Kind kind = kDone;
  int http_status = 200;
  std::string code;     // of a refusal: "KeyNotFound"
  std::string message;  // of whatever is not done
};

// Not thread safe: a client does one thing at a time.
class Caller {
 public:
  virtual ~Caller() = default;

  // Calls `method`, "Keys/GetKey". Accounts of the data plane are named by their endpoint.
  virtual Outcome Call(const std::string& method, const google::protobuf::Message& request,
                       google::protobuf::Message* response) = 0;
};

// On a connection of its own.
std::unique_ptr<Caller> GrpcCaller(const emulator::ReadyInfo& server);

// On a connection for each host that it speaks to, by Azure's names, with tokens from Azure's
// sign-in. `ca_pem`: what it trusts.
std::unique_ptr<Caller> HttpsCaller(const emulator::ReadyInfo& server, const std::string& ca_pem);

}  // namespace lazuli::soak

#endif  // LAZULI_TESTS_SOAK_CALLER_H_
