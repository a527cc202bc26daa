#include "emulator/control/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace lazuli::emulator {

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  // proc(5): the second number is the resident set in pages.
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  usage.resident_bytes = resident_pages * sysconf(_SC_PAGESIZE);
  rusage times;
  if (getrusage(RUSAGE_SELF, &times) == 0) {
    usage.cpu_time =
        absl::DurationFromTimeval(times.ru_utime) + absl::DurationFromTimeval(times.ru_stime);
  }
  return usage;
}

}  // namespace lazuli::emulator
