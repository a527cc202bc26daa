#include "emulator/faults/fault_rule.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/iso8601.h"

namespace lazuli::emulator {
namespace {

void AddName(absl::string_view what, const std::string& name, std::vector<std::string>* words) {
  if (!name.empty()) words->push_back(absl::StrCat(what, " ", name));
}

std::string DescribeMatch(const FaultMatch& match) {
  std::vector<std::string> words;
  AddName("service", match.service, &words);
  AddName("operation", match.operation, &words);
  AddName("vault", match.vault, &words);
  AddName("key", match.key, &words);
  AddName("version", match.version, &words);
  AddName("account", match.account, &words);
  AddName("principal", match.principal, &words);
  if (match.from.has_value()) {
    words.push_back(absl::StrCat("from ", FormatIso8601Time(*match.from, 0)));
  }
  if (match.until.has_value()) {
    words.push_back(absl::StrCat("until ", FormatIso8601Time(*match.until, 0)));
  }
  if (match.nth.has_value()) words.push_back(absl::StrCat("call ", *match.nth));
  if (match.every.has_value()) words.push_back(absl::StrCat("one call of ", *match.every));
  if (match.per_mille.has_value()) {
    words.push_back(absl::StrCat(*match.per_mille, " of 1000 by chance"));
  }
  return words.empty() ? "every call" : absl::StrJoin(words, ", ");
}

}  // namespace

std::string DescribeFaultAction(const FaultAction& action) {
  std::vector<std::string> words;
  if (action.virtual_delay > absl::ZeroDuration()) {
    words.push_back(absl::StrCat("delay of ", absl::FormatDuration(action.virtual_delay)));
  }
  if (action.real_delay > absl::ZeroDuration()) {
    words.push_back(
        absl::StrCat("delay of ", absl::FormatDuration(action.real_delay), " real time"));
  }
  if (action.error.has_value()) {
    words.push_back(absl::StrCat("error ", action.error->http_status,
                                 action.error->code.empty() ? "" : " ", action.error->code));
  }
  if (action.throttle.has_value()) {
    words.push_back(absl::StrCat("throttled to ", action.throttle->calls, " calls in ",
                                 absl::FormatDuration(action.throttle->window)));
  }
  if (action.drop == FaultDrop::kBeforeEffect) words.push_back("dropped before the effect");
  if (action.drop == FaultDrop::kAfterEffect) words.push_back("dropped after the effect");
  return absl::StrJoin(words, ", ");
}

std::string DescribeFaultRule(const FaultRuleSpec& spec) {
  std::string text =
      absl::StrCat(DescribeMatch(spec.match), ": ", DescribeFaultAction(spec.action));
  if (spec.count.has_value()) absl::StrAppend(&text, "; at most ", *spec.count, " times");
  if (spec.expires.has_value()) {
    absl::StrAppend(&text, "; until ", FormatIso8601Time(*spec.expires, 0));
  }
  return text;
}

}  // namespace lazuli::emulator
