#include "tests/soak/process_watch.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace lazuli::soak {

namespace {

namespace fs = std::filesystem;

// The entries of a folder; those of a process that is gone are none.
int EntriesOf(const fs::path& folder) {
  std::error_code error;
  return static_cast<int>(std::distance(fs::directory_iterator(folder, error), {}));
}

double MedianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

ProcessSample SampleProcess(pid_t pid) {
  const fs::path folder = fs::path("/proc") / std::to_string(pid);
  ProcessSample sample;
  int64_t size_pages = 0;
  int64_t resident_pages = 0;
  std::ifstream(folder / "statm") >> size_pages >> resident_pages;
  sample.resident_bytes = static_cast<double>(resident_pages * sysconf(_SC_PAGESIZE));
  sample.files = EntriesOf(folder / "fd");
  sample.threads = EntriesOf(folder / "task");
  // Fields 14 and 15 behind the name, which may hold blanks: user and system time in ticks.
  std::ifstream stat(folder / "stat");
  stat.ignore(4096, ')');
  std::string word;
  for (int i = 0; i < 11; ++i) stat >> word;
  int64_t user = 0;
  int64_t system = 0;
  stat >> user >> system;
  sample.cpu_time = absl::Seconds(1) * (user + system) / sysconf(_SC_CLK_TCK);
  return sample;
}

Flatness FlatnessOf(const std::vector<ProcessSample>& samples) {
  const size_t fifth = samples.size() / 5;
  std::vector<double> early;
  std::vector<double> late;
  for (size_t i = 0; i < fifth; ++i) {
    early.push_back(samples[i].resident_bytes);
    late.push_back(samples[samples.size() - 1 - i].resident_bytes);
  }
  return {MedianOf(std::move(early)), MedianOf(std::move(late))};
}

}  // namespace lazuli::soak
