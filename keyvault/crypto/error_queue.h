// File: keyvault/crypto/error_queue.h
//
// BoringSSL notes each failure in a queue of the thread. Lazuli tells failures by results alone,
// and a note left behind would mislead whoever reads that thread's queue next.
#ifndef LAZULI_KEYVAULT_CRYPTO_ERROR_QUEUE_H_
#define LAZULI_KEYVAULT_CRYPTO_ERROR_QUEUE_H_

#include "base/boringssl.h"

namespace lazuli::keyvault::crypto {

// Empties the calling thread's queue when it goes out of scope. The first line of every function
// that calls BoringSSL from outside this folder's own code.
class ErrorQueueDrain {
 public:
  ErrorQueueDrain() = default;
  ~ErrorQueueDrain() { ERR_clear_error(); }
  ErrorQueueDrain(const ErrorQueueDrain&) = delete;
  ErrorQueueDrain& operator=(const ErrorQueueDrain&) = delete;
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_ERROR_QUEUE_H_
