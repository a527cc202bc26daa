#include "emulator/https/transport/io_loop.h"

#include <algorithm>
#include <chrono>  // NOLINT: Asio's timers take its durations
#include <list>
#include <set>
#include <thread>  // NOLINT: the thread that this is
#include <utility>

#include "absl/time/time.h"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/posix/stream_descriptor.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "emulator/https/transport/connection.h"
#include "emulator/https/transport/listener.h"

namespace lazuli::emulator::transport {

namespace asio = boost::asio;

namespace {

// How fine deadlines are: coarse beside all of them, but in tests that make them short.
constexpr absl::Duration kMaxTick = absl::Milliseconds(250);
constexpr absl::Duration kMinTick = absl::Milliseconds(5);
constexpr int kTicksPerTimeout = 8;

// How long no connection is taken when the process has no more descriptors.
constexpr std::chrono::milliseconds kExhaustedPause(100);

absl::Duration TickFor(const HttpLimits& limits) {
  const absl::Duration shortest =
      std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout,
                limits.write_timeout, limits.linger_timeout});
  return std::clamp(shortest / kTicksPerTimeout, kMinTick, kMaxTick);
}

struct Listener {
  Listener(asio::io_context* io, UniqueFd fd, IoLoop::OnConnection callback)
      : socket(*io, fd.Release()), pause(*io), on_connection(std::move(callback)) {}

  asio::posix::stream_descriptor socket;
  asio::steady_timer pause;
  IoLoop::OnConnection on_connection;
};

}  // namespace

// All but the constructor, the destructor and what posts runs on the thread.
class IoLoop::Impl {
 public:
  explicit Impl(TransportContext* context)
      : context_(context),
        io_(1),
        work_(asio::make_work_guard(io_)),
        tick_timer_(io_),
        time_{TickFor(context->limits)},
        thread_([this] { io_.run(); }) {}

  ~Impl() {
    asio::post(io_, [this] {
      listeners_.clear();
      work_.reset();
      tick_timer_.cancel();
    });
    thread_.join();
  }

  void Post(std::function<void()> work) { asio::post(io_, std::move(work)); }
  asio::io_context* io() { return &io_; }

  void Accept(UniqueFd fd, OnConnection on_connection) {
    listeners_.emplace_back(&io_, std::move(fd), std::move(on_connection));
    AwaitConnection(&listeners_.back());
  }

  void Add(UniqueFd socket, std::string client_address) {
    if (is_draining_) {
      socket.Reset();
      context_->connections.Remove();
      return;
    }
    auto connection = std::make_shared<Connection>(&io_, context_, &time_, std::move(socket),
                                                   std::move(client_address));
    connections_.insert(connection.get());
    if (connections_.size() == 1) AwaitTick();
    // The coroutine's frame does not hold its owner: what is told of its end does.
    Connection* const raw = connection.get();
    asio::co_spawn(io_, raw->Run(),
                   [this, connection = std::move(connection)](std::exception_ptr) mutable {
                     connections_.erase(connection.get());
                     connection.reset();
                     if (connections_.empty()) tick_timer_.cancel();
                     context_->connections.Remove();
                   });
  }

  void Drain() {
    is_draining_ = true;
    // Closing them ends what waits for them.
    for (Listener& listener : listeners_) {
      boost::system::error_code ignored;
      listener.socket.close(ignored);
      listener.pause.cancel();
    }
    for (Connection* connection : connections_) connection->Drain();
  }

  void Abort() {
    for (Connection* connection : connections_) connection->Abort();
  }

 private:
  void AwaitConnection(Listener* listener) {
    listener->socket.async_wait(asio::posix::stream_descriptor::wait_read,
                                [this, listener](boost::system::error_code error) {
                                  if (error) return;
                                  TakeConnections(listener);
                                });
  }

  void TakeConnections(Listener* listener) {
    bool is_exhausted = false;
    for (;;) {
      std::string client_address;
      UniqueFd socket =
          transport::Accept(listener->socket.native_handle(), &client_address, &is_exhausted);
      if (!socket.is_open()) break;
      listener->on_connection(std::move(socket), std::move(client_address));
    }
    if (!is_exhausted) return AwaitConnection(listener);
    // To try again at once would be to do nothing else.
    listener->pause.expires_after(kExhaustedPause);
    listener->pause.async_wait([this, listener](boost::system::error_code error) {
      if (!error) AwaitConnection(listener);
    });
  }

  // Ticks only while there are connections: an idle server sleeps.
  void AwaitTick() {
    tick_timer_.expires_after(absl::ToChronoMicroseconds(time_.tick));
    tick_timer_.async_wait([this](boost::system::error_code error) {
      if (error || connections_.empty()) return;
      ++time_.now;
      for (Connection* connection : connections_) connection->OnTick();
      AwaitTick();
    });
  }

  TransportContext* const context_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer tick_timer_;
  LoopTime time_;
  std::list<Listener> listeners_;
  std::set<Connection*> connections_;
  bool is_draining_ = false;
  std::thread thread_;  // last: it uses all of the above
};

IoLoop::IoLoop(TransportContext* context) : impl_(std::make_unique<Impl>(context)) {}
IoLoop::~IoLoop() = default;

void IoLoop::Accept(UniqueFd listener, OnConnection on_connection) {
  // A function that can be copied is what is posted, hence the pointer.
  auto socket = std::make_shared<UniqueFd>(std::move(listener));
  impl_->Post([impl = impl_.get(), socket, on_connection = std::move(on_connection)] {
    impl->Accept(std::move(*socket), on_connection);
  });
}

void IoLoop::Add(UniqueFd socket, std::string client_address) {
  asio::post(*impl_->io(), [impl = impl_.get(), socket = std::move(socket),
                            client_address = std::move(client_address)]() mutable {
    impl->Add(std::move(socket), std::move(client_address));
  });
}

void IoLoop::Drain() {
  impl_->Post([impl = impl_.get()] { impl->Drain(); });
}

void IoLoop::Abort() {
  impl_->Post([impl = impl_.get()] { impl->Abort(); });
}

}  // namespace lazuli::emulator::transport
