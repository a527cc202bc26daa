#include "emulator/https/transport/exchange.h"

#include <utility>

#include "base/error.h"
#include "emulator/https/transport/errors.h"

namespace lazuli::emulator::transport {

class Exchange::Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  Responder(Responder&&) = default;
  ~Responder() {
    if (exchange_ != nullptr) {
      exchange_->Respond(RefusalOf(InternalError("a request was dropped without an answer")));
    }
  }

  void operator()(HttpResponse response) {
    if (const std::shared_ptr<Exchange> exchange = std::move(exchange_)) {
      exchange->Respond(std::move(response));
    }
  }

 private:
  std::shared_ptr<Exchange> exchange_;
};

Exchange::Exchange(std::function<void()> wake) : wake_(std::move(wake)) {}

HttpRespond Exchange::RespondTo(std::shared_ptr<Exchange> exchange) {
  return Responder(std::move(exchange));
}

std::function<void()> Exchange::ReadyFor(std::shared_ptr<Exchange> exchange) {
  return [exchange = std::move(exchange)] { exchange->Ready(); };
}

std::optional<HttpResponse> Exchange::Take() {
  MutexLock lock(&mu_);
  std::optional<HttpResponse> response = std::exchange(response_, std::nullopt);
  is_waited_for_ = !response.has_value();
  return response;
}

bool Exchange::TakeReady() {
  MutexLock lock(&mu_);
  const bool was_ready = std::exchange(is_ready_, false);
  is_waited_for_ = !was_ready;
  return was_ready;
}

void Exchange::Close() {
  // What is let go is let go without the lock: it may be anything of the handler's.
  std::optional<HttpResponse> unsent;
  std::function<void()> wake;
  Cancel();
  MutexLock lock(&mu_);
  wake.swap(wake_);
  unsent.swap(response_);
}

void Exchange::Respond(HttpResponse response) {
  MutexLock lock(&mu_);
  if (wake_ == nullptr) return;
  response_.emplace(std::move(response));
  WakeLocked();
}

void Exchange::Ready() {
  MutexLock lock(&mu_);
  is_ready_ = true;
  WakeLocked();
}

void Exchange::WakeLocked() {
  // Under the lock, so that the connection, and with it its thread, cannot end meanwhile.
  if (std::exchange(is_waited_for_, false) && wake_ != nullptr) wake_();
}

}  // namespace lazuli::emulator::transport
