#include "keyvault/testing/model_run.h"

#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "keyvault/testing/shrink.h"
#include "keyvault/testing/vault_player.h"

namespace lazuli::keyvault {
namespace {

constexpr size_t kMaxTries = 2'000;

VaultRegistryOptions OptionsOf(const VaultModel::Rules& rules) {
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Milliseconds(rules.deleting);
  options.object_recovery_delay = absl::Milliseconds(rules.recovering);
  options.object_purge_delay = absl::Milliseconds(rules.purging);
  options.certificate_issue_delay = absl::Milliseconds(rules.issuing);
  return options;
}

// When and about which object.
std::string OrderOf(const std::string& event) {
  const size_t key = event.find("vault-");
  return absl::StrCat(event.substr(0, event.find(' ')), " ",
                      event.substr(key, event.find('#') - key));
}

// Objects have nothing to do with each other: only of one the order matters.
std::string Ordered(const std::vector<std::string>& events) {
  std::map<std::string, std::string> of_objects;
  for (const std::string& event : events) {
    absl::StrAppend(&of_objects[OrderOf(event)], event, "\n    ");
  }
  std::string text;
  for (const auto& [object, told] : of_objects) text += told;
  return text;
}

std::string DifferenceText(const Step& step, absl::string_view what, absl::string_view expected,
                           absl::string_view actual) {
  return absl::StrCat(StepText(step), "\n  ", what, " expected:\n    ", expected, "\n  ", what,
                      " found:\n    ", actual, "\n");
}

}  // namespace

std::optional<Difference> Compare(const std::vector<Step>& script, const VaultModel::Rules& rules) {
  VaultPlayer player(OptionsOf(rules));
  VaultModel model(rules, player.now());
  for (size_t i = 0; i < script.size(); ++i) {
    const Step& step = script[i];
    const std::optional<std::string> expected = model.Apply(step);
    if (!expected.has_value()) continue;
    int64_t target = 0;
    if (step.kind == StepKind::kAdvance && !absl::SimpleAtoi(*expected, &target)) {
      return Difference{i, "the model does not know the time"};
    }
    const std::string actual = player.Apply(step, target);
    if (actual != *expected) {
      return Difference{i, DifferenceText(step, "answer", *expected, actual)};
    }
    const std::string expected_events = Ordered(model.TakeEvents());
    const std::string actual_events = Ordered(player.TakeEvents());
    if (actual_events != expected_events) {
      return Difference{i, DifferenceText(step, "events", expected_events, actual_events)};
    }
  }
  return std::nullopt;
}

ModelRunResult RunModel(uint64_t seed, size_t steps, const VaultModel::Rules& rules) {
  RandomStream random(seed, "vault model");
  std::vector<Step> script;
  for (size_t i = 0; i < steps; ++i) script.push_back(RandomStep(&random));
  ModelRunResult result;
  result.steps = steps;
  const std::optional<Difference> first = Compare(script, rules);
  if (!first.has_value()) return result;
  script.resize(first->step + 1);
  result.script = Shrink<Step>(
      std::move(script),
      [&rules](const std::vector<Step>& shorter) { return Compare(shorter, rules).has_value(); },
      kMaxTries);
  const std::optional<Difference> last = Compare(result.script, rules);
  result.report = absl::StrCat("seed ", seed, ", the shortest script that was found:\n",
                               ScriptText(result.script),
                               last.has_value() ? last->text : "it no longer fails\n");
  return result;
}

}  // namespace lazuli::keyvault
