#include "batch/service/object_select.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/excerpt.h"
#include "batch/service/member_path.h"
#include "batch/workload/errors.h"

namespace lazuli::batch {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

absl::StatusOr<ObjectSelect> ObjectSelect::Parse(absl::string_view text, const Descriptor& type) {
  ObjectSelect select;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (part.empty()) continue;
    select.all_ = false;
    const absl::string_view name = part.substr(0, part.find('/'));
    if (const FieldDescriptor* member = FindMember(type, name); member != nullptr) {
      select.kept_.insert(member->number());
    } else if (!IsMemberElsewhere(name)) {
      return InvalidQueryParameterError("$select",
                                        absl::StrCat("There is no property '", Excerpt(name), "'"));
    }
  }
  return select;
}

void ObjectSelect::Apply(google::protobuf::Message* object) const {
  if (all_) return;
  const Descriptor& type = *object->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!kept_.contains(type.field(i)->number())) {
      object->GetReflection()->ClearField(object, type.field(i));
    }
  }
}

absl::Status CheckExpand(absl::string_view text) {
  if (text.empty() || absl::EqualsIgnoreCase(text, "stats")) return absl::OkStatus();
  return InvalidQueryParameterError("$expand", "The value is stats");
}

}  // namespace lazuli::batch
