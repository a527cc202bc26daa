// The part of a connection that hands it to gRPC: bytes out of TLS into one end of a pair of
// sockets, whose other end gRPC serves, and back.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "boost/asio/co_spawn.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "emulator/https/transport/connection.h"

namespace lazuli::emulator::transport {

namespace asio = boost::asio;

namespace {

constexpr size_t kPumpBytes = 16'384;

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

asio::awaitable<void> Connection::PumpHttp2() {
  std::array<int, 2> ends = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    co_return;
  }
  Descriptor pair(socket_.get_executor(), ends[0]);
  context_->adopt_http2(ends[1], client_address_);
  is_pumping_up_ = true;
  asio::co_spawn(socket_.get_executor(), PumpUp(&pair),
                 [this, self = shared_from_this()](std::exception_ptr) {
                   is_pumping_up_ = false;
                   // Nothing comes back any more: what is sent has no reader either.
                   stop_ = Stop::kEnd;
                   CancelWaits();
                   PostWake();
                 });
  co_await PumpDown(&pair);
  // The other way ends as well.
  boost::system::error_code ignored;
  ::shutdown(pair.native_handle(), SHUT_RDWR);
  stop_ = Stop::kEnd;
  CancelWaits();
  pair.cancel(ignored);
  while (is_pumping_up_) co_await WaitForWake();
}

asio::awaitable<void> Connection::PumpDown(Descriptor* pair) {
  while (true) {
    // Held by in_ while it waits: the buffer of the thread is for all its connections.
    if (in_.empty()) {
      const bool came = co_await Fill();
      if (!came) co_return;
    }
    size_t sent = 0;
    while (sent < in_.size()) {
      const ssize_t size =
          ::send(pair->native_handle(), in_.data() + sent, in_.size() - sent, MSG_NOSIGNAL);
      if (size >= 0) {
        sent += static_cast<size_t>(size);
        continue;
      }
      if (!WouldBlock()) co_return;
      boost::system::error_code error;
      co_await pair->async_wait(Descriptor::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
      if (error || stop_ != Stop::kNone) co_return;
    }
    std::string().swap(in_);
    co_await Yield();
  }
}

asio::awaitable<void> Connection::PumpUp(Descriptor* pair) {
  while (true) {
    boost::system::error_code error;
    co_await pair->async_wait(Descriptor::wait_read,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    std::string bytes(kPumpBytes, '\0');
    const ssize_t size = ::recv(pair->native_handle(), bytes.data(), bytes.size(), 0);
    if (size < 0 && WouldBlock()) continue;
    if (size <= 0) co_return;
    bytes.resize(static_cast<size_t>(size));
    const bool is_written = co_await WriteAll(bytes);
    if (!is_written) co_return;
  }
}

}  // namespace lazuli::emulator::transport
