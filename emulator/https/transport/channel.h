// File: emulator/https/transport/channel.h
//
// A connection's bytes, plain or under TLS, without waiting.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_CHANNEL_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_CHANNEL_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "emulator/https/tls/boringssl_tls.h"
#include "emulator/https/tls/tls_context.h"

namespace lazuli::emulator::transport {

enum class IoStatus {
  kDone,
  kWantRead,   // again when the socket can be read
  kWantWrite,  // again when the socket can be written
  kEnd,        // the peer said all that it will say
  kFailed,
};

struct IoResult {
  IoStatus status = IoStatus::kDone;
  size_t bytes = 0;
};

// TLS is BoringSSL over the socket itself: a connection between two requests holds no buffers. Not
// thread safe.
class Channel {
 public:
  // `fd`: a connected, non-blocking stream socket, which stays its owner's and must outlive this.
  explicit Channel(int fd) : fd_(fd) {}

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  bool is_tls() const { return ssl_ != nullptr; }

  // What was read too far, to be read again; before StartTls.
  void Unread(std::string bytes);

  // From here on bytes go through TLS, as its server. False when there is no memory.
  bool StartTls(const TlsContext& context);
  // kDone: TLS is agreed on.
  IoResult Handshake();
  // Whether the two sides agreed on HTTP/2.
  bool is_http2() const { return ssl_ != nullptr && IsHttp2(ssl_.get()); }

  // True if bytes may be there to be read although the socket has none.
  bool HasBuffered() const;
  IoResult Read(char* out, size_t size);
  // May write but a part.
  IoResult Write(absl::string_view bytes);
  // Takes bytes off the socket for nobody to read, once the answer is out.
  IoResult Discard(char* out, size_t size);
  // Tells the peer, if there is room for a word, that nothing more will come.
  void FinishWriting();

 private:
  static int BioRead(BIO* bio, char* out, int size);
  static int BioWrite(BIO* bio, const char* bytes, int size);
  static long BioControl(BIO* bio, int command, long number, void* pointer);  // NOLINT: the type
  static const BIO_METHOD* BioMethod();

  // From what was unread or read ahead, then from the socket.
  IoResult Receive(char* out, size_t size);
  size_t TakeAhead(char* out, size_t size);
  IoResult Send(const char* bytes, size_t size);
  IoResult ResultOf(int returned) const;

  const int fd_;
  std::string ahead_;  // received and not given out yet, from ahead_at_ on
  size_t ahead_at_ = 0;
  bssl::UniquePtr<SSL> ssl_;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_CHANNEL_H_
