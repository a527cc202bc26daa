#include "tests/support/request_maker.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

namespace {

// One step into a message.
using Place = std::vector<const FieldDescriptor*>;

bool IsText(const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_STRING; }

bool IsWellKnown(const Descriptor& type) { return type.file()->package() == "google.protobuf"; }

bool IsOurMessage(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !IsWellKnown(*field.message_type());
}

// Gives `field` of `message` a value, or one more if it is a list; sub-messages get what they
// require.
void Fill(Message* message, const FieldDescriptor& field);

void FillRequired(Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const v1::FieldRule& rule = type.field(i)->options().GetExtension(v1::field);
    if (rule.required() && !rule.read_only()) Fill(message, *type.field(i));
  }
}

void FillEntry(Message* message, const FieldDescriptor& field) {
  Message* entry = message->GetReflection()->AddMessage(message, &field);
  entry->GetReflection()->SetString(entry, field.message_type()->map_key(), "name");
  const FieldDescriptor& value = *field.message_type()->map_value();
  if (IsText(value)) entry->GetReflection()->SetString(entry, &value, "value");
}

void Fill(Message* message, const FieldDescriptor& field) {
  const Reflection& reflection = *message->GetReflection();
  const bool repeated = field.is_repeated();
  if (field.is_map()) {
    FillEntry(message, field);
    return;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      repeated ? reflection.AddString(message, &field, "x")
               : reflection.SetString(message, &field, "x");
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      repeated ? reflection.AddBool(message, &field, true)
               : reflection.SetBool(message, &field, true);
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      repeated ? reflection.AddEnumValue(message, &field, 1)
               : reflection.SetEnumValue(message, &field, 1);
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      repeated ? reflection.AddInt32(message, &field, 1) : reflection.SetInt32(message, &field, 1);
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      repeated ? reflection.AddInt64(message, &field, 1) : reflection.SetInt64(message, &field, 1);
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      repeated ? reflection.AddUInt64(message, &field, 1)
               : reflection.SetUInt64(message, &field, 1);
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* sub_message = repeated ? reflection.AddMessage(message, &field)
                                      : reflection.MutableMessage(message, &field);
      if (IsOurMessage(field)) FillRequired(sub_message);
      return;
    }
    default:
      return;  // The API has no other kinds.
  }
}

std::string PathOf(const Place& place) {
  std::string path;
  for (const FieldDescriptor* field : place) {
    // JSON shows the one field of an inline message in the message's place.
    if (!field->containing_type()->options().GetExtension(v1::inline_)) {
      absl::StrAppend(&path, path.empty() ? "" : ".", field->json_name());
    }
    if (field->is_repeated() && field != place.back()) absl::StrAppend(&path, "[0]");
  }
  return path;
}

// Calls `visit` for each field that input may set, wherever it lies; `place`: the way to it. Values
// of maps are passed over.
void ForEachField(const Descriptor& type, Place* place,
                  const std::function<void(const Place&)>& visit) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.options().GetExtension(v1::field).read_only()) continue;
    if (std::find(place->begin(), place->end(), &field) != place->end()) continue;
    place->push_back(&field);
    visit(*place);
    if (IsOurMessage(field) && !field.is_map()) ForEachField(*field.message_type(), place, visit);
    place->pop_back();
  }
}

// The message that holds the last field of `place`, made where it is missing.
Message* Holder(Message* request, const Place& place) {
  Message* message = request;
  for (size_t i = 0; i + 1 < place.size(); ++i) {
    const Reflection& reflection = *message->GetReflection();
    const FieldDescriptor& field = *place[i];
    const bool present = field.is_repeated() ? reflection.FieldSize(*message, &field) > 0
                                             : reflection.HasField(*message, &field);
    if (!present) Fill(message, field);
    message = field.is_repeated() ? reflection.MutableRepeatedMessage(message, &field, 0)
                                  : reflection.MutableMessage(message, &field);
  }
  return message;
}

bool IsUnemulated(const FieldDescriptor* field) {
  return field->options().GetExtension(v1::field).not_emulated();
}

