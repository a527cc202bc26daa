#include "keyvault/key_version.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

const absl::Time kNbf = absl::FromUnixSeconds(1'000);
const absl::Time kExp = absl::FromUnixSeconds(2'000);
const absl::Duration kMoment = absl::Nanoseconds(1);

const std::vector<KeyOperation> kAllUses = {KeyOperation::kEncrypt, KeyOperation::kDecrypt,
                                            KeyOperation::kSign,    KeyOperation::kVerify,
                                            KeyOperation::kWrapKey, KeyOperation::kUnwrapKey};

KeyVersion Version(KeyAttributes attributes, std::vector<KeyOperation> key_ops = kAllUses) {
  KeyVersion version;
  version.attributes = attributes;
  version.key_ops = std::move(key_ops);
  return version;
}

// "" when allowed, else the inner code.
std::string Refusal(const KeyVersion& version, KeyOperation operation, absl::Time now) {
  const absl::Status status = CheckKeyVersionUse(version, operation, now);
  return status.ok() ? "" : GetErrorInfo(status)->inner_code;
}

TEST(KeyVersionTest, ValidityIsFromNbfUntilBeforeExp) {
  const KeyVersion version = Version({true, kNbf, kExp});
  const struct {
    absl::Time now;
    const char* refusal;  // of what is not exempt
  } cases[] = {
      {kNbf - kMoment, "KeyNotYetValid"},
      {kNbf, ""},
      {kNbf + kMoment, ""},
      {kExp - kMoment, ""},
      {kExp, "KeyExpired"},
      {kExp + kMoment, "KeyExpired"},
  };
  for (const auto& c : cases) {
    for (const KeyOperation operation : kAllUses) {
      const std::string expected = WorksOutsideValidity(operation) ? "" : c.refusal;
      EXPECT_EQ(Refusal(version, operation, c.now), expected)
          << KeyOperationName(operation) << " at " << c.now;
    }
  }
}

TEST(KeyVersionTest, WithoutNbfAndExpItAlwaysWorks) {
  for (const absl::Time now : {absl::InfinitePast(), kNbf, absl::InfiniteFuture()}) {
    EXPECT_EQ(Refusal(Version({}), KeyOperation::kWrapKey, now), "");
  }
}

TEST(KeyVersionTest, DisabledBeatsTheExemptionAndEverythingElse) {
  const KeyVersion expired = Version({false, std::nullopt, kExp}, {});
  for (const KeyOperation operation : kAllUses) {
    EXPECT_EQ(Refusal(expired, operation, kExp), "KeyDisabled") << KeyOperationName(operation);
  }
}

TEST(KeyVersionTest, KeyOpsAreAskedAfterTheValidity) {
  const KeyVersion version = Version({true, std::nullopt, kExp}, {KeyOperation::kSign});
  EXPECT_EQ(Refusal(version, KeyOperation::kSign, kNbf), "");
  EXPECT_EQ(Refusal(version, KeyOperation::kWrapKey, kNbf), "KeyOperationForbidden");
  EXPECT_EQ(Refusal(version, KeyOperation::kWrapKey, kExp), "KeyExpired");
  EXPECT_EQ(Refusal(version, KeyOperation::kUnwrapKey, kExp), "KeyOperationForbidden");
}

TEST(KeyVersionTest, RefusalsAreForbiddenWithTheServicesTexts) {
  const struct {
    KeyVersion version;
    absl::Time now;
    const char* message;
  } cases[] = {
      {Version({false, {}, {}}), kNbf, "Operation wrapKey is not allowed on a disabled key."},
      {Version({true, kNbf, {}}), kNbf - kMoment,
       "Operation wrapKey is not allowed on a key that is not yet valid."},
      {Version({true, {}, kExp}), kExp, "Operation wrapKey is not allowed on an expired key."},
      {Version({}, {}), kNbf, "Operation wrapKey is not permitted on this key."},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckKeyVersionUse(c.version, KeyOperation::kWrapKey, c.now);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, c.message));
    EXPECT_THAT(status, ErrorCodeIs("Forbidden"));
    EXPECT_EQ(GetErrorInfo(status)->http_status, 403);
  }
}

TEST(KeyVersionTest, AttributesMustLeaveTimeToWork) {
  LAZULI_EXPECT_OK(CheckObjectAttributes({}));
  LAZULI_EXPECT_OK(CheckObjectAttributes({true, kNbf, kExp}));
  LAZULI_EXPECT_OK(CheckObjectAttributes({true, kExp, std::nullopt}));
  for (const absl::Time expires : {kNbf, kNbf - absl::Seconds(1)}) {
    const absl::Status status = CheckObjectAttributes({true, kNbf, expires});
    EXPECT_THAT(status, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(GetErrorInfo(status)->target, "attributes.exp");
  }
}

}  // namespace
}  // namespace lazuli::keyvault
