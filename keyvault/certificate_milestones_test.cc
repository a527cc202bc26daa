#include "keyvault/certificate_milestones.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_policy.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
const absl::Time kBegin = absl::FromUnixSeconds(1'750'000'000);
const absl::Time kEnd = kBegin + kDay * 100;

CertificateVersion Issued() {
  CertificateVersion version;
  version.der = "der";
  version.attributes.not_before = kBegin;
  version.attributes.expires = kEnd;
  return version;
}

CertificateNameData Data(const char* issuer) {
  CertificateNameData data;
  data.policy.issuer = issuer;
  return data;
}

TEST(CertificateMilestonesTest, TheEndIsNearThirtyDaysBefore) {
  CertificateNameData data = Data("Unknown");
  const auto near = NextCertificateMilestone(Issued(), data, kBegin);
  ASSERT_TRUE(near.has_value());
  EXPECT_EQ(near->milestone, Milestone::kNearExpiry);
  EXPECT_EQ(near->due, kEnd - kDay * 30);
  data.told.near = kEnd;
  const auto expired = NextCertificateMilestone(Issued(), data, kBegin);
  ASSERT_TRUE(expired.has_value());
  EXPECT_EQ(expired->milestone, Milestone::kExpired);
  EXPECT_EQ(expired->due, kEnd);
  data.told.expired = kEnd;
  EXPECT_FALSE(NextCertificateMilestone(Issued(), data, kEnd).has_value());
}

TEST(CertificateMilestonesTest, AnEndThatWasReachedIsNoLongerNear) {
  const auto next = NextCertificateMilestone(Issued(), Data("Unknown"), kEnd);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->milestone, Milestone::kExpired);
}

TEST(CertificateMilestonesTest, ThePolicySaysWhenToTellAndWhenToRenew) {
  CertificateNameData data = Data("Self");
  data.policy.lifetime_actions = {{CertificateActionType::kEmailContacts, 50, std::nullopt},
                                  {CertificateActionType::kAutoRenew, std::nullopt, 20}};
  const auto near = NextCertificateMilestone(Issued(), data, kBegin);
  ASSERT_TRUE(near.has_value());
  EXPECT_EQ(near->due, kBegin + kDay * 50);
  data.told.near = kEnd;
  const auto renew = NextCertificateMilestone(Issued(), data, kBegin);
  ASSERT_TRUE(renew.has_value());
  EXPECT_EQ(renew->milestone, Milestone::kRotate);
  EXPECT_EQ(renew->due, kEnd - kDay * 20);
}

TEST(CertificateMilestonesTest, WhatIsDisabledRequestedOrIssuedElsewhereIsNotRenewed) {
  CertificateNameData data = Data("Self");
  data.policy.lifetime_actions = {{CertificateActionType::kAutoRenew, 1, std::nullopt}};
  const auto is_renewal = [](const CertificateVersion& version, const CertificateNameData& of) {
    const auto next = NextCertificateMilestone(version, of, kBegin);
    return next.has_value() && next->milestone == Milestone::kRotate;
  };
  EXPECT_TRUE(is_renewal(Issued(), data));
  CertificateVersion disabled = Issued();
  disabled.attributes.enabled = false;
  EXPECT_FALSE(is_renewal(disabled, data));
  CertificateNameData requested = data;
  requested.request.emplace();
  EXPECT_FALSE(is_renewal(Issued(), requested));
  CertificateNameData elsewhere = data;
  elsewhere.policy.issuer = "Unknown";
  EXPECT_FALSE(is_renewal(Issued(), elsewhere));
  CertificateNameData named = data;
  named.policy.issuer = "ca";
  EXPECT_TRUE(is_renewal(Issued(), named));
}

TEST(CertificateMilestonesTest, WhatIsIssuedAtTheSameTimeComesAfterWhatIsTold) {
  CertificateNameData data = Data("Self");
  data.request.emplace().issue_at = kEnd - kDay * 30;
  const auto near = NextCertificateMilestone(Issued(), data, kBegin);
  ASSERT_TRUE(near.has_value());
  EXPECT_EQ(near->milestone, Milestone::kNearExpiry);
  EXPECT_EQ(near->due, kEnd - kDay * 30);
  data.told.near = kEnd;
  const auto issue = NextCertificateMilestone(Issued(), data, kEnd - kDay * 30);
  ASSERT_TRUE(issue.has_value());
  EXPECT_EQ(issue->milestone, Milestone::kRotate);
}

TEST(CertificateMilestonesTest, ARequestThatTakesItsTimeEnds) {
  CertificateNameData data = Data("Self");
  data.request.emplace().issue_at = kBegin;
  const auto next = NextCertificateMilestone(CertificateVersion(), data, kBegin);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->milestone, Milestone::kRotate);
  data.request->issue_at.reset();
  EXPECT_FALSE(NextCertificateMilestone(CertificateVersion(), data, kBegin).has_value());
}

}  // namespace
}  // namespace lazuli::keyvault
