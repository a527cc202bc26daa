#include "emulator/https/tls/tls_context.h"

#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

constexpr absl::string_view kHttp11 = "http/1.1";
constexpr absl::string_view kHttp2 = "h2";

// Points *out at `wanted` within the client's list, where each name follows its length.
bool Offers(const uint8_t* in, size_t in_size, absl::string_view wanted, const uint8_t** out) {
  CBS list;
  CBS_init(&list, in, in_size);
  CBS name;
  while (CBS_get_u8_length_prefixed(&list, &name)) {
    if (absl::string_view(reinterpret_cast<const char*>(CBS_data(&name)), CBS_len(&name)) ==
        wanted) {
      *out = CBS_data(&name);
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsContext>> TlsContext::Create(ServerCertificates* certificates,
                                                               bool with_http2) {
  bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_with_buffers_method()));
  if (context == nullptr || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION) != 1) {
    ERR_clear_error();
    return InternalError("TLS could not be set up");
  }
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 1);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  std::unique_ptr<TlsContext> tls(new TlsContext(std::move(context), with_http2));
  SSL_CTX_set_cert_cb(tls->context_.get(), SelectCertificate, certificates);
  SSL_CTX_set_alpn_select_cb(tls->context_.get(), SelectProtocol, tls.get());
  return tls;
}

TlsContext::TlsContext(bssl::UniquePtr<SSL_CTX> context, bool with_http2)
    : context_(std::move(context)), with_http2_(with_http2) {}

bssl::UniquePtr<SSL> TlsContext::NewConnection() const {
  bssl::UniquePtr<SSL> ssl(SSL_new(context_.get()));
  if (ssl == nullptr) {
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_accept_state(ssl.get());
  // What only the handshake needs goes after it: idle connections are many.
  SSL_set_shed_handshake_config(ssl.get(), 1);
  return ssl;
}

int TlsContext::SelectCertificate(SSL* ssl, void* certificates) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const std::shared_ptr<const TlsIdentity> identity =
      static_cast<ServerCertificates*>(certificates)->For(name == nullptr ? "" : name);
  if (identity == nullptr) return 0;
  std::vector<CRYPTO_BUFFER*> chain;
  for (const bssl::UniquePtr<CRYPTO_BUFFER>& certificate : identity->chain) {
    chain.push_back(certificate.get());
  }
  return SSL_set_chain_and_key(ssl, chain.data(), chain.size(), identity->key.get(), nullptr);
}

int TlsContext::SelectProtocol(SSL*, const uint8_t** out, uint8_t* out_size, const uint8_t* in,
                               unsigned in_size, void* self) {
  if (Offers(in, in_size, kHttp11, out)) {
    *out_size = static_cast<uint8_t>(kHttp11.size());
    return SSL_TLSEXT_ERR_OK;
  }
  if (static_cast<TlsContext*>(self)->with_http2_ && Offers(in, in_size, kHttp2, out)) {
    *out_size = static_cast<uint8_t>(kHttp2.size());
    return SSL_TLSEXT_ERR_OK;
  }
  // RFC 7301 section 3.2: nothing in common ends the handshake.
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool IsHttp2(const SSL* ssl) {
  const uint8_t* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return absl::string_view(reinterpret_cast<const char*>(name), size) == kHttp2;
}

}  // namespace lazuli::emulator
