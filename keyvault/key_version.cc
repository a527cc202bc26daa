#include "keyvault/key_version.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/decision.h"
#include "keyvault/attribute_decision.h"
#include "keyvault/errors.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

bool KeyVersion::Allows(KeyOperation operation) const {
  return std::find(key_ops.begin(), key_ops.end(), operation) != key_ops.end();
}

namespace {

absl::Status RefuseBy(absl::Status refusal, const KeyVersion& version, absl::string_view attribute,
                      absl::string_view value, absl::string_view reason, absl::string_view change) {
  return RefuseByAttribute(std::move(refusal), {.kind = ObjectKind::kKey,
                                                .name = version.name,
                                                .version = version.version,
                                                .attribute = attribute,
                                                .value = value,
                                                .reason = reason,
                                                .change = change});
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
      const std::string time = InstantText(*attributes.not_before);
      return RefuseBy(KeyNotYetValidError(operation), version, "nbf", time,
                      absl::StrCat("works from ", time, " on, and it is ", InstantText(now)),
                      absl::StrCat("advance the clock to ", time));
    }
    if (attributes.expires.has_value() && now >= *attributes.expires) {
      const std::string time = InstantText(*attributes.expires);
      return RefuseBy(KeyExpiredError(operation), version, "exp", time,
                      absl::StrCat("expired at ", time, ", and it is ", InstantText(now)),
                      absl::StrCat("set attributes.exp to later than ", InstantText(now)));
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
