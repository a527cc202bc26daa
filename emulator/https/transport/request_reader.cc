#include "emulator/https/transport/request_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/buffer.hpp"
#include "boost/beast/http/basic_parser.hpp"
#include "boost/beast/http/error.hpp"
#include "emulator/https/transport/errors.h"
#include "emulator/https/transport/request_target.h"

namespace lazuli::emulator::transport {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

absl::string_view ViewOf(BeastView text) { return {text.data(), text.size()}; }

// What is set aside for a body before it comes: what is announced need not be sent.
constexpr size_t kMaxReservedBytes = size_t{64} << 10;

// How many times as long as a body its chunks may be: a chunk of one byte takes six.
constexpr size_t kMaxFraming = 8;

size_t CountFields(const HttpHeaders& headers, absl::string_view name) {
  return static_cast<size_t>(std::count_if(headers.fields().begin(), headers.fields().end(),
                                           [name](const HttpHeaders::Field& field) {
                                             return absl::EqualsIgnoreCase(field.first, name);
                                           }));
}

}  // namespace

class RequestReader::Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(const HttpLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    body_limit(limits.max_body_bytes);
  }

  Progress Feed(absl::string_view bytes, size_t* taken) {
    *taken = 0;
    if (!got_some()) {
      *taken = LeadingEmptyLines(bytes);
      // Half of one more.
      if (bytes.substr(*taken) == "\r") return Progress::kNeedsMore;
    }
    Progress progress = Progress::kNeedsMore;
    while (progress == Progress::kNeedsMore && *taken < bytes.size()) {
      error_code error;
      const size_t size =
          put(boost::asio::buffer(bytes.data() + *taken, bytes.size() - *taken), error);
      *taken += size;
      bytes_ += size;
      if (!has_header_) header_bytes_ += size;
      progress = ProgressAfter(error, bytes.size() - *taken);
      if (error || size == 0) break;
    }
    return progress;
  }

  const absl::Status& error() const { return error_; }
  HttpRequest& request() { return request_; }
  bool expects_continue() const { return expects_continue_; }
  bool is_http11() const { return version_ == 11; }

 private:
  // RFC 9112 section 2.2: empty lines before a request are passed over.
  static size_t LeadingEmptyLines(absl::string_view bytes) {
    size_t size = 0;
    while (bytes.substr(size, 2) == "\r\n") size += 2;
    return size;
  }

  // `rest`: bytes that are there and not taken.
  Progress ProgressAfter(error_code error, size_t rest) {
    if (error && error != http::error::need_more) return Fail(ErrorOf(error));
    // What follows the header fields is not theirs.
    const size_t of_header = header_bytes_ + (is_header_done() ? 0 : rest);
    if (!has_header_ && of_header > limits_.max_header_bytes) {
      return Fail(HeadersTooLargeError(limits_.max_header_bytes));
    }
    if (is_header_done() && !has_header_) {
      has_header_ = true;
      absl::Status checked = CheckHeader();
      if (!checked.ok()) return Fail(std::move(checked));
      if (!is_done()) {
        eager(true);
        return Progress::kHeader;
      }
    }
    if (is_done()) return Progress::kComplete;
    // Tiny chunks with much around them are no body.
    if (bytes_ > limits_.max_header_bytes + kMaxFraming * limits_.max_body_bytes) {
      return Fail(BodyTooLargeError(limits_.max_body_bytes));
    }
    // Only the head of a chunk or the fields after the last one can be as long without being taken.
    if (error && has_header_ && rest > limits_.max_header_bytes) {
      return Fail(HeadersTooLargeError(limits_.max_header_bytes));
    }
    return Progress::kNeedsMore;
  }

  Progress Fail(absl::Status error) {
    error_ = std::move(error);
    return Progress::kFailed;
  }

  absl::Status ErrorOf(error_code error) const {
    if (error == http::error::header_limit) return HeadersTooLargeError(limits_.max_header_bytes);
    if (error == http::error::body_limit) return BodyTooLargeError(limits_.max_body_bytes);
    return MalformedRequestError(
        absl::StrCat("The request is not HTTP/1.1: ", error.message(), "."));
  }

  absl::Status CheckHeader() {
    const HttpHeaders& headers = request_.headers;
    const size_t hosts = CountFields(headers, "Host");
    if (hosts > 1 || (hosts == 0 && version_ == 11)) {
      return MalformedRequestError("The request needs one Host field.");
    }
    if (const std::string* coding = headers.Find("Transfer-Encoding"); coding != nullptr) {
      // RFC 9112 section 6.1: a coding came with HTTP/1.1, and a length beside it is an attack.
      if (version_ != 11 || headers.Find("Content-Length") != nullptr) {
        return MalformedRequestError("The request's length can be read in two ways.");
      }
      if (!absl::EqualsIgnoreCase(*coding, "chunked") ||
          CountFields(headers, "Transfer-Encoding") > 1) {
        return UnsupportedError("Of transfer codings only chunked is known.");
      }
    }
    if (const std::string* expect = headers.Find("Expect"); expect != nullptr && version_ == 11) {
      if (!absl::EqualsIgnoreCase(*expect, "100-continue")) return ExpectationError();
      expects_continue_ = !is_done();
    }
    absl::StatusOr<RequestTarget> target =
        ResolveTarget(request_.method, request_.target, headers.Find("Host"));
    if (!target.ok()) return std::move(target).status();
    if (request_.method == "CONNECT" && !is_done()) {
      return MalformedRequestError("CONNECT has no body.");
    }
    request_.target = std::move(target->path_and_query);
    request_.authority = std::move(target->authority);
    request_.arrival = target->is_absolute_form ? HttpArrival::kAbsoluteForm : HttpArrival::kDirect;
    return absl::OkStatus();
  }

  void on_request_impl(http::verb, BeastView method, BeastView target, int version,
                       error_code&) override {
    request_.method = std::string(method);
    request_.target = std::string(target);
    version_ = version;
  }
  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_field_impl(http::field, BeastView name, BeastView value, error_code&) override {
    // Fields after a chunked body are passed over: nothing may come in behind the checks.
    if (!has_header_) request_.headers.Add(ViewOf(name), ViewOf(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) {
      request_.body.reserve(std::min(static_cast<size_t>(*length), kMaxReservedBytes));
    }
  }
  size_t on_body_impl(BeastView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  const HttpLimits& limits_;
  HttpRequest request_;
  absl::Status error_;
  int version_ = 11;
  size_t header_bytes_ = 0;
  size_t bytes_ = 0;  // all that were taken
  bool has_header_ = false;
  bool expects_continue_ = false;
};

RequestReader::RequestReader(const HttpLimits& limits)
    : parser_(std::make_unique<Parser>(limits)) {}
RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::Feed(absl::string_view bytes, size_t* taken) {
  return parser_->Feed(bytes, taken);
}

const absl::Status& RequestReader::error() const { return parser_->error(); }
const HttpRequest& RequestReader::request() const { return parser_->request(); }
bool RequestReader::expects_continue() const { return parser_->expects_continue(); }
bool RequestReader::is_http11() const { return parser_->is_http11(); }
bool RequestReader::keeps_alive() const { return parser_->keep_alive(); }
HttpRequest RequestReader::Take() { return std::move(parser_->request()); }

}  // namespace lazuli::emulator::transport
