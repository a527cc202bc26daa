#include "batch/service/input.h"

#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/iso8601.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

// Tells a token from other texts that happen to be base64url.
constexpr absl::string_view kTokenMark = "after:";

// Code points; continuation bytes of UTF-8 do not begin one.
size_t CountCharacters(absl::string_view text) {
  size_t count = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
  }
  return count;
}

}  // namespace

absl::Status CheckId(absl::string_view property, absl::string_view id) {
  if (id.empty()) return MissingPropertyError(property);
  bool good = id.size() <= limits::batch::kMaxIdLength;
  for (const char c : id) good = good && (absl::ascii_isalnum(c) || c == '-' || c == '_');
  if (good) return absl::OkStatus();
  return InvalidPropertyError(property,
                              absl::CHexEscape(id.substr(0, 2 * limits::batch::kMaxIdLength)),
                              "The value must be 1 to 64 letters, digits, hyphens and underscores");
}

absl::Status CheckDisplayName(absl::string_view name) {
  if (CountCharacters(name) <= limits::batch::kMaxDisplayNameLength) return absl::OkStatus();
  return InvalidPropertyError("displayName", "", "The value is longer than 1024 characters");
}

absl::Status CheckRange(absl::string_view property, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return absl::OkStatus();
  return OutOfRangePropertyError(property, value, min, max);
}

absl::Status CheckRetryCount(absl::string_view property, int32_t count) {
  return CheckRange(property, count, kUnlimited, std::numeric_limits<int32_t>::max());
}

absl::Status CheckMetadata(const google::protobuf::RepeatedPtrField<v1::NameValuePair>& metadata) {
  for (int i = 0; i < metadata.size(); ++i) {
    if (metadata[i].name().empty()) {
      return EmptyMetadataKeyError(absl::StrCat("metadata[", i, "].name"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSettings(
    absl::string_view property,
    const google::protobuf::RepeatedPtrField<v1::EnvironmentSetting>& settings) {
  for (int i = 0; i < settings.size(); ++i) {
    if (settings[i].name().empty()) {
      return MissingPropertyError(absl::StrCat(property, "[", i, "].name"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> ReadPositiveDuration(absl::string_view property,
                                                    const google::protobuf::Duration& duration) {
  const absl::Duration value = FromProto(duration);
  if (value > absl::ZeroDuration()) return value;
  return InvalidPropertyError(property, FormatIso8601Duration(value),
                              "The value must be more than zero");
}

absl::StatusOr<absl::Duration> ReadResizeTimeout(const google::protobuf::Duration& timeout) {
  const absl::Duration value = FromProto(timeout);
  if (value >= limits::batch::kMinResizeTimeout) return value;
  return InvalidPropertyError("resizeTimeout", FormatIso8601Duration(value),
                              "The value must be at least five minutes");
}

std::string WriteSkipToken(uint64_t after) {
  return after == 0 ? "" : Base64UrlEncode(absl::StrCat(kTokenMark, after));
}

absl::StatusOr<PageRequest> ReadPage(bool has_maxresults, int32_t maxresults,
                                     absl::string_view skip_token) {
  PageRequest page;
  page.max_results = limits::batch::kMaxPageSize;
  if (has_maxresults) {
    if (maxresults < 1 || maxresults > limits::batch::kMaxPageSize) {
      return OutOfRangeQueryParameterError("maxresults", maxresults, 1,
                                           limits::batch::kMaxPageSize);
    }
    page.max_results = maxresults;
  }
  if (skip_token.empty()) return page;
  const std::optional<std::string> text = Base64UrlDecode(skip_token);
  absl::string_view after = text.has_value() ? absl::string_view(*text) : absl::string_view();
  if (!absl::ConsumePrefix(&after, kTokenMark) || !absl::SimpleAtoi(after, &page.after)) {
    return InvalidQueryParameterError("$skiptoken", "The value is not one that a list gave out");
  }
  return page;
}

}  // namespace lazuli::batch
