// File: emulator/server/version.h
#ifndef LAZULI_EMULATOR_SERVER_VERSION_H_
#define LAZULI_EMULATOR_SERVER_VERSION_H_

namespace lazuli::emulator {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_VERSION_H_
