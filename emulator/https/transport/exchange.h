// File: emulator/https/transport/exchange.h
//
// Where the thread that answers a request meets the thread of its connection.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_EXCHANGE_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_EXCHANGE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator::transport {

// One request's. Outlives the connection as long as somebody may still answer. Thread safe.
class Exchange {
 public:
  // `wake` brings the connection's thread back, which then calls Take; never called after Close,
  // and never by Take.
  explicit Exchange(std::function<void()> wake);

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // What the handler gets. Dropped without a call it answers 500, so that no client waits for ever.
  static HttpRespond RespondTo(std::shared_ptr<Exchange> exchange);
  // What a stream gets to call when it has something.
  static std::function<void()> ReadyFor(std::shared_ptr<Exchange> exchange);

  // For the connection's thread. The answer, if there is one; otherwise the next one wakes.
  std::optional<HttpResponse> Take();
  // True if the stream said since the last time that it has something; otherwise the next word
  // wakes.
  bool TakeReady();
  // Nobody listens any more.
  void Close();

  // The client is gone, or the server on its way out.
  void Cancel() { is_cancelled_.store(true, std::memory_order_relaxed); }
  bool is_cancelled() const { return is_cancelled_.load(std::memory_order_relaxed); }

 private:
  class Responder;

  void Respond(HttpResponse response);
  void Ready();
  void WakeLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::atomic<bool> is_cancelled_ = false;

  Mutex mu_;
  std::function<void()> wake_ ABSL_GUARDED_BY(mu_);  // empty: closed
  bool is_waited_for_ ABSL_GUARDED_BY(mu_) = false;
  bool is_ready_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<HttpResponse> response_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_EXCHANGE_H_
