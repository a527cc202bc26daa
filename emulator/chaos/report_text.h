// File: emulator/chaos/report_text.h
//
// What came of chaos, for people.
#ifndef LAZULI_EMULATOR_CHAOS_REPORT_TEXT_H_
#define LAZULI_EMULATOR_CHAOS_REPORT_TEXT_H_

#include <string>

#include "proto/chaos.pb.h"

namespace lazuli::emulator {

// What was done when, how long each account was away, what callers saw, and the verdict; lines, the
// last one included.
std::string FormatChaosReport(const v1::ChaosReport& report);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_REPORT_TEXT_H_
