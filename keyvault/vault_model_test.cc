// A hundred thousand random calls and moves of the clock, each answered by real vaults and by a
// model of them. What differs is made as short as it can be, and printed.
#include "keyvault/testing/vault_model.h"

#include <cstddef>
#include <cstdint>

#include "base/sanitized.h"
#include "gtest/gtest.h"
#include "keyvault/testing/model_run.h"

namespace lazuli::keyvault {
namespace {

// They take ten times as long under a sanitizer.
constexpr int kRuns = kSanitized ? 6 : 50;
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
    rules.issuing = 15'500;
  }
  const ModelRunResult result = RunModel(seed, kSteps, rules);
  EXPECT_EQ(result.steps, kSteps);
  EXPECT_TRUE(result.report.empty()) << result.report;
}

INSTANTIATE_TEST_SUITE_P(Seeds, VaultModelTest, testing::Range(0, kRuns));

}  // namespace
}  // namespace lazuli::keyvault
