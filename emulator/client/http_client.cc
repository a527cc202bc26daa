#include "emulator/client/http_client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace {

absl::Status Broken(absl::string_view address, absl::string_view what) {
  return absl::UnavailableError(absl::StrCat("http://", address, ": ", what));
}

// A connected socket, closed with the object.
class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& address,
                                                          absl::Duration timeout) {
    const size_t colon = address.rfind(':');
    if (colon == std::string::npos) return Broken(address, "the address has no port");
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) {
      return Broken(address, "the host is unknown");
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
    const timeval patience = absl::ToTimeval(timeout);
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      const int fd = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
      if (fd < 0) continue;
      std::unique_ptr<Connection> connection(new Connection(fd, address));
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
      if (connect(fd, one->ai_addr, one->ai_addrlen) == 0) return connection;
    }
    return Broken(address, "nobody listens");
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  absl::Status Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return Broken(address_, "the connection broke");
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return absl::OkStatus();
  }

  // Appends what has come to `bytes`; false at the end.
  absl::StatusOr<bool> Receive(std::string* bytes) {
    char buffer[16 * 1024];
    const ssize_t received = recv(fd_, buffer, sizeof(buffer), 0);
    if (received < 0) return Broken(address_, "no answer in time, or the connection broke");
    bytes->append(buffer, static_cast<size_t>(received));
    return received > 0;
  }

  const std::string& address() const { return address_; }

 private:
  Connection(int fd, std::string address) : fd_(fd), address_(std::move(address)) {}

  const int fd_;
  const std::string address_;
};

std::string RequestText(const std::string& address, const HttpCall& call) {
  std::string text = absl::StrCat(call.method, " ", call.target, " HTTP/1.1\r\n");
  bool has_host = false;
  for (const auto& [name, value] : call.headers) {
    absl::StrAppend(&text, name, ": ", value, "\r\n");
    has_host = has_host || absl::EqualsIgnoreCase(name, "host");
  }
  if (!has_host) absl::StrAppend(&text, "Host: ", address, "\r\n");
  if (!call.body.empty() || call.method == "POST") {
    absl::StrAppend(&text, "Content-Length: ", call.body.size(), "\r\n");
  }
  return absl::StrCat(text, "Connection: close\r\n\r\n", call.body);
}

// Reads status line and headers, and leaves in `rest` what came behind them.
absl::StatusOr<HttpReply> ReadHead(Connection* connection, std::string* rest) {
  size_t end = std::string::npos;
  while ((end = rest->find("\r\n\r\n")) == std::string::npos) {
    LAZULI_ASSIGN_OR_RETURN(const bool more, connection->Receive(rest));
    if (!more) return Broken(connection->address(), "the answer is no HTTP");
  }
  const std::vector<std::string> lines = absl::StrSplit(rest->substr(0, end), "\r\n");
  *rest = rest->substr(end + 4);
  HttpReply reply;
  const std::vector<std::string> words = absl::StrSplit(lines.front(), absl::MaxSplits(' ', 2));
  if (words.size() < 2 || !absl::StartsWith(words[0], "HTTP/1.") ||
      !absl::SimpleAtoi(words[1], &reply.status)) {
    return Broken(connection->address(), "the answer is no HTTP");
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    reply.headers.emplace_back(field.first, absl::StripAsciiWhitespace(field.second));
  }
  return reply;
}

// Takes whole chunks (RFC 9112 section 7.1) off the front of `bytes`.
class ChunkReader {
 public:
  // The next chunk; nullopt when its end has not come yet. is_at_end() tells of the last one.
  absl::StatusOr<std::optional<std::string>> Take(std::string* bytes) {
    const size_t line_end = bytes->find("\r\n");
    if (line_end == std::string::npos) return std::nullopt;
    uint64_t size = 0;
    const std::string hex = bytes->substr(0, std::min(line_end, bytes->find(';')));
    if (!absl::SimpleHexAtoi(hex, &size)) return absl::UnavailableError("a broken chunk");
    if (bytes->size() < line_end + 2 + size + 2) return std::nullopt;
    std::string chunk = bytes->substr(line_end + 2, size);
    bytes->erase(0, line_end + 2 + size + 2);
    is_at_end_ = size == 0;
    return chunk;
  }
  bool is_at_end() const { return is_at_end_; }

 private:
  bool is_at_end_ = false;
};

absl::Status ReadChunks(Connection* connection, std::string bytes,
                        const std::function<bool(absl::string_view)>& on_piece) {
  ChunkReader reader;
  while (true) {
    LAZULI_ASSIGN_OR_RETURN(const std::optional<std::string> chunk, reader.Take(&bytes));
    if (reader.is_at_end()) return absl::OkStatus();
    if (chunk.has_value()) {
      if (!on_piece(*chunk)) return absl::OkStatus();
      continue;
    }
    LAZULI_ASSIGN_OR_RETURN(const bool more, connection->Receive(&bytes));
    if (!more) return Broken(connection->address(), "the answer was cut off");
  }
}

// A body of a told length, or up to the connection's end.
absl::Status ReadPlain(Connection* connection, std::string bytes, std::optional<uint64_t> length,
                       const std::function<bool(absl::string_view)>& on_piece) {
  uint64_t seen = 0;
  while (true) {
    seen += bytes.size();
    if (!bytes.empty() && !on_piece(bytes)) return absl::OkStatus();
    if (length.has_value() && seen >= *length) return absl::OkStatus();
    bytes.clear();
    LAZULI_ASSIGN_OR_RETURN(const bool more, connection->Receive(&bytes));
    if (more) continue;
    if (length.has_value()) return Broken(connection->address(), "the answer was cut off");
    return absl::OkStatus();
  }
}

}  // namespace

std::string HttpReply::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

absl::StatusOr<HttpReply> FollowHttp(const std::string& address, const HttpCall& call,
                                     const std::function<bool(absl::string_view)>& on_piece) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                          Connection::Open(address, call.timeout));
  LAZULI_RETURN_IF_ERROR(connection->Send(RequestText(address, call)));
  std::string rest;
  LAZULI_ASSIGN_OR_RETURN(HttpReply reply, ReadHead(connection.get(), &rest));
  if (call.method == "HEAD" || reply.status == 204 || reply.status == 304) return reply;
  if (absl::EqualsIgnoreCase(reply.Header("transfer-encoding"), "chunked")) {
    LAZULI_RETURN_IF_ERROR(ReadChunks(connection.get(), std::move(rest), on_piece));
    return reply;
  }
  uint64_t length = 0;
  const bool is_told = absl::SimpleAtoi(reply.Header("content-length"), &length);
  LAZULI_RETURN_IF_ERROR(ReadPlain(connection.get(), std::move(rest),
                                   is_told ? std::optional<uint64_t>(length) : std::nullopt,
                                   on_piece));
  return reply;
}

absl::StatusOr<HttpReply> CallHttp(const std::string& address, const HttpCall& call) {
  std::string body;
  LAZULI_ASSIGN_OR_RETURN(HttpReply reply,
                          FollowHttp(address, call, [&body](absl::string_view piece) {
                            absl::StrAppend(&body, piece);
                            return true;
                          }));
  reply.body = std::move(body);
  return reply;
}

}  // namespace lazuli::emulator
