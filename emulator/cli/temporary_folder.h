// File: emulator/cli/temporary_folder.h
//
// The folder of a server that is thrown away.
#ifndef LAZULI_EMULATOR_CLI_TEMPORARY_FOLDER_H_
#define LAZULI_EMULATOR_CLI_TEMPORARY_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"

namespace lazuli::emulator {

// Makes a new folder, mode 0700, in the system's folder for temporary files. UNAVAILABLE when that
// cannot be written.
absl::StatusOr<std::string> MakeTemporaryFolder();

// Removes `folder` with all that is in it. What cannot be removed is left.
void RemoveFolder(const std::string& folder);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_TEMPORARY_FOLDER_H_
