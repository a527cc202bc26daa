#include "keyvault/service/object_conversion.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "keyvault/errors.h"
#include "keyvault/service/page_token.h"

namespace lazuli::keyvault {
namespace {

// What a Timestamp may hold: the years 0001 to 9999.
constexpr int64_t kMinTimestampSeconds = -62'135'596'800;
constexpr int64_t kMaxTimestampSeconds = 253'402'300'799;

}  // namespace

absl::Status CheckObjectName(absl::string_view field, absl::string_view name) {
  return IsValidObjectName(name) ? absl::OkStatus() : InvalidObjectNameError(field, name);
}

absl::Status CheckObjectVersion(absl::string_view field, absl::string_view http_verb,
                                absl::string_view version) {
  if (version.empty() || IsHex32(version)) return absl::OkStatus();
  return InvalidObjectVersionError(field, http_verb, version);
}

absl::StatusOr<TagMap> ReadObjectTags(const v1::Tags& tags) {
  if (static_cast<size_t>(tags.values_size()) > limits::keyvault::kMaxKeyTags) {
    return BadObjectParameterError(
        "tags", absl::StrCat("There are at most ", limits::keyvault::kMaxKeyTags, " tags."));
  }
  TagMap result;
  for (const auto& [name, value] : tags.values()) {
    if (name.empty() || name.size() > limits::keyvault::kMaxKeyTagLength ||
        value.size() > limits::keyvault::kMaxKeyTagLength) {
      return BadObjectParameterError(
          "tags", absl::StrCat("A tag's name has 1 to ", limits::keyvault::kMaxKeyTagLength,
                               " characters and its value at most as many."));
    }
    result.emplace(name, value);
  }
  return result;
}

absl::StatusOr<absl::Time> ReadUnixSeconds(const google::protobuf::Timestamp& timestamp,
                                           absl::string_view field) {
  if (timestamp.seconds() < kMinTimestampSeconds || timestamp.seconds() > kMaxTimestampSeconds) {
    return BadObjectParameterError(field, "It lies outside of the years 0001 to 9999.");
  }
  return absl::FromUnixSeconds(timestamp.seconds());
}

void ObjectAttributesInput::ApplyTo(ObjectAttributes* attributes) const {
  if (enabled.has_value()) attributes->enabled = *enabled;
  if (not_before.has_value()) attributes->not_before = not_before;
  if (expires.has_value()) attributes->expires = expires;
}

absl::StatusOr<PageRequest> ReadPage(std::optional<int> maxresults, const std::string& skip_token) {
  PageRequest page;
  if (maxresults.has_value()) {
    if (*maxresults < 1 || *maxresults > limits::keyvault::kMaxPageSize) {
      return BadObjectParameterError(
          "maxresults", absl::StrCat("It must be from 1 to ", limits::keyvault::kMaxPageSize, "."));
    }
    page.limit = static_cast<size_t>(*maxresults);
  }
  if (!skip_token.empty()) {
    std::optional<std::string> after = DecodePageToken(skip_token);
    if (!after.has_value()) {
      return BadObjectParameterError("$skiptoken", "It is not a token of this service.");
    }
    page.after = *std::move(after);
  }
  return page;
}

}  // namespace lazuli::keyvault
