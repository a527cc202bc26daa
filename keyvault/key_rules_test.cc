#include "keyvault/key_rules.h"

#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using crypto::KeyType;

TEST(KeyRulesTest, AnExportableKeyIsOfHardwareAndHasAPolicy) {
  const std::tuple<KeyType, bool, bool, bool, std::string> cases[] = {
      {KeyType::kRsa, false, false, false, ""},
      {KeyType::kRsaHsm, true, true, true, ""},
      {KeyType::kEcHsm, true, true, true, ""},
      {KeyType::kRsa, false, true, false, "AKV.SKR.1001"},
      {KeyType::kRsa, true, true, true, "AKV.SKR.1006"},
      {KeyType::kEc, true, true, false, "AKV.SKR.1006"},
      {KeyType::kRsaHsm, true, true, false, "AKV.SKR.1004"},
      {KeyType::kRsaHsm, true, false, true, "AKV.SKR.1005"},
      {KeyType::kRsa, false, false, true, "AKV.SKR.1005"},
  };
  for (const auto& [type, has_hardware, exportable, has_policy, code] : cases) {
    const absl::Status status = CheckNewKeyRelease(type, has_hardware, exportable, has_policy);
    if (code.empty()) {
      LAZULI_EXPECT_OK(status);
      continue;
    }
    EXPECT_THAT(status, ErrorCodeIs("BadParameter"));
    EXPECT_TRUE(absl::StartsWith(status.message(), code)) << status;
  }
}

TEST(KeyRulesTest, AnUpdateLeavesExportableAndImmutablePoliciesAsTheyAre) {
  KeyVersion version;
  KeyVersionUpdate update;
  update.exportable = false;
  LAZULI_EXPECT_OK(CheckReleaseUpdate(version, update));
  update.exportable = true;
  EXPECT_TRUE(absl::StartsWith(CheckReleaseUpdate(version, update).message(), "AKV.SKR.1003"));
  update.exportable.reset();
  update.release_policy = ReleasePolicy{"type", false, "data"};
  EXPECT_TRUE(absl::StartsWith(CheckReleaseUpdate(version, update).message(), "AKV.SKR.1005"));
  version.exportable = true;
  version.release_policy = ReleasePolicy{"type", false, "old"};
  LAZULI_EXPECT_OK(CheckReleaseUpdate(version, update));
  version.release_policy->immutable = true;
  EXPECT_TRUE(absl::StartsWith(CheckReleaseUpdate(version, update).message(), "AKV.SKR.1020"));
  update.release_policy = version.release_policy;
  LAZULI_EXPECT_OK(CheckReleaseUpdate(version, update));
}

TEST(KeyRulesTest, OnlyAnEnabledExportableVersionIsReleased) {
  KeyVersion version;
  const absl::Status fixed = CheckKeyVersionRelease(version);
  EXPECT_THAT(fixed, ErrorCodeIs("BadParameter"));
  ASSERT_TRUE(DecisionOf(fixed).has_value());
  EXPECT_EQ(DecisionOf(fixed)->by, "exportable");
  version.exportable = true;
  version.release_policy.emplace();
  version.attributes.expires = absl::FromUnixSeconds(1);
  LAZULI_EXPECT_OK(CheckKeyVersionRelease(version));
  version.attributes.enabled = false;
  const absl::Status disabled = CheckKeyVersionRelease(version);
  EXPECT_THAT(disabled, ErrorCodeIs("Forbidden"));
  ASSERT_TRUE(DecisionOf(disabled).has_value());
  EXPECT_EQ(DecisionOf(disabled)->by, "enabled");
  EXPECT_EQ(DecisionOf(disabled)->change, "set attributes.enabled to true");
}

TEST(KeyRulesTest, AnExchangeKeyIsForNothingElse) {
  using enum KeyOperation;
  LAZULI_EXPECT_OK(CheckKeyOperationsFit(KeyType::kRsaHsm, {kImport}, "key_ops"));
  LAZULI_EXPECT_OK(CheckKeyOperationsFit(KeyType::kRsa, {kSign, kVerify}, "key_ops"));
  LAZULI_EXPECT_OK(CheckKeyOperationsFit(KeyType::kRsa, {}, "key_ops"));
  EXPECT_THAT(CheckKeyOperationsFit(KeyType::kRsaHsm, {kImport, kSign}, "key_ops"),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(CheckKeyOperationsFit(KeyType::kRsa, {kImport}, "key_ops"),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(CheckKeyOperationsFit(KeyType::kEcHsm, {kImport}, "key_ops"),
              ErrorCodeIs("BadParameter"));
}

}  // namespace
}  // namespace lazuli::keyvault
