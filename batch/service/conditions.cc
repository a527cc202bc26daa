#include "batch/service/conditions.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/http_date.h"
#include "base/status_macros.h"
#include "batch/service/output.h"
#include "batch/workload/errors.h"

namespace lazuli::batch {
namespace {

// Batch writes eTags without quotation marks and reads them with or without.
std::vector<std::string> ReadTags(absl::string_view header) {
  std::vector<std::string> tags;
  for (absl::string_view part : absl::StrSplit(header, ',')) {
    part = absl::StripAsciiWhitespace(part);
    absl::ConsumePrefix(&part, "W/");
    if (part.size() >= 2 && part.front() == '"' && part.back() == '"') {
      part = part.substr(1, part.size() - 2);
    }
    if (!part.empty()) tags.emplace_back(part);
  }
  return tags;
}

absl::StatusOr<std::optional<absl::Time>> ReadDate(absl::string_view header,
                                                   absl::string_view value) {
  if (value.empty()) return std::optional<absl::Time>();
  const std::optional<absl::Time> date = ParseHttpDate(value);
  if (!date.has_value()) {
    return InvalidHeaderError(header, "The value must be a date in the form of RFC 1123");
  }
  return date;
}

bool Holds(const std::vector<std::string>& tags, const std::string& tag) {
  return std::any_of(tags.begin(), tags.end(), [&tag](const std::string& each) {
    return each == "*" || absl::EqualsIgnoreCase(each, tag);
  });
}

absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::StatusOr<Conditions> Conditions::Read(absl::string_view if_match,
                                            absl::string_view if_none_match,
                                            absl::string_view if_modified_since,
                                            absl::string_view if_unmodified_since) {
  Conditions conditions;
  conditions.if_match_ = ReadTags(if_match);
  conditions.if_none_match_ = ReadTags(if_none_match);
  LAZULI_ASSIGN_OR_RETURN(conditions.if_modified_since_,
                          ReadDate("If-Modified-Since", if_modified_since));
  LAZULI_ASSIGN_OR_RETURN(conditions.if_unmodified_since_,
                          ReadDate("If-Unmodified-Since", if_unmodified_since));
  const int count = (conditions.if_match_.empty() ? 0 : 1) +
                    (conditions.if_none_match_.empty() ? 0 : 1) +
                    (conditions.if_modified_since_.has_value() ? 1 : 0) +
                    (conditions.if_unmodified_since_.has_value() ? 1 : 0);
  if (count > 1) return SeveralConditionsError();
  return conditions;
}

absl::Status Conditions::Check(const Revision& revision, For use) const {
  const std::string tag = ETag(revision);
  const absl::Time modified = WholeSeconds(revision.last_modified);
  const bool is_met = (if_match_.empty() || Holds(if_match_, tag)) &&
                      (if_none_match_.empty() || !Holds(if_none_match_, tag)) &&
                      (!if_modified_since_.has_value() || modified > *if_modified_since_) &&
                      (!if_unmodified_since_.has_value() || modified <= *if_unmodified_since_);
  if (is_met) return absl::OkStatus();
  return ConditionNotMetError(use == For::kRead);
}

}  // namespace lazuli::batch
