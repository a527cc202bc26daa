// File: emulator/server/api_files.h
//
// The files of the API, linked into the program.
#ifndef LAZULI_EMULATOR_SERVER_API_FILES_H_
#define LAZULI_EMULATOR_SERVER_API_FILES_H_

#include <vector>

#include "google/protobuf/descriptor.h"

namespace lazuli::emulator {

// Every file with a service. Whoever looks for a method in the generated pool by its name calls
// this first, so that the linker keeps them all.
std::vector<const google::protobuf::FileDescriptor*> LinkApiFiles();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_API_FILES_H_
