// File: emulator/https/message/http_target.h
//
// The target of a request, taken apart once.
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_TARGET_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_TARGET_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

struct HttpTarget {
  // The path's segments, decoded, without the empty ones: doubled slashes and one at the end, as
  // clients send them ("/keys/k//sign", "/keys/k/"), make none.
  std::vector<std::string> segments;
  // The path as it came, still encoded, with its first slash.
  std::string path;
  // Names and values, decoded, in the order in which they came ("api%2Dversion" is "api-version",
  // a plus is a space).
  std::vector<std::pair<std::string, std::string>> query;

  // The value of the first parameter of that name, found without regard to case; nullptr when there
  // is none.
  const std::string* FindQuery(absl::string_view name) const;
};

// INVALID_ARGUMENT (400) for a broken percent escape, for a NUL, escaped or not, and for a text
// that does not begin with a slash. A fragment is cut off.
absl::StatusOr<HttpTarget> ParseHttpTarget(absl::string_view target);

// Decodes %XX, and a plus as a space when `plus_is_space`. INVALID_ARGUMENT as above.
absl::StatusOr<std::string> PercentDecode(absl::string_view text, bool plus_is_space);
// Encodes everything but unreserved characters (RFC 3986).
std::string PercentEncode(absl::string_view text);

// "a=1&b=2" of a query or of a form body, decoded.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseForm(absl::string_view text);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_TARGET_H_
