#include "emulator/https/transport/channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lazuli::emulator::transport {

namespace {

// A TLS record, and what goes around it (RFC 8446 section 5.2).
constexpr size_t kReadAheadBytes = 16'384 + 512;
// BoringSSL asks for a record's five bytes first; with those comes the record.
constexpr size_t kSmallRead = 1024;

// One a thread, since nothing stays in it from one call to the next.
char* ReadAheadBuffer() {
  thread_local std::array<char, kReadAheadBytes> buffer;
  return buffer.data();
}

IoResult FailureOf(int error, IoStatus would_block) {
  return {error == EAGAIN || error == EWOULDBLOCK ? would_block : IoStatus::kFailed, 0};
}

}  // namespace

void Channel::Unread(std::string bytes) {
  ahead_ = std::move(bytes);
  ahead_at_ = 0;
}

bool Channel::StartTls(const TlsContext& context) {
  ssl_ = context.NewConnection();
  bssl::UniquePtr<BIO> bio(ssl_ == nullptr ? nullptr : BIO_new(BioMethod()));
  if (bio == nullptr) {
    ERR_clear_error();
    ssl_ = nullptr;
    return false;
  }
  BIO_set_data(bio.get(), this);
  BIO_set_init(bio.get(), 1);
  BIO* const both = bio.release();  // the connection owns it for both directions
  SSL_set_bio(ssl_.get(), both, both);
  return true;
}

IoResult Channel::Handshake() {
  const IoResult result = ResultOf(SSL_do_handshake(ssl_.get()));
  if (result.status == IoStatus::kDone) {
    // The last word was the client's. Without a delay in acknowledging it, a client that gathers
    // small segments (Nagle's algorithm) sends its request 40 ms earlier.
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
  }
  return result;
}

bool Channel::HasBuffered() const {
  return ahead_at_ < ahead_.size() || (ssl_ != nullptr && SSL_pending(ssl_.get()) > 0);
}

IoResult Channel::Read(char* out, size_t size) {
  if (ssl_ == nullptr) return Receive(out, size);
  return ResultOf(SSL_read(ssl_.get(), out, static_cast<int>(size)));
}

IoResult Channel::Write(absl::string_view bytes) {
  if (ssl_ == nullptr) return Send(bytes.data(), bytes.size());
  constexpr size_t kMax = 1 << 20;
  return ResultOf(
      SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), kMax))));
}

IoResult Channel::Discard(char* out, size_t size) {
  const ssize_t received = ::recv(fd_, out, size, 0);
  if (received > 0) return {IoStatus::kDone, static_cast<size_t>(received)};
  return received == 0 ? IoResult{IoStatus::kEnd, 0} : FailureOf(errno, IoStatus::kWantRead);
}

void Channel::FinishWriting() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  ::shutdown(fd_, SHUT_WR);
}

IoResult Channel::Receive(char* out, size_t size) {
  if (ahead_at_ < ahead_.size()) return {IoStatus::kDone, TakeAhead(out, size)};
  const bool reads_ahead = ssl_ != nullptr && size < kSmallRead;
  char* const buffer = reads_ahead ? ReadAheadBuffer() : out;
  ssize_t received = 0;
  do {
    received = ::recv(fd_, buffer, reads_ahead ? kReadAheadBytes : size, 0);
  } while (received < 0 && errno == EINTR);
  if (received < 0) return FailureOf(errno, IoStatus::kWantRead);
  if (received == 0) return {IoStatus::kEnd, 0};
  if (!reads_ahead) return {IoStatus::kDone, static_cast<size_t>(received)};
  const size_t now = std::min(size, static_cast<size_t>(received));
  std::memcpy(out, buffer, now);
  if (now < static_cast<size_t>(received)) {
    ahead_.assign(buffer + now, static_cast<size_t>(received) - now);
    ahead_at_ = 0;
  }
  return {IoStatus::kDone, now};
}

size_t Channel::TakeAhead(char* out, size_t size) {
  const size_t now = std::min(size, ahead_.size() - ahead_at_);
  std::memcpy(out, ahead_.data() + ahead_at_, now);
  ahead_at_ += now;
  if (ahead_at_ == ahead_.size()) {
    // Given back: between requests a connection holds no buffer.
    std::string().swap(ahead_);
    ahead_at_ = 0;
  }
  return now;
}

IoResult Channel::Send(const char* bytes, size_t size) {
  ssize_t sent = 0;
  do {
    sent = ::send(fd_, bytes, size, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return FailureOf(errno, IoStatus::kWantWrite);
  return {IoStatus::kDone, static_cast<size_t>(sent)};
}

IoResult Channel::ResultOf(int returned) const {
  if (returned > 0) return {IoStatus::kDone, static_cast<size_t>(returned)};
  const int error = SSL_get_error(ssl_.get(), returned);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return {IoStatus::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {IoStatus::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::kEnd, 0};
    default:
      return {IoStatus::kFailed, 0};
  }
}

const BIO_METHOD* Channel::BioMethod() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "channel");
    BIO_meth_set_read(made, BioRead);
    BIO_meth_set_write(made, BioWrite);
    BIO_meth_set_ctrl(made, BioControl);
    return made;
  }();
  return method;
}

int Channel::BioRead(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  const IoResult result =
      static_cast<Channel*>(BIO_get_data(bio))->Receive(out, static_cast<size_t>(size));
  if (result.status == IoStatus::kDone) return static_cast<int>(result.bytes);
  if (result.status == IoStatus::kEnd) return 0;
  if (result.status == IoStatus::kWantRead) BIO_set_retry_read(bio);
  return -1;
}

int Channel::BioWrite(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const IoResult result =
      static_cast<Channel*>(BIO_get_data(bio))->Send(bytes, static_cast<size_t>(size));
  if (result.status == IoStatus::kDone) return static_cast<int>(result.bytes);
  if (result.status == IoStatus::kWantWrite) BIO_set_retry_write(bio);
  return -1;
}

long Channel::BioControl(BIO*, int command, long, void*) {  // NOLINT: the library's type
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace lazuli::emulator::transport
