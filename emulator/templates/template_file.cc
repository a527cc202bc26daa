#include "emulator/templates/template_file.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
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
  void AddWarning(int, google::protobuf::io::ColumnNumber, const std::string&) override {}

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::StatusOr<v1::Template> ParseTemplateJson(absl::string_view json) {
  v1::Template parsed;
  LAZULI_RETURN_IF_ERROR(DecodeStrictJson(json, &parsed));
  return parsed;
}

absl::StatusOr<v1::Template> ParseTemplateText(absl::string_view text) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  v1::Template parsed;
  if (!parser.ParseFromString(std::string(text), &parsed)) {
    return InvalidInputError("", error.text());
  }
  return parsed;
}

absl::StatusOr<v1::Template> ReadTemplateFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  // A folder can be opened, but not read.
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    return InvalidInputError("template", absl::StrCat(path, " cannot be read or is empty"));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const bool is_text = absl::EndsWith(path, ".textproto") || absl::EndsWith(path, ".txtpb");
  absl::StatusOr<v1::Template> parsed = is_text ? ParseTemplateText(text) : ParseTemplateJson(text);
  if (parsed.ok()) return parsed;
  return InvalidInputError("template", absl::StrCat(path, ", ", parsed.status().message()));
}

}  // namespace lazuli::emulator
