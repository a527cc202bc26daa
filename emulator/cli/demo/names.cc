#include "emulator/cli/demo/names.h"

#include "proto/options.pb.h"

namespace lazuli::emulator {

std::string JsonNameOf(const google::protobuf::EnumDescriptor* type, int value) {
  const google::protobuf::EnumValueDescriptor* named = type->FindValueByNumber(value);
  return named == nullptr ? std::to_string(value) : named->options().GetExtension(v1::json);
}

}  // namespace lazuli::emulator
