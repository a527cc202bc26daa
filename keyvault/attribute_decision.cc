#include "keyvault/attribute_decision.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/decision.h"

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

}  // namespace lazuli::keyvault
