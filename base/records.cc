#include "base/records.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/excerpt.h"

namespace lazuli {

absl::Status UnreadableRecordError(absl::string_view table, absl::string_view key,
                                   absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the record ", absl::CHexEscape(Excerpt(key)), " of ",
                                          table, " cannot be read: ", what));
}

}  // namespace lazuli
