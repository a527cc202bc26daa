// File: base/http_date.h
//
// Instants as HTTP's headers spell them.
#ifndef LAZULI_BASE_HTTP_DATE_H_
#define LAZULI_BASE_HTTP_DATE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7, IMF-fixdate; the two obsolete forms are
// not read). nullopt for anything else, and for a day of the week that is not that date's.
std::optional<absl::Time> ParseHttpDate(absl::string_view text);

}  // namespace lazuli

#endif  // LAZULI_BASE_HTTP_DATE_H_
