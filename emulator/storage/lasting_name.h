// File: emulator/storage/lasting_name.h
#ifndef LAZULI_EMULATOR_STORAGE_LASTING_NAME_H_
#define LAZULI_EMULATOR_STORAGE_LASTING_NAME_H_

#include <string>

namespace lazuli::emulator {

// Has the name of what was just made or renamed at `path` outlive the end of the machine's power:
// syncs the folder that holds it. Where that cannot be done, nothing happens.
void MakeNameLast(const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_LASTING_NAME_H_
