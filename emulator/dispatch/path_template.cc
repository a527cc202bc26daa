#include "emulator/dispatch/path_template.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool MayBeLeftOut(absl::string_view field) { return absl::EndsWith(field, "_version"); }

absl::StatusOr<PathTemplate> PathTemplate::Compile(absl::string_view text,
                                                   const Descriptor& request) {
  PathTemplate compiled;
  while (!text.empty()) {
    const size_t open = text.find('{');
    if (open == absl::string_view::npos) {
      compiled.pieces_.push_back({std::string(text), nullptr});
      break;
    }
    const size_t close = text.find('}', open);
    if (close == absl::string_view::npos) {
      return InternalError(absl::StrCat("unclosed brace in the template of ", request.full_name()));
    }
    const std::string name(text.substr(open + 1, close - open - 1));
    const FieldDescriptor* field = request.FindFieldByName(name);
    if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING || field->is_repeated()) {
      return InternalError(absl::StrCat(request.full_name(), " has no string field ", name));
    }
    compiled.pieces_.push_back({std::string(text.substr(0, open)), field});
    text.remove_prefix(close + 1);
  }
  return compiled;
}

std::string PathTemplate::Expand(const Message& request) const {
  const google::protobuf::Reflection& reflection = *request.GetReflection();
  std::string expanded;
  std::string scratch;
  for (const Piece& piece : pieces_) {
    expanded += piece.literal;
    if (piece.field != nullptr) {
      expanded += reflection.GetStringReference(request, piece.field, &scratch);
    }
  }
  return expanded;
}

std::vector<const FieldDescriptor*> PathTemplate::fields() const {
  std::vector<const FieldDescriptor*> fields;
  for (const Piece& piece : pieces_) {
    if (piece.field != nullptr) fields.push_back(piece.field);
  }
  return fields;
}

}  // namespace lazuli::emulator
