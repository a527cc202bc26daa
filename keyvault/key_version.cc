#include "keyvault/key_version.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/decision.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {

bool KeyVersion::Allows(KeyOperation operation) const {
  return std::find(key_ops.begin(), key_ops.end(), operation) != key_ops.end();
}

namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

// The refusal for an attribute of the version, with what it is and what would help.
absl::Status RefuseBy(absl::Status refusal, const KeyVersion& version, absl::string_view attribute,
                      absl::string_view value, std::string reason, std::string change) {
  Decision decision{.by = std::string(attribute),
                    .allowed = false,
                    .reason = absl::StrCat("version ", version.version, " of the key ",
                                           version.name, " ", reason),
                    .change = std::move(change),
                    .facts = {}};
  decision.AddFact("attribute", attribute);
  decision.AddFact("value", value);
  decision.AddFact("version", version.version);
  return WithDecision(std::move(refusal), decision);
}

std::string TextOf(const std::vector<KeyOperation>& operations) {
  std::vector<absl::string_view> names;
  for (const KeyOperation operation : operations) names.push_back(KeyOperationName(operation));
  return absl::StrJoin(names, ", ");
}

}  // namespace

absl::Status CheckKeyVersionUse(const KeyVersion& version, KeyOperation operation, absl::Time now) {
  const KeyAttributes& attributes = version.attributes;
  if (!attributes.enabled) {
    return RefuseBy(KeyDisabledError(operation), version, "enabled", "false", "is disabled",
                    "set attributes.enabled to true");
  }
  if (!WorksOutsideValidity(operation)) {
    if (attributes.not_before.has_value() && now < *attributes.not_before) {
      const std::string time = TimeText(*attributes.not_before);
      return RefuseBy(KeyNotYetValidError(operation), version, "nbf", time,
                      absl::StrCat("works from ", time, " on, and it is ", TimeText(now)),
                      absl::StrCat("advance the clock to ", time));
    }
    if (attributes.expires.has_value() && now >= *attributes.expires) {
      const std::string time = TimeText(*attributes.expires);
      return RefuseBy(KeyExpiredError(operation), version, "exp", time,
                      absl::StrCat("expired at ", time, ", and it is ", TimeText(now)),
                      absl::StrCat("set attributes.exp to later than ", TimeText(now)));
    }
  }
  if (!version.Allows(operation)) {
    const absl::string_view name = KeyOperationName(operation);
    return RefuseBy(KeyOperationForbiddenError(operation), version, "key_ops",
                    TextOf(version.key_ops), absl::StrCat("has no '", name, "' in its key_ops"),
                    absl::StrCat("add '", name, "' to key_ops"));
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
