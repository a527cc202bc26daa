// File: emulator/chaos/schedule_file.h
//
// Schedules as people write them.
#ifndef LAZULI_EMULATOR_CHAOS_SCHEDULE_FILE_H_
#define LAZULI_EMULATOR_CHAOS_SCHEDULE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "proto/chaos.pb.h"

namespace lazuli::emulator {

// The schedule in the file: JSON, or protobuf's text format when its name ends in .textproto,
// .txtpb or .pbtxt. INVALID_ARGUMENT for a file that cannot be read, with the line of what is no
// schedule, or with the member that breaks a rule.
absl::StatusOr<v1::ChaosSchedule> ReadScheduleFile(const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_SCHEDULE_FILE_H_
