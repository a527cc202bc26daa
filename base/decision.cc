#include "base/decision.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace lazuli {
namespace {

// Names the payload on the status; never leaves the process.
constexpr char kTypeUrl[] = "lazuli/Decision";

// The payload is a sequence of texts, each after its length and a colon.
void Append(absl::string_view text, std::string* bytes) {
  absl::StrAppend(bytes, text.size(), ":", text);
}

// Takes the next text off `*bytes`; false when there is none.
bool Take(absl::string_view* bytes, std::string* text) {
  const size_t colon = bytes->find(':');
  uint64_t size = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(bytes->substr(0, colon), &size) ||
      size > bytes->size() - colon - 1) {
    return false;
  }
  *text = std::string(bytes->substr(colon + 1, size));
  bytes->remove_prefix(colon + 1 + size);
  return true;
}

}  // namespace

std::string Decision::Short() const { return absl::StrCat(by, ": ", reason); }

std::string InstantText(absl::Time instant) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", instant, absl::UTCTimeZone());
}

absl::Status WithDecision(absl::Status status, const Decision& decision) {
  std::string bytes;
  for (const std::string* text : {&decision.by, &decision.reason, &decision.change}) {
    Append(*text, &bytes);
  }
  Append(decision.allowed ? "1" : "0", &bytes);
  for (const auto& [name, value] : decision.facts) {
    Append(name, &bytes);
    Append(value, &bytes);
  }
  // Through a view, as in error.cc.
  status.SetPayload(kTypeUrl, absl::Cord(absl::string_view(bytes)));
  return status;
}

std::optional<Decision> DecisionOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kTypeUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  absl::string_view left = bytes;
  Decision decision;
  std::string allowed;
  for (std::string* text : {&decision.by, &decision.reason, &decision.change, &allowed}) {
    if (!Take(&left, text)) return std::nullopt;
  }
  decision.allowed = allowed == "1";
  while (!left.empty()) {
    auto& [name, value] = decision.facts.emplace_back();
    if (!Take(&left, &name) || !Take(&left, &value)) return std::nullopt;
  }
  return decision;
}

}  // namespace lazuli
