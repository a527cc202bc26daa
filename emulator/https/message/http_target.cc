#include "emulator/https/message/http_target.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace {

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

}  // namespace

const std::string* HttpTarget::FindQuery(absl::string_view name) const {
  for (const auto& [key, value] : query) {
    if (absl::EqualsIgnoreCase(key, name)) return &value;
  }
  return nullptr;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] == '\0') {
      return InvalidInputError("", "the request's URI has a NUL");
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const absl::string_view digits = text.substr(i + 1, 2);
      const std::optional<std::string> byte = HexDecode(digits);
      if (digits.size() != 2 || !byte.has_value() || byte->front() == '\0') {
        return InvalidInputError("", "the request's URI has an escape that is no character");
      }
      decoded += *byte;
      i += 2;
    }
  }
  return decoded;
}

std::string PercentEncode(absl::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseForm(absl::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const absl::string_view part : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    const size_t equals = part.find('=');
    LAZULI_ASSIGN_OR_RETURN(std::string name, PercentDecode(part.substr(0, equals), true));
    std::string value;
    if (equals != absl::string_view::npos) {
      LAZULI_ASSIGN_OR_RETURN(value, PercentDecode(part.substr(equals + 1), true));
    }
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

absl::StatusOr<HttpTarget> ParseHttpTarget(absl::string_view target) {
  target = target.substr(0, target.find('#'));
  if (target.empty() || target.front() != '/') {
    return InvalidInputError("", "the request's URI has no path");
  }
  const size_t question = target.find('?');
  HttpTarget parsed;
  parsed.path = std::string(target.substr(0, question));
  for (const absl::string_view segment : absl::StrSplit(parsed.path, '/', absl::SkipEmpty())) {
    LAZULI_ASSIGN_OR_RETURN(std::string decoded, PercentDecode(segment, false));
    parsed.segments.push_back(std::move(decoded));
  }
  if (question != absl::string_view::npos) {
    LAZULI_ASSIGN_OR_RETURN(parsed.query, ParseForm(target.substr(question + 1)));
  }
  return parsed;
}

}  // namespace lazuli::emulator
