// File: emulator/https/transport/transport_context.h
//
// What all connections of one port share.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_TRANSPORT_CONTEXT_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_TRANSPORT_CONTEXT_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/tls/tls_context.h"
#include "emulator/https/transport/limits.h"

namespace lazuli::emulator::transport {

// How many connections there are. Thread safe.
class ConnectionCount {
 public:
  // False when there are `max` already.
  bool TryAdd(size_t max) {
    MutexLock lock(&mu_);
    if (count_ >= max) return false;
    ++count_;
    return true;
  }
  void Remove() {
    MutexLock lock(&mu_);
    if (--count_ == 0) none_.SignalAll();
  }
  // Waits at most `timeout` of real time. True if there are none.
  bool WaitUntilNone(absl::Duration timeout);

 private:
  Mutex mu_;
  CondVar none_;
  size_t count_ ABSL_GUARDED_BY(mu_) = 0;
};

// Fixed once made, but for the counts. Thread safe.
struct TransportContext {
  HttpLimits limits;
  HttpHandler* handler = nullptr;
  std::unique_ptr<TlsContext> tls;
  // Whether the emulator stands for an authority.
  std::function<bool(const std::string&)> is_served;
  // Takes a socket that speaks HTTP/2; empty: there is nobody.
  std::function<void(int, const std::string&)> adopt_http2;

  ConnectionCount connections;
  // Of bodies, see HttpLimits::max_buffered_body_bytes.
  std::atomic<size_t> body_bytes = 0;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_TRANSPORT_CONTEXT_H_
