#include "emulator/json/random_message.h"

#include <cstdint>
#include <iterator>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

std::string RandomText(RandomStream* random) {
  // Every length of UTF-8, and what JSON must escape.
  static const char* const kCharacters[] = {"a",
                                            "Z",
                                            "0",
                                            "-",
                                            "/",
                                            " ",
                                            "\"",
                                            "\\",
                                            "\n",
                                            "\t",
                                            "\x01",
                                            "\x1F",
                                            "\x7F",
                                            "\xC3\xA9",
                                            "\xE2\x82\xAC",
                                            "<",
                                            "\r",
                                            "\b",
                                            "\xF0\x9F\x98\x80",
                                            "\xEF\xBF\xBF",
                                            "\xE2\x80\xA8"};
  std::string text;
  for (uint64_t size = random->NextBelow(12); size > 0; --size) {
    text += kCharacters[random->NextBelow(std::size(kCharacters))];
  }
  // A NUL is a character as any other.
  if (random->NextBelow(8) == 0) text.push_back('\0');
  return text;
}

std::string RandomBytes(RandomStream* random) {
  std::string bytes;
  for (uint64_t size = random->NextBelow(40); size > 0; --size) {
    bytes.push_back(static_cast<char>(random->NextBelow(256)));
  }
  return bytes;
}

// All magnitudes, and now and then the ends.
uint64_t RandomBits(RandomStream* random) {
  if (random->NextBelow(8) == 0) return random->NextBelow(2) == 0 ? 0 : UINT64_MAX;
  return random->NextUint64() >> random->NextBelow(64);
}

int RandomEnum(RandomStream* random, const EnumDescriptor& type) {
  return type.value(static_cast<int>(random->NextBelow(type.value_count())))->number();
}

void FillTime(RandomStream* random, v1::JsonFormat format, Message* message) {
  auto* const time = static_cast<google::protobuf::Timestamp*>(message);
  constexpr int64_t kFirst = -62'135'596'800;
  constexpr int64_t kLast = 253'402'300'799;
  time->set_seconds(kFirst + static_cast<int64_t>(random->NextBelow(kLast - kFirst + 1)));
  if (format == v1::JSON_FORMAT_DEFAULT) {
    time->set_nanos(static_cast<int32_t>(random->NextBelow(10'000'000) * 100));
  }
}

void FillDuration(RandomStream* random, Message* message) {
  auto* const duration = static_cast<google::protobuf::Duration*>(message);
  duration->set_seconds(static_cast<int64_t>(random->NextBelow(922'337'203'685)));
  if (random->NextBelow(2) == 0) {
    duration->set_nanos(static_cast<int32_t>(random->NextBelow(10'000'000) * 100));
  }
}

// Fills what stands in a message field.
void FillSubMessage(RandomStream* random, int max_depth, v1::JsonFormat format, Message* message) {
  if (message->GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    FillTime(random, format, message);
  } else if (message->GetDescriptor() == google::protobuf::Duration::descriptor()) {
    FillDuration(random, message);
  } else {
    FillRandomly(random, max_depth - 1, message);
  }
}

void FillSingle(RandomStream* random, int max_depth, const FieldDescriptor* field,
                Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const v1::JsonFormat format = field->options().GetExtension(v1::field).format();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, random->NextBelow(2) == 0);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, field, static_cast<int32_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, field, static_cast<int64_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, field, static_cast<uint32_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, field, RandomBits(random));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, field, RandomEnum(random, *field->enum_type()));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(
          message, field,
          field->type() == FieldDescriptor::TYPE_BYTES ? RandomBytes(random) : RandomText(random));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillSubMessage(random, max_depth, format, reflection.MutableMessage(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return;
  }
}

void AddElement(RandomStream* random, int max_depth, const FieldDescriptor* field,
                Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const v1::JsonFormat format = field->options().GetExtension(v1::field).format();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.AddBool(message, field, random->NextBelow(2) == 0);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.AddInt32(message, field, static_cast<int32_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.AddInt64(message, field, static_cast<int64_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.AddUInt32(message, field, static_cast<uint32_t>(RandomBits(random)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.AddUInt64(message, field, RandomBits(random));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.AddEnumValue(message, field, RandomEnum(random, *field->enum_type()));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.AddString(
          message, field,
          field->type() == FieldDescriptor::TYPE_BYTES ? RandomBytes(random) : RandomText(random));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillSubMessage(random, max_depth, format, reflection.AddMessage(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return;
  }
}

// Keys are made different by their number.
void FillMap(RandomStream* random, int max_depth, const FieldDescriptor* field, Message* message) {
  for (uint64_t size = 1 + random->NextBelow(4); size > 0; --size) {
    Message* const entry = message->GetReflection()->AddMessage(message, field);
    entry->GetReflection()->SetString(entry, field->message_type()->map_key(),
                                      RandomText(random) + std::to_string(size));
    FillSingle(random, max_depth, field->message_type()->map_value(), entry);
  }
}

}  // namespace

void FillRandomly(RandomStream* random, int max_depth, Message* message) {
  const google::protobuf::Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (random->NextBelow(4) == 0) continue;
    if (field->options().GetExtension(v1::field).read_only()) continue;
    if (max_depth <= 0 && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_map()) {
      FillMap(random, max_depth, field, message);
    } else if (field->is_repeated()) {
      for (uint64_t size = 1 + random->NextBelow(3); size > 0; --size) {
        AddElement(random, max_depth, field, message);
      }
    } else {
      FillSingle(random, max_depth, field, message);
    }
  }
}

}  // namespace lazuli::emulator
