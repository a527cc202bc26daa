#include "tests/soak/process_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace lazuli::soak {
namespace {

TEST(ProcessWatchTest, AFileThatStaysOpenShows) {
  const ProcessSample before = SampleProcess(getpid());
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const ProcessSample with = SampleProcess(getpid());
  close(file);
  EXPECT_EQ(with.files, before.files + 1);
  EXPECT_EQ(SampleProcess(getpid()).files, before.files);
  EXPECT_GE(before.threads, 1);
  EXPECT_GT(before.resident_bytes, 1e5);
}

TEST(ProcessWatchTest, GrowthIsSeenThroughNoise) {
  std::vector<ProcessSample> samples(100);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i].resident_bytes = 1e7 * (1 + 0.1 * static_cast<double>(i) / 100);
  }
  // A peak of a moment is none.
  samples[3].resident_bytes = 1e9;
  samples[97].resident_bytes = 1e9;
  const Flatness flatness = FlatnessOf(samples);
  EXPECT_NEAR(flatness.growth(), 0.08, 0.005);
}

}  // namespace
}  // namespace lazuli::soak
