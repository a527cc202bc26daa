#include "emulator/https/transport/connection.h"

#include <poll.h>

#include <array>
#include <utility>

#include "boost/asio/async_result.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "emulator/https/message/proxy_credentials.h"
#include "emulator/https/transport/errors.h"

namespace lazuli::emulator::transport {

namespace asio = boost::asio;

// Throughout this folder co_await stands by itself or initializes a variable: g++ 12 miscompiles
// some that stand within conditions.

namespace {

// The first byte of TLS: a handshake record (RFC 8446 section 5.1). No HTTP method begins with it.
constexpr char kTlsHandshake = 0x16;

constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr absl::string_view kTunnelOpen = "HTTP/1.1 200 Connection established\r\n\r\n";

// Bodies up to this length go out in one piece with what stands before them.
constexpr size_t kJoinedBytes = size_t{64} << 10;

// One a thread, since nothing stays in it while its user waits.
std::array<char, 16'384>& Scratch() {
  thread_local std::array<char, 16'384> scratch;
  return scratch;
}

bool HasHungUp(int socket) {
  pollfd polled = {socket, POLLRDHUP, 0};
  return ::poll(&polled, 1, 0) == 1 && (polled.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

Connection::Connection(asio::io_context* io, TransportContext* context, const LoopTime* time,
                       UniqueFd socket, std::string client_address)
    : context_(context),
      time_(time),
      socket_(*io, socket.Release()),
      channel_(socket_.native_handle()),
      client_address_(std::move(client_address)) {}

Connection::~Connection() { AccountBody(0); }

asio::awaitable<void> Connection::Run() {
  bool goes_on = co_await Open();
  while (goes_on) {
    goes_on = co_await ServeRequest();
    // Who sends request upon request is not the only one.
    if (!in_.empty()) co_await Yield();
  }
  if (exchange_ != nullptr) exchange_->Close();
  AccountBody(0);
  if (!refusal_.ok()) co_await Refuse();
  if (wants_linger_) {
    co_await Linger();
  } else if (!is_dropped_) {
    channel_.FinishWriting();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<bool> Connection::Open() {
  if (in_.empty()) {
    const bool came = co_await AwaitFirstByte(context_->limits.header_timeout);
    if (!came) co_return false;
  }
  if (in_.front() != kTlsHandshake) co_return true;
  if (channel_.is_tls()) {
    refusal_ = MalformedRequestError("TLS within TLS is not served.");
    co_return false;
  }
  channel_.Unread(std::exchange(in_, std::string()));
  if (!channel_.StartTls(*context_->tls)) co_return false;
  const bool agreed = co_await ShakeHands();
  if (!agreed) co_return false;
  if (!channel_.is_http2()) co_return true;
  co_await PumpHttp2();
  co_return false;
}

asio::awaitable<bool> Connection::AwaitFirstByte(absl::Duration timeout) {
  if (is_draining_) co_return false;
  // Idle connections are many: none keeps a buffer.
  std::string().swap(in_);
  is_idle_ = true;
  SetDeadline(timeout);
  bool came = channel_.HasBuffered();
  if (!came) came = co_await WaitFor(IoStatus::kWantRead);
  if (came) came = co_await Fill();
  is_idle_ = false;
  ClearDeadline();
  co_return came;
}

asio::awaitable<bool> Connection::ShakeHands() {
  is_idle_ = true;
  SetDeadline(context_->limits.header_timeout);
  IoResult result = channel_.Handshake();
  while (result.status == IoStatus::kWantRead || result.status == IoStatus::kWantWrite) {
    const bool is_ready = co_await WaitFor(result.status);
    if (!is_ready) co_return false;
    result = channel_.Handshake();
  }
  is_idle_ = false;
  ClearDeadline();
  co_return result.status == IoStatus::kDone;
}

asio::awaitable<bool> Connection::ServeRequest() {
  if (in_.empty()) {
    const bool came = co_await AwaitFirstByte(context_->limits.idle_timeout);
    if (!came) co_return false;
  }
  auto reader = std::make_unique<RequestReader>(context_->limits);
  const bool is_complete = co_await ReadRequest(reader.get());
  if (!is_complete) co_return false;
  HttpRequest request = Complete(reader->Take());
  const Asked asked = {request.method == "HEAD", reader->is_http11(), reader->keeps_alive()};
  reader.reset();
  if (request.method == "CONNECT") {
    tunnel_authority_ = std::move(request.authority);
    tunnel_user_ = std::move(request.proxy_user);
    const bool is_open = co_await OpenTunnel();
    co_return is_open;
  }
  std::optional<HttpResponse> response = co_await Ask(std::move(request));
  AccountBody(0);
  is_dropped_ = response.has_value() && response->drops_connection;
  if (!response.has_value() || is_dropped_) co_return false;
  const bool goes_on = co_await Answer(asked, &*response);
  exchange_->Close();
  exchange_ = nullptr;
  co_return goes_on;
}

asio::awaitable<bool> Connection::ReadRequest(RequestReader* reader) {
  SetDeadline(context_->limits.header_timeout);
  for (;;) {
    size_t taken = 0;
    const RequestReader::Progress progress = reader->Feed(in_, &taken);
    in_.erase(0, taken);
    if (progress == RequestReader::Progress::kFailed) {
      refusal_ = reader->error();
      co_return false;
    }
    if (progress != RequestReader::Progress::kNeedsMore) refusal_ = CheckRequest(reader->request());
    if (!AccountBody(reader->request().body.size())) refusal_ = TooManyBodiesError();
    if (!refusal_.ok()) co_return false;
    if (progress == RequestReader::Progress::kComplete) break;
    if (progress == RequestReader::Progress::kHeader) {
      SetDeadline(context_->limits.body_timeout);
      if (reader->expects_continue() && in_.empty()) {
        const bool is_told = co_await WriteAll(kContinue);
        if (!is_told) co_return false;
      }
      continue;
    }
    // Nor is who sends without a pause; and deadlines come from other work of this thread.
    co_await Yield();
    const bool came = co_await Fill();
    if (!came) {
      if (stop_ == Stop::kTimeout) refusal_ = RequestTimeoutError();
      co_return false;
    }
  }
  ClearDeadline();
  co_return true;
}

absl::Status Connection::CheckRequest(const HttpRequest& request) const {
  const bool is_connect = request.method == "CONNECT";
  if (is_connect && (is_tunnel_ || channel_.is_tls())) {
    return UnsupportedError("CONNECT is served on plain connections, and not within a tunnel.");
  }
  const bool is_proxied =
      is_connect || is_tunnel_ || (request.arrival == HttpArrival::kAbsoluteForm);
  // One that names no host means the tunnel's, which has been looked at.
  const bool is_tunnels = is_tunnel_ && request.authority.empty();
  if (is_proxied && !is_tunnels && !context_->is_served(request.authority)) {
    return HostNotEmulatedError(request.authority);
  }
  return absl::OkStatus();
}

HttpRequest Connection::Complete(HttpRequest request) const {
  request.is_tls = channel_.is_tls();
  request.client_address = client_address_;
  request.proxy_user = is_tunnel_ ? tunnel_user_ : ProxyUser(request.headers);
  if (is_tunnel_) request.arrival = HttpArrival::kTunnel;
  // A request of HTTP/1.0 may leave it to the tunnel to say whom it is for.
  if (request.authority.empty()) request.authority = tunnel_authority_;
  return request;
}

asio::awaitable<bool> Connection::OpenTunnel() {
  is_tunnel_ = true;
  const bool is_told = co_await WriteAll(kTunnelOpen);
  if (!is_told) co_return false;
  const bool goes_on = co_await Open();
  co_return goes_on;
}

asio::awaitable<std::optional<HttpResponse>> Connection::Ask(HttpRequest request) {
  exchange_ = std::make_shared<Exchange>([this] { PostWake(); });
  request.is_cancelled = [exchange = exchange_] { return exchange->is_cancelled(); };
  context_->handler->Handle(std::move(request), Exchange::RespondTo(exchange_));
  for (;;) {
    std::optional<HttpResponse> response = exchange_->Take();
    if (response.has_value()) co_return response;
    co_await WaitForWake();
    if (stop_ == Stop::kEnd) co_return std::nullopt;
  }
}

asio::awaitable<bool> Connection::Answer(Asked asked, HttpResponse* response) {
  const BodyFraming framing = FramingOf(*response, asked.is_http11);
  const bool keeps_alive = asked.keeps_alive && !is_draining_ && framing != BodyFraming::kClose;
  std::string out = FormatHead(*response, framing, asked.is_http11, keeps_alive, CurrentHttpDate());
  wants_linger_ = !keeps_alive;
  const bool has_body = !asked.is_head && framing == BodyFraming::kLength;
  const bool is_joined = has_body && response->body.size() <= kJoinedBytes;
  if (is_joined) out += response->body;
  bool is_written = co_await WriteAll(out);
  if (is_written && has_body && !is_joined) is_written = co_await WriteAll(response->body);
  const bool has_stream =
      response->stream != nullptr && !asked.is_head && framing != BodyFraming::kNone;
  if (is_written && has_stream) {
    is_written = co_await WriteStream(framing, response->stream.get());
  }
  co_return is_written&& keeps_alive;
}

asio::awaitable<bool> Connection::WriteStream(BodyFraming framing, HttpBodyStream* stream) {
  stream->OnReady(Exchange::ReadyFor(exchange_));
  for (;;) {
    std::string chunk;
    const absl::StatusOr<bool> next = stream->Next(&chunk);
    if (!next.ok()) break;
    if (*next) {
      if (framing == BodyFraming::kChunked) chunk = FormatChunk(chunk);
      const bool is_written = co_await WriteAll(chunk);
      if (!is_written) co_return false;
      co_await Yield();
      continue;
    }
    // A server on its way out has nothing more to say.
    if (is_draining_) break;
    if (exchange_->TakeReady()) continue;
    co_await WaitForWake();
    if (stop_ == Stop::kEnd || exchange_->is_cancelled()) co_return false;
  }
  if (framing != BodyFraming::kChunked) co_return true;
  const bool is_written = co_await WriteAll(kLastChunk);
  co_return is_written && !is_draining_;
}

asio::awaitable<void> Connection::Refuse() {
  // What ran out was the request's time.
  if (stop_ == Stop::kTimeout) stop_ = Stop::kNone;
  const HttpResponse response = RefusalOf(refusal_);
  const std::string out =
      FormatHead(response, BodyFraming::kLength, true, false, CurrentHttpDate()) + response.body;
  wants_linger_ = co_await WriteAll(out);
}

asio::awaitable<void> Connection::Linger() {
  channel_.FinishWriting();
  if (is_draining_) co_return;
  is_idle_ = true;
  SetDeadline(context_->limits.linger_timeout);
  for (;;) {
    const bool is_ready = co_await WaitFor(IoStatus::kWantRead);
    if (!is_ready) co_return;
    const IoStatus status = channel_.Discard(Scratch().data(), Scratch().size()).status;
    if (status != IoStatus::kDone && status != IoStatus::kWantRead) co_return;
  }
}

asio::awaitable<bool> Connection::Fill() {
  for (;;) {
    const IoResult result = channel_.Read(Scratch().data(), Scratch().size());
    if (result.status == IoStatus::kDone) {
      in_.append(Scratch().data(), result.bytes);
      co_return true;
    }
    if (result.status != IoStatus::kWantRead && result.status != IoStatus::kWantWrite) {
      co_return false;
    }
    const bool is_ready = co_await WaitFor(result.status);
    if (!is_ready) co_return false;
  }
}

asio::awaitable<bool> Connection::WriteAll(absl::string_view bytes) {
  bool waited = false;
  while (!bytes.empty()) {
    const IoResult result = channel_.Write(bytes);
    if (result.status == IoStatus::kDone) {
      bytes.remove_prefix(result.bytes);
      continue;
    }
    if (result.status != IoStatus::kWantRead && result.status != IoStatus::kWantWrite) {
      co_return false;
    }
    // For each piece anew: slow is fine, standing still is not.
    SetDeadline(context_->limits.write_timeout);
    waited = true;
    const bool is_ready = co_await WaitFor(result.status);
    if (!is_ready) co_return false;
  }
  if (waited) ClearDeadline();
  co_return true;
}

asio::awaitable<bool> Connection::WaitFor(IoStatus status) {
  if (stop_ != Stop::kNone) co_return false;
  const auto event = status == IoStatus::kWantRead ? Descriptor::wait_read : Descriptor::wait_write;
  boost::system::error_code error;
  co_await socket_.async_wait(event, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && stop_ == Stop::kNone;
}

asio::awaitable<void> Connection::Yield() {
  co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

asio::awaitable<void> Connection::WaitForWake() {
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this](auto handler) {
        waiter_ = [handler = std::move(handler)]() mutable { std::move(handler)(); };
      },
      asio::use_awaitable);
}

void Connection::Wake() {
  if (waiter_ != nullptr) std::exchange(waiter_, nullptr)();
}

void Connection::PostWake() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->Wake(); });
}

bool Connection::AccountBody(size_t size) {
  const size_t before = std::exchange(accounted_bytes_, size);
  // Unsigned arithmetic wraps, so that less is more of the other sign.
  const size_t total = context_->body_bytes.fetch_add(size - before) + size - before;
  return size <= before || total <= context_->limits.max_buffered_body_bytes;
}

void Connection::SetDeadline(absl::Duration timeout) {
  // The present tick may be nearly over, so that one is added.
  deadline_ = time_->now + timeout / time_->tick + 1;
}

void Connection::OnTick() {
  if (deadline_ != 0 && time_->now >= deadline_) {
    ClearDeadline();
    if (stop_ == Stop::kNone) stop_ = Stop::kTimeout;
    CancelWaits();
    return;
  }
  if (exchange_ != nullptr && !exchange_->is_cancelled() && HasHungUp(socket_.native_handle())) {
    exchange_->Cancel();
    PostWake();
  }
}

void Connection::Drain() {
  is_draining_ = true;
  if (is_idle_) {
    stop_ = Stop::kEnd;
    CancelWaits();
  }
  // A stream ends with what it has said so far.
  if (exchange_ != nullptr) PostWake();
}

void Connection::Abort() {
  Drain();
  stop_ = Stop::kEnd;
  if (exchange_ != nullptr) exchange_->Cancel();
  CancelWaits();
}

void Connection::CancelWaits() {
  // Fails once the socket is closed, when nobody waits.
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace lazuli::emulator::transport
