// File: emulator/cli/demo/names.h
#ifndef LAZULI_EMULATOR_CLI_DEMO_NAMES_H_
#define LAZULI_EMULATOR_CLI_DEMO_NAMES_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace lazuli::emulator {

// The value's spelling in JSON, e.g. "unusable", or its number when the type does not name it.
std::string JsonNameOf(const google::protobuf::EnumDescriptor* type, int value);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_DEMO_NAMES_H_
