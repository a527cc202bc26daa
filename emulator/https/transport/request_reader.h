// File: emulator/https/transport/request_reader.h
//
// One HTTP/1 request from its bytes.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_READER_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_READER_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/transport/limits.h"

namespace lazuli::emulator::transport {

// Refuses what two readers could take for two different requests: a length beside a transfer
// coding, two lengths, two hosts, a coding other than chunked. Not thread safe.
class RequestReader {
 public:
  enum class Progress {
    kNeedsMore,
    // The header fields are there and a body follows. Told once.
    kHeader,
    kComplete,
    // error() says why; what follows cannot be read.
    kFailed,
  };

  // `limits` must outlive this.
  explicit RequestReader(const HttpLimits& limits);
  ~RequestReader();

  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes the first *taken of `bytes`; the rest is to be given again, with what follows it. Not to
  // be called again once complete or failed.
  Progress Feed(absl::string_view bytes, size_t* taken);

  const absl::Status& error() const;

  // From kHeader on: what follows from the header fields.
  const HttpRequest& request() const;
  // The client waits for leave to send the body.
  bool expects_continue() const;
  bool is_http11() const;
  // Whether the client keeps the connection for further requests.
  bool keeps_alive() const;

  // Once complete. Method, target, authority, headers and body; arrival tells absolute form alone.
  HttpRequest Take();

 private:
  class Parser;

  const std::unique_ptr<Parser> parser_;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_READER_H_
