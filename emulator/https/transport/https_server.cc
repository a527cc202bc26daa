#include "emulator/https/transport/https_server.h"

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "emulator/https/tls/tls_context.h"
#include "emulator/https/transport/io_loop.h"
#include "emulator/https/transport/listener.h"
#include "emulator/https/transport/transport_context.h"

namespace lazuli::emulator {

namespace {

class HttpsServerImpl final : public HttpsServer {
 public:
  ~HttpsServerImpl() override { Shutdown(absl::ZeroDuration()); }

  absl::Status Listen(HttpsServerOptions options) {
    LAZULI_ASSIGN_OR_RETURN(
        context_.tls, TlsContext::Create(options.certificates, options.adopt_http2 != nullptr));
    LAZULI_ASSIGN_OR_RETURN(transport::Listeners listeners, transport::Listen(options.address));
    port_ = listeners.port;
    context_.limits = options.limits;
    context_.handler = options.handler;
    context_.is_served = options.is_served != nullptr
                             ? std::move(options.is_served)
                             : std::function<bool(const std::string&)>(IsEmulatedHost);
    context_.adopt_http2 = std::move(options.adopt_http2);
    MutexLock lock(&mu_);
    for (int i = 0; i < options.threads; ++i) {
      loops_.push_back(std::make_unique<transport::IoLoop>(&context_));
    }
    for (transport::UniqueFd& listener : listeners.sockets) {
      loops_.front()->Accept(
          std::move(listener),
          [this, loops = LoopsLocked()](transport::UniqueFd socket, std::string client) {
            Distribute(loops, std::move(socket), std::move(client));
          });
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void BeginShutdown() override {
    MutexLock lock(&mu_);
    for (const std::unique_ptr<transport::IoLoop>& loop : loops_) loop->Drain();
  }

  void Shutdown(absl::Duration grace) override {
    BeginShutdown();
    if (!context_.connections.WaitUntilNone(grace)) {
      {
        MutexLock lock(&mu_);
        for (const std::unique_ptr<transport::IoLoop>& loop : loops_) loop->Abort();
      }
      // What is aborted ends at once, but for a handler's call that is on a loop's thread now.
      context_.connections.WaitUntilNone(absl::InfiniteDuration());
    }
    std::vector<std::unique_ptr<transport::IoLoop>> ended;
    {
      MutexLock lock(&mu_);
      ended.swap(loops_);
    }
    // The one that accepts goes first: it may just be handing a connection to another.
    for (std::unique_ptr<transport::IoLoop>& loop : ended) loop = nullptr;
  }

 private:
  std::vector<transport::IoLoop*> LoopsLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    std::vector<transport::IoLoop*> loops;
    for (const std::unique_ptr<transport::IoLoop>& loop : loops_) loops.push_back(loop.get());
    return loops;
  }

  // On the thread of the loop that accepts. One that is too many is closed: better refused than
  // kept waiting.
  void Distribute(const std::vector<transport::IoLoop*>& loops, transport::UniqueFd socket,
                  std::string client) {
    if (!context_.connections.TryAdd(context_.limits.max_connections)) return;
    const size_t next = next_loop_++ % loops.size();
    loops[next]->Add(std::move(socket), std::move(client));
  }

  transport::TransportContext context_;
  int port_ = 0;
  size_t next_loop_ = 0;  // of the accepting thread

  Mutex mu_;
  std::vector<std::unique_ptr<transport::IoLoop>> loops_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

bool IsEmulatedHost(const std::string& authority) {
  return ParseHostName(authority).kind != HostKind::kForeign;
}

absl::StatusOr<std::unique_ptr<HttpsServer>> HttpsServer::Start(HttpsServerOptions options) {
  auto server = std::make_unique<HttpsServerImpl>();
  absl::Status listening = server->Listen(std::move(options));
  if (!listening.ok()) return listening;
  return server;
}

}  // namespace lazuli::emulator
