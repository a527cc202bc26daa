// A hundred thousand random calls and moves of the clock, each answered by real vaults and by a
// model of them. What differs is made as short as it can be, and printed.
#include "keyvault/testing/vault_model.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "keyvault/testing/model_run.h"

namespace lazuli::keyvault {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kRuns = 6;  // they take ten times as long
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kRuns = 6;
#else
constexpr int kRuns = 50;
#endif
#else
constexpr int kRuns = 50;
#endif
constexpr size_t kSteps = 2'000;

class VaultModelTest : public testing::TestWithParam<int> {};

TEST_P(VaultModelTest, RealVaultsDoWhatTheModelSays) {
  const auto seed = static_cast<uint64_t>(GetParam());
  // Half of them as by default, with states in between that take no time.
  VaultModel::Rules rules;
  if (seed % 2 == 1) {
    rules.deleting = 20'500;
    rules.recovering = 31'000;
    rules.purging = 40'000;
  }
  const ModelRunResult result = RunModel(seed, kSteps, rules);
  EXPECT_EQ(result.steps, kSteps);
  EXPECT_TRUE(result.report.empty()) << result.report;
}

INSTANTIATE_TEST_SUITE_P(Seeds, VaultModelTest, testing::Range(0, kRuns));

}  // namespace
}  // namespace lazuli::keyvault
