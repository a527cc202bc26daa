#include "emulator/authorization/request_fields.h"

#include "google/protobuf/descriptor.h"

namespace lazuli::emulator {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

const FieldDescriptor* FindStringField(const Message& request, const std::string& name) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING)
    return nullptr;
  return field;
}

}  // namespace

bool HasStringField(const Message& request, const std::string& name) {
  return FindStringField(request, name) != nullptr;
}

absl::string_view StringField(const Message& request, const std::string& name) {
  // Generated messages keep their strings as such, so the scratch is never used.
  static std::string unused;
  const FieldDescriptor* field = FindStringField(request, name);
  return field == nullptr ? absl::string_view()
                          : request.GetReflection()->GetStringReference(request, field, &unused);
}

}  // namespace lazuli::emulator
