// File: emulator/https/transport/connection.h
//
// One connection from its first byte to its last. Includes Boost.Asio, which is slow to compile:
// for this folder's few files.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_CONNECTION_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/posix/stream_descriptor.hpp"
#include "emulator/https/message/http_message.h"
#include "emulator/https/transport/channel.h"
#include "emulator/https/transport/exchange.h"
#include "emulator/https/transport/request_reader.h"
#include "emulator/https/transport/response_head.h"
#include "emulator/https/transport/transport_context.h"
#include "emulator/https/transport/unique_fd.h"

namespace lazuli::emulator::transport {

// The coarse time of one loop: it stands still between two ticks, so that deadlines cost nothing.
struct LoopTime {
  absl::Duration tick;
  int64_t now = 1;  // ticks
};

// Everything happens on the thread of its loop, but for what an Exchange wakes.
//
//   first byte 0x16: TLS        -> "h2" agreed on: bytes are pumped to gRPC
//                               -> else requests
//   anything else: requests     -> CONNECT: from the start again, inside the tunnel
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `io`, `context` and `time` must outlive it. Counted in context->connections already.
  Connection(boost::asio::io_context* io, TransportContext* context, const LoopTime* time,
             UniqueFd socket, std::string client_address);
  ~Connection();

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The whole life of the connection.
  boost::asio::awaitable<void> Run();

  // Looks at deadlines, and whether the client of a request in work is still there.
  void OnTick();
  // Ends it now if nothing is under way, otherwise after the present answer.
  void Drain();
  // Ends it now.
  void Abort();

 private:
  using Descriptor = boost::asio::posix::stream_descriptor;
  enum class Stop { kNone, kTimeout, kEnd };
  // What an answer needs to know of its request.
  struct Asked {
    bool is_head = false;
    bool is_http11 = true;
    bool keeps_alive = false;
  };

  // False, here and below: the connection is over.
  boost::asio::awaitable<bool> Open();
  boost::asio::awaitable<bool> AwaitFirstByte(absl::Duration timeout);
  boost::asio::awaitable<bool> ShakeHands();
  boost::asio::awaitable<bool> ServeRequest();
  // refusal_ says what to answer if not ok.
  boost::asio::awaitable<bool> ReadRequest(RequestReader* reader);
  boost::asio::awaitable<bool> OpenTunnel();
  boost::asio::awaitable<std::optional<HttpResponse>> Ask(HttpRequest request);
  boost::asio::awaitable<bool> Answer(Asked asked, HttpResponse* response);
  boost::asio::awaitable<bool> WriteStream(BodyFraming framing, HttpBodyStream* stream);
  boost::asio::awaitable<void> Refuse();
  // Reads and forgets what a client still sends, so that it sees the answer.
  boost::asio::awaitable<void> Linger();

  boost::asio::awaitable<void> PumpHttp2();
  boost::asio::awaitable<void> PumpDown(Descriptor* pair);
  boost::asio::awaitable<void> PumpUp(Descriptor* pair);

  // Appends what the client sent to in_, after waiting for it.
  boost::asio::awaitable<bool> Fill();
  boost::asio::awaitable<bool> WriteAll(absl::string_view bytes);
  // Until a socket is ready for what `status` wants.
  boost::asio::awaitable<bool> WaitFor(IoStatus status);
  // Lets the other work of the thread go first.
  boost::asio::awaitable<void> Yield();
  boost::asio::awaitable<void> WaitForWake();
  void Wake();
  void PostWake();
  void CancelWaits();

  // The status of a request that goes no further than its header fields.
  absl::Status CheckRequest(const HttpRequest& request) const;
  HttpRequest Complete(HttpRequest request) const;
  // False when there are too many bytes of bodies.
  bool AccountBody(size_t size);
  void SetDeadline(absl::Duration timeout);
  void ClearDeadline() { deadline_ = 0; }

  TransportContext* const context_;
  const LoopTime* const time_;
  Descriptor socket_;
  Channel channel_;
  const std::string client_address_;

  std::string in_;  // read and not understood yet
  std::string tunnel_authority_;
  std::string tunnel_user_;  // see HttpRequest::proxy_user
  bool is_tunnel_ = false;
  bool is_draining_ = false;
  // Nothing is lost if it ends now.
  bool is_idle_ = false;
  bool wants_linger_ = false;
  // Ends without a word, of TLS either.
  bool is_dropped_ = false;
  Stop stop_ = Stop::kNone;
  int64_t deadline_ = 0;  // a tick; 0: none
  size_t accounted_bytes_ = 0;
  absl::Status refusal_;
  std::shared_ptr<Exchange> exchange_;  // of the request in work
  absl::AnyInvocable<void()> waiter_;
  bool is_pumping_up_ = false;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_CONNECTION_H_
