#include "emulator/cli/fault_words.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "emulator/json/decoder.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;

absl::Status ReadDuration(const std::string& text, absl::string_view word, Duration* read) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration)) {
    const absl::StatusOr<absl::Duration> iso = ParseIso8601Duration(text);
    if (!iso.ok()) return InvalidInputError(word, "it must be a duration, as 10s, 1h30m or PT10S");
    duration = *iso;
  }
  if (duration == absl::InfiniteDuration() || duration == -absl::InfiniteDuration()) {
    return InvalidInputError(word, "it must have an end");
  }
  *read = ToProto(duration);
  return absl::OkStatus();
}

absl::Status ReadTime(const std::string& text, absl::string_view word, Timestamp* read) {
  const absl::StatusOr<absl::Time> time = ParseIso8601Time(text);
  if (!time.ok()) return InvalidInputError(word, "it must be a time, as 2026-01-01T00:00:00Z");
  *read = ToProto(*time);
  return absl::OkStatus();
}

template <typename Number>
absl::Status ReadNumber(absl::string_view text, absl::string_view word,
                        const std::function<void(Number)>& set) {
  Number number = 0;
  if (!absl::SimpleAtoi(text, &number)) return InvalidInputError(word, "it must be a whole number");
  set(number);
  return absl::OkStatus();
}

absl::Status ReadError(const std::string& text, v1::FaultError* error) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 2));
  LAZULI_RETURN_IF_ERROR(
      ReadNumber<int32_t>(parts[0], "error", [&](int32_t status) { error->set_status(status); }));
  if (parts.size() > 1 && !parts[1].empty()) error->set_code(parts[1]);
  if (parts.size() > 2) error->set_inner_code(parts[2]);
  return absl::OkStatus();
}

absl::Status ReadThrottle(const std::string& text, v1::FaultThrottle* throttle) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  if (parts.size() != 2) {
    return InvalidInputError("throttle", "it must be CALLS/DURATION, as 10/1s");
  }
  LAZULI_RETURN_IF_ERROR(ReadNumber<int64_t>(parts[0], "throttle",
                                             [&](int64_t calls) { throttle->set_calls(calls); }));
  return ReadDuration(parts[1], "throttle", throttle->mutable_window());
}

absl::Status ReadDrop(const std::string& text, v1::FaultAction* action) {
  if (text == "before" || text == "beforeEffect") {
    action->set_drop(v1::FAULT_DROP_BEFORE_EFFECT);
  } else if (text == "after" || text == "afterEffect") {
    action->set_drop(v1::FAULT_DROP_AFTER_EFFECT);
  } else {
    return InvalidInputError("drop", "it must be before or after");
  }
  return absl::OkStatus();
}

// What a word does to a rule, by its name.
using Reader = std::function<absl::Status(const std::string& value, v1::FaultRule* rule)>;

std::map<std::string, Reader> MatchReaders() {
  using Rule = v1::FaultRule;
  const auto text = [](std::string* (v1::FaultMatch::*field)()) -> Reader {
    return [field](const std::string& value, Rule* rule) {
      *(rule->mutable_match()->*field)() = value;
      return absl::OkStatus();
    };
  };
  return {
      {"service", text(&v1::FaultMatch::mutable_service)},
      {"operation", text(&v1::FaultMatch::mutable_operation)},
      {"vault", text(&v1::FaultMatch::mutable_vault)},
      {"key", text(&v1::FaultMatch::mutable_key)},
      {"version", text(&v1::FaultMatch::mutable_version)},
      {"account", text(&v1::FaultMatch::mutable_account)},
      {"principal", text(&v1::FaultMatch::mutable_principal)},
      {"from",
       [](const std::string& value, Rule* rule) {
         return ReadTime(value, "from", rule->mutable_match()->mutable_from());
       }},
      {"until",
       [](const std::string& value, Rule* rule) {
         return ReadTime(value, "until", rule->mutable_match()->mutable_until());
       }},
      {"nth",
       [](const std::string& value, Rule* rule) {
         return ReadNumber<int64_t>(value, "nth",
                                    [rule](int64_t n) { rule->mutable_match()->set_nth(n); });
       }},
      {"every",
       [](const std::string& value, Rule* rule) {
         return ReadNumber<int64_t>(value, "every",
                                    [rule](int64_t n) { rule->mutable_match()->set_every(n); });
       }},
      {"perMille",
       [](const std::string& value, Rule* rule) {
         return ReadNumber<int32_t>(value, "perMille",
                                    [rule](int32_t n) { rule->mutable_match()->set_per_mille(n); });
       }},
  };
}

