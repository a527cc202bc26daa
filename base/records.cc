#include "base/records.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/excerpt.h"

namespace lazuli {

absl::Status UnreadableRecordError(absl::string_view table, absl::string_view key,
                                   absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the record ", absl::CHexEscape(Excerpt(key)), " of ",
                                          table, " cannot be read: ", what));
}

absl::Status ReadTable(
    const RecordReader& reader, absl::string_view table,
    absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit) {
  return reader.ForEach(table, [&](absl::string_view key, absl::string_view value) {
    const absl::Status status = visit(key, value);
    if (status.ok()) return status;
    const absl::Status prefix = UnreadableRecordError(table, key, "");
    const bool is_wrapped =
        absl::IsDataLoss(status) && absl::StartsWith(status.message(), prefix.message());
    return is_wrapped ? status : UnreadableRecordError(table, key, status.message());
  });
}

}  // namespace lazuli