// Requests for those places that `wanted` holds of, each complete but for what `spoil` does there.
// Nothing inside of unemulated fields is looked at: the field itself is refused.
std::vector<FaultyRequest> Spoil(
    const MethodDescriptor& method, const std::function<bool(const Place&)>& wanted,
    const std::function<void(Message*, const FieldDescriptor&)>& spoil) {
  std::vector<FaultyRequest> requests;
  Place place;
  ForEachField(*method.input_type(), &place, [&](const Place& at) {
    if (std::any_of(at.begin(), at.end() - 1, IsUnemulated) || !wanted(at)) return;
    std::unique_ptr<Message> request = CompleteRequest(method);
    spoil(Holder(request.get(), at), *at.back());
    requests.push_back({PathOf(at), std::move(request)});
  });
  return requests;
}

// A text that input may hold without being refused for another reason first.
bool IsFreeField(const Place& at) { return !IsUnemulated(at.back()) && !at.back()->is_map(); }

}  // namespace

std::vector<const MethodDescriptor*> UnaryMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const MethodDescriptor* method = file->service(s)->method(m);
        if (!method->server_streaming()) methods.push_back(method);
      }
    }
  }
  return methods;
}

std::vector<std::string> PathFields(const MethodDescriptor& method) {
  const std::string& http = method.options().GetExtension(v1::method).http();
  std::vector<std::string> names;
  for (size_t open = http.find('{'); open != std::string::npos; open = http.find('{', open + 1)) {
    names.push_back(http.substr(open + 1, http.find('}', open) - open - 1));
    // Without one the latest version is meant.
    if (absl::EndsWith(names.back(), "_version")) names.pop_back();
  }
  return names;
}

std::unique_ptr<Message> CompleteRequest(const MethodDescriptor& method) {
  std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                       ->GetPrototype(method.input_type())
                                       ->New());
  FillRequired(request.get());
  for (const std::string& name : PathFields(method)) {
    Fill(request.get(), *method.input_type()->FindFieldByName(name));
  }
  return request;
}

std::vector<FaultyRequest> RequestsWithAMissingField(const MethodDescriptor& method) {
  const std::vector<std::string> in_path = PathFields(method);
  return Spoil(
      method,
      [&](const Place& at) {
        const FieldDescriptor& field = *at.back();
        if (at.size() == 1 &&
            std::find(in_path.begin(), in_path.end(), field.name()) != in_path.end())
          return true;
        return field.options().GetExtension(v1::field).required();
      },
      [](Message* holder, const FieldDescriptor& field) {
        holder->GetReflection()->ClearField(holder, &field);
      });
}

std::vector<FaultyRequest> RequestsWithAnUnemulatedField(const MethodDescriptor& method) {
  return Spoil(
      method, [](const Place& at) { return IsUnemulated(at.back()); },
      [](Message* holder, const FieldDescriptor& field) {
        holder->GetReflection()->ClearField(holder, &field);
        Fill(holder, field);
      });
}

std::vector<FaultyRequest> RequestsWithAnOverlongText(const MethodDescriptor& method) {
  std::vector<FaultyRequest> requests = Spoil(
      method, [](const Place& at) { return IsFreeField(at) && IsText(*at.back()); },
      [](Message* holder, const FieldDescriptor& field) {
        const std::string text(limits::kMaxStringBytes + 1, 'x');
        const Reflection& reflection = *holder->GetReflection();
        if (!field.is_repeated()) {
          reflection.SetString(holder, &field, text);
        } else if (reflection.FieldSize(*holder, &field) > 0) {
          reflection.SetRepeatedString(holder, &field, 0, text);
        } else {
          reflection.AddString(holder, &field, text);
        }
      });
  return requests;
}

std::vector<FaultyRequest> RequestsWithAnUnknownEnum(const MethodDescriptor& method) {
  constexpr int kNoSuchValue = 12'345;
  return Spoil(
      method,
      [](const Place& at) {
        return IsFreeField(at) && at.back()->type() == FieldDescriptor::TYPE_ENUM;
      },
      [](Message* holder, const FieldDescriptor& field) {
        if (field.is_repeated()) {
          holder->GetReflection()->AddEnumValue(holder, &field, kNoSuchValue);
        } else {
          holder->GetReflection()->SetEnumValue(holder, &field, kNoSuchValue);
        }
      });
}

}  // namespace lazuli::emulator