std::map<std::string, Reader> ActionReaders() {
  using Rule = v1::FaultRule;
  return {
      {"delay",
       [](const std::string& value, Rule* rule) {
         return ReadDuration(value, "delay",
                             rule->mutable_action()->mutable_delay()->mutable_virtual_());
       }},
      {"realDelay",
       [](const std::string& value, Rule* rule) {
         return ReadDuration(value, "realDelay",
                             rule->mutable_action()->mutable_delay()->mutable_real());
       }},
      {"error",
       [](const std::string& value, Rule* rule) {
         return ReadError(value, rule->mutable_action()->mutable_error());
       }},
      {"message",
       [](const std::string& value, Rule* rule) {
         rule->mutable_action()->mutable_error()->set_message(value);
         return absl::OkStatus();
       }},
      {"retryAfter",
       [](const std::string& value, Rule* rule) {
         return ReadDuration(value, "retryAfter",
                             rule->mutable_action()->mutable_error()->mutable_retry_after());
       }},
      {"throttle",
       [](const std::string& value, Rule* rule) {
         return ReadThrottle(value, rule->mutable_action()->mutable_throttle());
       }},
      {"drop", [](const std::string& value,
                  Rule* rule) { return ReadDrop(value, rule->mutable_action()); }},
  };
}

std::map<std::string, Reader> RuleReaders() {
  using Rule = v1::FaultRule;
  return {
      {"id",
       [](const std::string& value, Rule* rule) {
         rule->set_id(value);
         return absl::OkStatus();
       }},
      {"count",
       [](const std::string& value, Rule* rule) {
         return ReadNumber<int64_t>(value, "count", [rule](int64_t n) { rule->set_count(n); });
       }},
      {"expires", [](const std::string& value,
                     Rule* rule) { return ReadTime(value, "expires", rule->mutable_expires()); }},
      {"lifetime",
       [](const std::string& value, Rule* rule) {
         return ReadDuration(value, "lifetime", rule->mutable_lifetime());
       }},
  };
}

}  // namespace

absl::StatusOr<v1::FaultRule> ParseFaultWords(const std::vector<std::string>& words) {
  std::map<std::string, Reader> readers = MatchReaders();
  readers.merge(ActionReaders());
  readers.merge(RuleReaders());
  v1::FaultRule rule;
  std::set<std::string> seen;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto reader = readers.find(name);
    if (equals == std::string::npos || reader == readers.end()) {
      return InvalidInputError(word, absl::StrCat("a rule is made of ", kFaultWords));
    }
    if (!seen.insert(name).second) return InvalidInputError(name, "it is given twice");
    LAZULI_RETURN_IF_ERROR(reader->second(word.substr(equals + 1), &rule));
  }
  return rule;
}

absl::StatusOr<v1::FaultRule> ParseFaultJson(absl::string_view json) {
  v1::FaultRule rule;
  DecodeReport report;
  LAZULI_RETURN_IF_ERROR(DecodeJson(json, &rule, &report));
  if (report.unknown_members > 0) {
    return InvalidInputError(report.unknown_paths.front(), "a fault rule has no such member");
  }
  return rule;
}

}  // namespace lazuli::emulator
