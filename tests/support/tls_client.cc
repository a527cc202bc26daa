#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace lazuli::emulator {

namespace {

constexpr int kStepSeconds = 30;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

// Takes a chunked body off the front of `in`; false: it is not all there.
bool TakeChunks(std::string* in, std::string* body) {
  size_t at = 0;
  std::string all;
  for (;;) {
    const size_t end = in->find("\r\n", at);
    if (end == std::string::npos) return false;
    const size_t size = std::strtoul(in->c_str() + at, nullptr, 16);
    if (in->size() < end + 2 + size + 2) return false;
    all += in->substr(end + 2, size);
    at = end + 2 + size + 2;
    if (size == 0) break;
  }
  in->erase(0, at);
  *body = std::move(all);
  return true;
}

}  // namespace

std::string HttpAnswer::Field(absl::string_view name) const {
  for (const absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const std::vector<absl::string_view> halves = absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (halves.size() == 2 && absl::EqualsIgnoreCase(halves[0], name)) {
      return std::string(absl::StripAsciiWhitespace(halves[1]));
    }
  }
  return "";
}

TlsClient::TlsClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  // A server that closes is what tests are about.
  std::signal(SIGPIPE, SIG_IGN);
  timeval step = {};
  step.tv_sec = kStepSeconds;
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof(step));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &step, sizeof(step));
  // Bytes go when a test sends them.
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Die("connect");
  }
}

TlsClient::~TlsClient() {
  if (fd_ >= 0) ::close(fd_);
}

bool TlsClient::StartTls(const TlsClientOptions& options) {
  context_.reset(SSL_CTX_new(TLS_method()));
  const bssl::UniquePtr<BIO> reader(
      BIO_new_mem_buf(options.ca_pem.data(), static_cast<int>(options.ca_pem.size())));
  while (
      bssl::UniquePtr<X509> trusted{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), trusted.get());
  }
  ERR_clear_error();
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  if (options.version != 0) {
    SSL_CTX_set_min_proto_version(context_.get(), static_cast<uint16_t>(options.version));
    SSL_CTX_set_max_proto_version(context_.get(), static_cast<uint16_t>(options.version));
  }
  ssl_.reset(SSL_new(context_.get()));
  std::string protocols;
  for (const std::string& protocol : options.protocols) {
    protocols += static_cast<char>(protocol.size());
    protocols += protocol;
  }
  SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const uint8_t*>(protocols.data()),
                      static_cast<unsigned>(protocols.size()));
  if (options.send_name) SSL_set_tlsext_host_name(ssl_.get(), options.host.c_str());
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set1_host(parameters, options.host.data(), options.host.size());
  SSL_set_fd(ssl_.get(), fd_);
  const bool agreed = SSL_connect(ssl_.get()) == 1;
  ERR_clear_error();
  return agreed;
}

std::string TlsClient::protocol() const {
  const uint8_t* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

bssl::UniquePtr<X509> TlsClient::certificate() const {
  return bssl::UniquePtr<X509>(SSL_get_peer_certificate(ssl_.get()));
}

bool TlsClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ssl_ != nullptr
                             ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ERR_clear_error();
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

int TlsClient::Read(char* out, int size) {
  if (ssl_ == nullptr) return static_cast<int>(::recv(fd_, out, static_cast<size_t>(size), 0));
  const int received = SSL_read(ssl_.get(), out, size);
  ERR_clear_error();
  return received;
}

std::string TlsClient::ReceiveSome() {
  if (!in_.empty()) return std::exchange(in_, "");
  std::string bytes(16'384, '\0');
  const int received = Read(bytes.data(), static_cast<int>(bytes.size()));
  bytes.resize(received > 0 ? static_cast<size_t>(received) : 0);
  return bytes;
}

std::optional<HttpAnswer> TlsClient::Receive(bool to_head) {
  const auto more = [this] {
    std::string rest = std::exchange(in_, "");
    const std::string bytes = ReceiveSome();
    rest += bytes;
    in_ = std::move(rest);
    return !bytes.empty();
  };
  while (in_.find("\r\n\r\n") == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  HttpAnswer answer;
  const size_t end = in_.find("\r\n\r\n") + 4;
  answer.head = in_.substr(0, end);
  in_.erase(0, end);
  const std::vector<std::string> words = absl::StrSplit(answer.head, absl::MaxSplits(' ', 2));
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &answer.status)) return std::nullopt;
  if (to_head) return answer;
  if (answer.Field("Transfer-Encoding") == "chunked") {
    while (!TakeChunks(&in_, &answer.body)) {
      if (!more()) return std::nullopt;
    }
    return answer;
  }
  size_t length = 0;
  if (!absl::SimpleAtoi(answer.Field("Content-Length"), &length)) return answer;
  while (in_.size() < length) {
    if (!more()) return std::nullopt;
  }
  answer.body = in_.substr(0, length);
  in_.erase(0, length);
  return answer;
}

std::optional<HttpAnswer> TlsClient::Ask(absl::string_view bytes) {
  if (!Send(bytes)) return std::nullopt;
  return Receive();
}

bool TlsClient::IsClosedByServer() {
  while (!ReceiveSome().empty()) {
  }
  // What is neither data nor an end is the step's timeout.
  char byte = 0;
  return ::recv(fd_, &byte, 1, 0) >= 0 || errno != EAGAIN;
}

void TlsClient::Reset() {
  const linger now = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(std::exchange(fd_, -1));
}

}  // namespace lazuli::emulator
