#include "base/error.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace lazuli {
namespace {

// Names the payload on the status; never leaves the process.
constexpr char kTypeUrl[] = "lazuli/ErrorInfo";

// The payload is a plain sequence of fixed-width numbers and counted texts, written and read by
// this file alone.
class Writer {
 public:
  void Number(int64_t value) {
    const uint64_t bits = static_cast<uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>((bits >> shift) & 0xff));
    }
  }
  void Text(absl::string_view text) {
    Number(static_cast<int64_t>(text.size()));
    bytes_.append(text.data(), text.size());
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; `ok` turns false for good when something is missing.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  int64_t Number() {
    if (bytes_.size() < 8) {
      ok_ = false;
      return 0;
    }
    uint64_t bits = 0;
    for (int i = 7; i >= 0; --i) bits = (bits << 8) | static_cast<uint8_t>(bytes_[i]);
    bytes_.remove_prefix(8);
    return static_cast<int64_t>(bits);
  }
  std::string Text() {
    const uint64_t size = static_cast<uint64_t>(Number());
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return "";
    }
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

std::string Encode(const ErrorInfo& info) {
  Writer writer;
  writer.Text(info.code);
  writer.Text(info.inner_code);
  writer.Number(info.http_status);
  writer.Text(info.target);
  writer.Number(static_cast<int64_t>(info.details.size()));
  for (const ErrorDetail& detail : info.details) {
    writer.Text(detail.code);
    writer.Text(detail.message);
  }
  writer.Number(info.retry_after.has_value() ? 1 : 0);
  if (info.retry_after.has_value()) writer.Number(absl::ToInt64Nanoseconds(*info.retry_after));
  return writer.Take();
}

std::optional<ErrorInfo> Decode(absl::string_view bytes) {
  Reader reader(bytes);
  ErrorInfo info;
  info.code = reader.Text();
  info.inner_code = reader.Text();
  info.http_status = static_cast<int>(reader.Number());
  info.target = reader.Text();
  const int64_t detail_count = reader.Number();
  for (int64_t i = 0; reader.ok() && i < detail_count; ++i) {
    ErrorDetail& detail = info.details.emplace_back();
    detail.code = reader.Text();
    detail.message = reader.Text();
  }
  if (reader.Number() == 1) info.retry_after = absl::Nanoseconds(reader.Number());
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return info;
}

struct CodeAndHttpStatus {
  const char* code;
  int http_status;
};

CodeAndHttpStatus DefaultFor(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return {"", 200};
    case absl::StatusCode::kInvalidArgument:
      return {"BadRequest", 400};
    case absl::StatusCode::kOutOfRange:
      return {"OutOfRange", 400};
    case absl::StatusCode::kUnauthenticated:
      return {"Unauthorized", 401};
    case absl::StatusCode::kPermissionDenied:
      return {"Forbidden", 403};
    case absl::StatusCode::kNotFound:
      return {"NotFound", 404};
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return {"Conflict", 409};
    case absl::StatusCode::kCancelled:
      return {"RequestCancelled", 499};
    case absl::StatusCode::kUnimplemented:
      return {"NotImplemented", 501};
    case absl::StatusCode::kResourceExhausted:
      return {"ServerBusy", 503};
    case absl::StatusCode::kUnavailable:
      return {"ServiceUnavailable", 503};
    case absl::StatusCode::kDeadlineExceeded:
      return {"GatewayTimeout", 504};
    default:
      // kInternal, kUnknown, kDataLoss and numbers that no code has.
      return {"InternalServerError", 500};
  }
}

// An error whose code and HTTP status are the ones that its canonical code has by default.
absl::Status MakeDefaultError(absl::StatusCode code, absl::string_view message) {
  const CodeAndHttpStatus fallback = DefaultFor(code);
  ErrorInfo info;
  info.code = fallback.code;
  info.http_status = fallback.http_status;
  return MakeError(code, message, info);
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, absl::string_view message, const ErrorInfo& info) {
  // A caller that names kOk has a defect of its own, which must not read as success.
  if (code == absl::StatusCode::kOk) code = absl::StatusCode::kInternal;
  absl::Status status(code, message);
  // Through a view: of Cord's constructors the one that takes a string is a template, whose name
  // clang spells otherwise than the g++ that built the library.
  status.SetPayload(kTypeUrl, absl::Cord(absl::string_view(Encode(info))));
  return status;
}

std::optional<ErrorInfo> GetErrorInfo(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kTypeUrl);
  if (!payload.has_value()) return std::nullopt;
  return Decode(std::string(*payload));
}

ErrorInfo ErrorInfoOrDefault(const absl::Status& status) {
  if (std::optional<ErrorInfo> info = GetErrorInfo(status); info.has_value()) {
    return *std::move(info);
  }
  const CodeAndHttpStatus fallback = DefaultFor(status.code());
  ErrorInfo info;
  info.code = fallback.code;
  info.http_status = fallback.http_status;
  return info;
}

absl::Status ServerBusyError(absl::string_view what, absl::Duration retry_after) {
  ErrorInfo info;
  info.code = "ServerBusy";
  info.http_status = 503;
  info.retry_after = retry_after;
  return MakeError(absl::StatusCode::kResourceExhausted,
                   absl::StrCat("The server is busy: ", what, ". Try again later."), info);
}

absl::Status InvalidInputError(absl::string_view field, absl::string_view reason) {
  ErrorInfo info;
  info.code = "InvalidInput";
  info.http_status = 400;
  info.target = std::string(field);
  return MakeError(
      absl::StatusCode::kInvalidArgument,
      field.empty() ? std::string(reason) : absl::StrCat("'", field, "' is invalid: ", reason),
      info);
}

absl::Status OutOfRangeError(absl::string_view field, absl::string_view reason) {
  ErrorInfo info;
  info.code = "OutOfRange";
  info.http_status = 400;
  info.target = std::string(field);
  return MakeError(absl::StatusCode::kOutOfRange,
                   absl::StrCat("'", field, "' is out of range: ", reason), info);
}

absl::Status PreconditionError(absl::string_view reason) {
  return MakeDefaultError(absl::StatusCode::kFailedPrecondition, reason);
}

absl::Status ShuttingDownError(absl::string_view what) {
  return MakeDefaultError(absl::StatusCode::kUnavailable,
                          absl::StrCat("The server is shutting down: ", what, "."));
}

absl::Status NotEmulatedError(absl::string_view field) {
  ErrorInfo info;
  info.code = "NotImplemented";
  info.http_status = 501;
  info.target = std::string(field);
  return MakeError(absl::StatusCode::kUnimplemented, absl::StrCat("'", field, "' is not emulated."),
                   info);
}

absl::Status InternalError(absl::string_view what) {
  return MakeDefaultError(absl::StatusCode::kInternal, absl::StrCat("Internal error: ", what));
}

}  // namespace lazuli
