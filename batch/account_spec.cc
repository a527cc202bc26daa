#include "batch/account_spec.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "batch/errors.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

bool IsLowerAlphanumeric(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); });
}

}  // namespace

std::string AccountId::ArmId() const {
  return absl::StrCat("/subscriptions/", subscription_id, "/resourceGroups/", resource_group,
                      "/providers/Microsoft.Batch/batchAccounts/", name);
}

std::string AccountId::Key() const { return absl::AsciiStrToLower(ArmId()); }

absl::StatusOr<std::string> NormalizeRegion(absl::string_view location) {
  std::string region;
  // Nothing that long is looked at, let alone repeated.
  if (location.size() <= 2 * limits::batch::kMaxRegionLength) {
    for (const char c : location) {
      if (c != ' ') region.push_back(absl::ascii_tolower(c));
    }
  }
  if (region.empty() || region.size() > limits::batch::kMaxRegionLength ||
      !IsLowerAlphanumeric(region)) {
    return InvalidPropertyValueError(
        "location", location,
        "The location must be the name of a region, as in 'westus2' or 'West US 2'.");
  }
  return region;
}

absl::Status ValidateAccountName(absl::string_view name) {
  if (name.size() < limits::batch::kMinAccountNameLength ||
      name.size() > limits::batch::kMaxAccountNameLength || !IsLowerAlphanumeric(name)) {
    return InvalidAccountNameError(name);
  }
  return absl::OkStatus();
}

const char* ModeName(AuthenticationMode mode) {
  switch (mode) {
    case AuthenticationMode::kSharedKey:
      return "SharedKey";
    case AuthenticationMode::kAad:
      return "AAD";
    case AuthenticationMode::kTaskAuthenticationToken:
      return "TaskAuthenticationToken";
  }
  return "";
}

absl::Status ValidateTags(const std::map<std::string, std::string>& tags) {
  if (tags.size() > limits::batch::kMaxTags) {
    return InvalidPropertyValueError(
        "tags", absl::StrCat(tags.size(), " tags"),
        absl::StrCat("A resource takes no more than ", limits::batch::kMaxTags, " tags."));
  }
  for (const auto& [name, value] : tags) {
    if (name.empty() || name.size() > limits::batch::kMaxTagNameLength) {
      return InvalidPropertyValueError(
          "tags", name,
          absl::StrCat("The name of a tag must have 1 to ", limits::batch::kMaxTagNameLength,
                       " characters."));
    }
    if (value.size() > limits::batch::kMaxTagValueLength) {
      return InvalidPropertyValueError(
          "tags", name,
          absl::StrCat("The value of a tag must have no more than ",
                       limits::batch::kMaxTagValueLength, " characters."));
    }
  }
  return absl::OkStatus();
}

}  // namespace lazuli::batch
