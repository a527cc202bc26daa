// File: emulator/https/tls/tls_context.h
//
// The server's side of TLS 1.2 and 1.3, as every connection uses it.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_TLS_CONTEXT_H_
#define LAZULI_EMULATOR_HTTPS_TLS_TLS_CONTEXT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "emulator/https/tls/boringssl_tls.h"
#include "emulator/https/tls/server_certificates.h"

namespace lazuli::emulator {

// Sessions are resumed by tickets under a key that lives in this object; nothing else of them is
// kept. Of the protocols that a client offers (ALPN) HTTP/1.1 is taken before HTTP/2, which only
// gRPC speaks here: clients that offer both want JSON. Without an offer it is HTTP/1.1. Thread
// safe.
class TlsContext {
 public:
  // `certificates` must outlive this. `with_http2`: whether "h2" may be agreed on.
  static absl::StatusOr<std::unique_ptr<TlsContext>> Create(ServerCertificates* certificates,
                                                            bool with_http2);

  // For one new connection; null when there is no memory. It has no BIO yet.
  bssl::UniquePtr<SSL> NewConnection() const;

 private:
  TlsContext(bssl::UniquePtr<SSL_CTX> context, bool with_http2);

  static int SelectCertificate(SSL* ssl, void* certificates);
  static int SelectProtocol(SSL* ssl, const uint8_t** out, uint8_t* out_size, const uint8_t* in,
                            unsigned in_size, void* self);

  const bssl::UniquePtr<SSL_CTX> context_;
  const bool with_http2_;
};

// True once the handshake of `ssl` agreed on HTTP/2.
bool IsHttp2(const SSL* ssl);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_TLS_CONTEXT_H_
