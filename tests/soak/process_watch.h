// File: tests/soak/process_watch.h
//
// What a process takes of the machine, as Linux tells (proc(5)).
#ifndef LAZULI_TESTS_SOAK_PROCESS_WATCH_H_
#define LAZULI_TESTS_SOAK_PROCESS_WATCH_H_

#include <sys/types.h>

#include <vector>

#include "absl/time/time.h"

namespace lazuli::soak {

struct ProcessSample {
  double resident_bytes = 0;
  int files = 0;  // open descriptors
  int threads = 0;
  absl::Duration cpu_time;
};
ProcessSample SampleProcess(pid_t pid);

// Memory over a run: is it still what it was?
struct Flatness {
  double early_bytes = 0;  // the median of the first fifth
  double late_bytes = 0;   // that of the last fifth
  double growth() const { return late_bytes / early_bytes - 1; }
};
// `samples` in the order in which they were taken, at least five.
Flatness FlatnessOf(const std::vector<ProcessSample>& samples);

}  // namespace lazuli::soak

#endif  // LAZULI_TESTS_SOAK_PROCESS_WATCH_H_
