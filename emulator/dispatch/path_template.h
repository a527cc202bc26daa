// File: emulator/dispatch/path_template.h
//
// "/subscriptions/{subscription_id}/..." of a method's option, compiled against the request's
// descriptor.
#ifndef LAZULI_EMULATOR_DISPATCH_PATH_TEMPLATE_H_
#define LAZULI_EMULATOR_DISPATCH_PATH_TEMPLATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Whether a field of a path may be left out, since it then stands for the latest version of what
// the field before it names: "key_version".
bool MayBeLeftOut(absl::string_view field);

// Immutable and thread safe.
class PathTemplate {
 public:
  // INTERNAL when a {field} is no string field of `request`.
  static absl::StatusOr<PathTemplate> Compile(absl::string_view text,
                                              const google::protobuf::Descriptor& request);

  // The text with each {field} replaced by the request's value.
  std::string Expand(const google::protobuf::Message& request) const;

  // The fields, in the order of the text.
  std::vector<const google::protobuf::FieldDescriptor*> fields() const;

 private:
  struct Piece {
    std::string literal;                                       // before the field
    const google::protobuf::FieldDescriptor* field = nullptr;  // null in a last, literal piece
  };
  std::vector<Piece> pieces_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_PATH_TEMPLATE_H_
