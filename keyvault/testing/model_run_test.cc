#include "keyvault/testing/model_run.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/testing/step.h"
#include "keyvault/testing/vault_model.h"

namespace lazuli::keyvault {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kSteps = 1'000;

// The shortest script of the first runs that find a difference: what a script is made short by
// leaving steps out may end in a longer one than another run does.
ModelRunResult Find(const VaultModel::Rules& rules) {
  constexpr int kFound = 3;
  ModelRunResult shortest;
  int found = 0;
  for (uint64_t seed = 0; seed < 10 && found < kFound; ++seed) {
    ModelRunResult result = RunModel(seed, kSteps, rules);
    if (result.report.empty()) continue;
    if (found++ == 0 || result.script.size() < shortest.script.size()) shortest = std::move(result);
  }
  return shortest;
}

bool Has(const std::vector<Step>& script, StepKind kind) {
  return std::any_of(script.begin(), script.end(),
                     [kind](const Step& step) { return step.kind == kind; });
}

// A model that is wrong on purpose shows that a difference is found and made short.
TEST(ModelRunTest, FindsThatRotationKeepsTheExpiry) {
  const ModelRunResult result = Find({.rotation_keeps_expiry = true});
  EXPECT_TRUE(Has(result.script, StepKind::kRotate) || Has(result.script, StepKind::kAdvance));
  EXPECT_LE(result.script.size(), 5u) << result.report;
  EXPECT_THAT(result.report, HasSubstr("expected:"));
  EXPECT_THAT(result.report, HasSubstr("  1. create vault vault-"));
}

TEST(ModelRunTest, FindsThatRecoveryLosesThePolicy) {
  const ModelRunResult result = Find({.recovery_loses_policy = true});
  EXPECT_TRUE(Has(result.script, StepKind::kSetPolicy)) << result.report;
  EXPECT_TRUE(Has(result.script, StepKind::kRecover)) << result.report;
  EXPECT_LE(result.script.size(), 8u) << result.report;
}

TEST(ModelRunTest, FindsThatExpiredKeysSign) {
  const ModelRunResult result = Find({.expired_keys_sign = true});
  ASSERT_FALSE(result.script.empty());
  const StepKind last = result.script.back().kind;
  EXPECT_TRUE(last == StepKind::kSign || last == StepKind::kWrap) << result.report;
  EXPECT_LE(result.script.size(), 4u) << result.report;
}

TEST(ModelRunTest, FindsThatRestoringLosesVersions) {
  const ModelRunResult result = Find({.restoring_loses_versions = true});
  EXPECT_TRUE(Has(result.script, StepKind::kBackup)) << result.report;
  EXPECT_TRUE(Has(result.script, StepKind::kRestore)) << result.report;
  EXPECT_LE(result.script.size(), 9u) << result.report;
}

TEST(ModelRunTest, FindsThatCertificatesLeaveTheirKeys) {
  const ModelRunResult result = Find({.certificates_leave_their_keys = true});
  EXPECT_TRUE(Has(result.script, StepKind::kDeleteCertificate)) << result.report;
  EXPECT_LE(result.script.size(), 8u) << result.report;
}

TEST(ModelRunTest, FindsThatKeysBehindCertificatesAreFree) {
  const ModelRunResult result = Find({.keys_behind_certificates_are_free = true});
  ASSERT_FALSE(result.script.empty());
  EXPECT_FALSE(IsAboutCertificates(result.script.back().kind)) << result.report;
  EXPECT_THAT(result.report, HasSubstr("KeyManagedByKeyVault"));
  EXPECT_LE(result.script.size(), 5u) << result.report;
}

TEST(ModelRunTest, FindsThatNamesAreShared) {
  const ModelRunResult result = Find({.names_are_shared = true});
  ASSERT_FALSE(result.script.empty());
  EXPECT_TRUE(IsAboutCertificates(result.script.back().kind)) << result.report;
  EXPECT_LE(result.script.size(), 5u) << result.report;
}

TEST(ModelRunTest, FindsThatCertificatesDoNotRenew) {
  const ModelRunResult result = Find({.certificates_do_not_renew = true});
  EXPECT_TRUE(Has(result.script, StepKind::kAdvance)) << result.report;
  // Months have to pass, which may take some moves of the clock.
  EXPECT_LE(result.script.size(), 15u) << result.report;
}

TEST(ModelRunTest, TheSameSeedFindsTheSame) {
  const VaultModel::Rules rules = {.rotation_keeps_expiry = true};
  EXPECT_EQ(RunModel(3, kSteps, rules).report, RunModel(3, kSteps, rules).report);
}

TEST(ModelRunTest, StepsAreToldInOneLine) {
  EXPECT_EQ(StepText({.kind = StepKind::kRotate, .vault = 1, .key = 2}), "rotate vault-1/k2");
  EXPECT_EQ(StepText({.kind = StepKind::kUpdate, .version = 3, .choice = 4}),
            "update vault-0/k0#3 (4)");
  EXPECT_EQ(StepText({.kind = StepKind::kMergeCertificate, .key = 3, .choice = 1}),
            "merge certificate vault-0/k3 (1)");
  EXPECT_EQ(StepText({.kind = StepKind::kAdvance, .choice = 4}), "advance by 3600 s");
  EXPECT_EQ(ScriptText({{.kind = StepKind::kList}, {.kind = StepKind::kAdvance}}),
            "  1. list vault-0\n  2. advance to what comes next\n");
  EXPECT_THAT(ScriptText({}), IsEmpty());
}

}  // namespace
}  // namespace lazuli::keyvault
