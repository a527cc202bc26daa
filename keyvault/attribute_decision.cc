#include "keyvault/attribute_decision.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::Status RefuseByAttribute(absl::Status refusal, const RefusingAttribute& by) {
  Decision decision{.by = std::string(by.attribute),
                    .allowed = false,
                    .reason = absl::StrCat("version ", by.version, " of the ",
                                           ObjectKindName(by.kind), " ", by.name, " ", by.reason),
                    .change = std::string(by.change),
                    .facts = {}};
  decision.AddFact("attribute", by.attribute);
  decision.AddFact("value", by.value);
  decision.AddFact("version", by.version);
  return WithDecision(std::move(refusal), decision);
}

absl::Status RefusePurge(ObjectKind kind, const VaultLabel& vault,
                         absl::Time scheduled_purge_date) {
  const std::string purged = InstantText(scheduled_purge_date);
  Decision decision{.by = "purgeProtection",
                    .allowed = false,
                    .reason = "enablePurgeProtection of the vault is true",
                    .change = absl::StrCat("advance the clock to ", purged, ", when the ",
                                           ObjectKindName(kind), " is purged by itself"),
                    .facts = {}};
  decision.AddFact("scheduledPurgeDate", purged);
  return WithDecision(ObjectPurgeProtectedError(vault), decision);
}

}  // namespace lazuli::keyvault
