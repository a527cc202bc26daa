#include "emulator/chaos/schedule_file.h"

#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/chaos/schedule.h"
#include "emulator/json/decoder.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace lazuli::emulator {
namespace {

// Keeps the first error.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat("line ", line + 1, ": ", message);
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status ParseText(const std::string& text, v1::ChaosSchedule* schedule) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(text, schedule)) return absl::OkStatus();
  return InvalidInputError("schedule", error.text());
}

bool IsTextProto(const std::string& path) {
  return absl::EndsWith(path, ".textproto") || absl::EndsWith(path, ".txtpb") ||
         absl::EndsWith(path, ".pbtxt");
}

}  // namespace

absl::StatusOr<v1::ChaosSchedule> ReadScheduleFile(const std::string& path) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return InvalidInputError("schedule", absl::StrCat("cannot be read: ", path));
  v1::ChaosSchedule schedule;
  LAZULI_RETURN_IF_ERROR(IsTextProto(path) ? ParseText(text, &schedule)
                                           : DecodeStrictJson(text, &schedule));
  LAZULI_RETURN_IF_ERROR(ReadSchedule(schedule).status());
  return schedule;
}

}  // namespace lazuli::emulator
