#include "emulator/json/decoder.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "emulator/json/message_builder.h"
#include "emulator/json/message_table.h"

namespace lazuli::emulator {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using json_internal::GetMessageTable;
using json_internal::MessageBuilder;

namespace {

using boost::json::error_code;

// Hands the parser's events on to the builder, with strings and keys put together.
class Handler {
 public:
  // How the parser wants its limits named. The input's own size is the limit.
  static constexpr size_t max_object_size = SIZE_MAX;
  static constexpr size_t max_array_size = SIZE_MAX;
  static constexpr size_t max_key_size = SIZE_MAX;
  static constexpr size_t max_string_size = SIZE_MAX;

  explicit Handler(MessageBuilder* builder) : builder_(builder) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return Check(builder_->BeginObject(), ec); }
  bool on_object_end(size_t, error_code&) { return builder_->End(), true; }
  bool on_array_begin(error_code& ec) { return Check(builder_->BeginArray(), ec); }
  bool on_array_end(size_t, error_code&) { return builder_->End(), true; }
  bool on_key_part(boost::json::string_view part, size_t, error_code&) { return Append(part); }
  bool on_key(boost::json::string_view part, size_t, error_code& ec) {
    Append(part);
    const bool goes_on = Check(builder_->Key(text_), ec);
    text_.clear();
    return goes_on;
  }
  bool on_string_part(boost::json::string_view part, size_t, error_code&) { return Append(part); }
  bool on_string(boost::json::string_view part, size_t, error_code& ec) {
    Append(part);
    const bool goes_on = Check(builder_->String(text_), ec);
    text_.clear();
    return goes_on;
  }
  bool on_number_part(boost::json::string_view part, error_code&) { return Append(part); }
  bool on_int64(int64_t number, boost::json::string_view, error_code& ec) {
    text_.clear();
    return Check(builder_->Int64(number), ec);
  }
  bool on_uint64(uint64_t number, boost::json::string_view, error_code& ec) {
    text_.clear();
    return Check(builder_->Uint64(number), ec);
  }
  bool on_double(double, boost::json::string_view part, error_code& ec) {
    Append(part);
    const bool is_whole = text_.find_first_of(".eE") == std::string::npos;
    text_.clear();
    return Check(builder_->OtherNumber(is_whole), ec);
  }
  bool on_bool(bool value, error_code& ec) { return Check(builder_->Bool(value), ec); }
  bool on_null(error_code& ec) { return Check(builder_->Null(), ec); }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }

 private:
  // Any error stops the parser; the builder knows which one it was.
  static bool Check(bool goes_on, error_code& ec) {
    if (!goes_on) ec = make_error_code(boost::json::error::exception);
    return goes_on;
  }

  bool Append(boost::json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  MessageBuilder* const builder_;
  std::string text_;
};

// `end`: where the parser stopped; may be null.
absl::Status Parse(absl::string_view json, MessageBuilder* builder, size_t* end = nullptr) {
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::json::basic_parser<Handler> parser(options, builder);
  error_code ec;
  const size_t size = parser.write_some(/*more=*/false, json.data(), json.size(), ec);
  if (end != nullptr) *end = size;
  if (!builder->status().ok()) return builder->status();
  if (!ec && size < json.size()) ec = make_error_code(boost::json::error::extra_data);
  if (!ec) return absl::OkStatus();
  if (ec == boost::json::error::too_deep) {
    return InvalidInputError(builder->Path(),
                             absl::StrCat("the JSON is more than ", kMaxJsonDepth, " levels deep"));
  }
  return InvalidInputError(builder->Path(), absl::StrCat("the JSON is malformed: ", ec.message()));
}

}  // namespace

absl::Status DecodeJson(absl::string_view json, Message* message, DecodeReport* report,
                        int api_version) {
  message->Clear();
  MessageBuilder builder(message, GetMessageTable(message->GetDescriptor()), report);
  builder.KnowNothingYoungerThan(api_version);
  return Parse(json, &builder);
}

absl::Status DecodeStrictJson(absl::string_view json, Message* message) {
  message->Clear();
  MessageBuilder builder(message, GetMessageTable(message->GetDescriptor()), nullptr);
  builder.RefuseUnknownMembers();
  size_t end = 0;
  const absl::Status status = Parse(json, &builder, &end);
  if (status.ok()) return status;
  const auto lines = std::count(json.begin(), json.begin() + std::min(end, json.size()), '\n');
  return MakeError(status.code(), absl::StrCat("line ", lines + 1, ": ", status.message()),
                   ErrorInfoOrDefault(status));
}

absl::Status DecodeAnswerJson(absl::string_view json, Message* message) {
  message->Clear();
  MessageBuilder builder(message, GetMessageTable(message->GetDescriptor()), nullptr);
  builder.ReadReadOnlyMembers();
  return Parse(json, &builder);
}

absl::Status DecodeJsonField(absl::string_view json, const FieldDescriptor& field, Message* message,
                             DecodeReport* report, int api_version) {
  message->GetReflection()->ClearField(message, &field);
  const json_internal::MessageTable& table = GetMessageTable(message->GetDescriptor());
  MessageBuilder builder(message, table.fields[field.index()], report);
  builder.KnowNothingYoungerThan(api_version);
  return Parse(json, &builder);
}

}  // namespace lazuli::emulator
