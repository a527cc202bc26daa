#include "batch/errors.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string DetailOf(const absl::Status& status, const std::string& name) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == name) return detail.message;
  }
  return "";
}

TEST(BatchErrorsTest, UnavailableAccountSaysWhyAndUntilWhen) {
  const absl::Status lost = AccountUnavailableError("KeyDisabled: so", "kid", std::nullopt);
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kPermissionDenied,
                             testing::Eq("The specified account is disabled.")));
  const ErrorInfo info = ErrorInfoOrDefault(lost);
  EXPECT_EQ(info.code, "AccountIsDisabled");
  EXPECT_EQ(info.http_status, 403);
  EXPECT_EQ(info.target, "BatchAccount");
  EXPECT_THAT(info.details, ElementsAre(ErrorDetail{"Reason", "KeyDisabled: so"},
                                        ErrorDetail{"KeyIdentifier", "kid"}));
  const absl::Status restoring =
      AccountUnavailableError("x", "kid", absl::FromUnixSeconds(1'000'000'000));
  EXPECT_EQ(DetailOf(restoring, "RestoreTime"), "2001-09-09T01:46:40.0000000Z");
}

TEST(BatchErrorsTest, MissingPropertyNamesItsPath) {
  const absl::Status status =
      MissingRequiredPropertyError("properties.encryption.keyVaultProperties");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               testing::Eq("A required property was not specified in the request "
                                           "body.")));
  EXPECT_THAT(status, ErrorCodeIs("MissingRequiredProperty"));
  EXPECT_EQ(DetailOf(status, "PropertyName"), "keyVaultProperties");
  EXPECT_EQ(DetailOf(status, "PropertyPath"), "properties.encryption.keyVaultProperties");
}

struct ErrorCase {
  absl::Status status;
  absl::StatusCode canonical;
  int http_status;
  std::string code;
  std::string detail;  // a part of its Reason
};

TEST(BatchErrorsTest, EachHasItsCodeAndReason) {
  const auto invalid = absl::StatusCode::kInvalidArgument;
  const std::string value = "InvalidPropertyValue";
  const std::string vault = "InvalidKeyVaultReference";
  const absl::Time time = absl::FromUnixSeconds(0);
  const std::vector<ErrorCase> cases = {
      {AccountNotFoundError("a", "g"), absl::StatusCode::kNotFound, 404, "ResourceNotFound", ""},
      {AccountEndpointNotFoundError("a"), absl::StatusCode::kNotFound, 404, "ResourceNotFound", ""},
      {AmbiguousAccountNameError("a"), invalid, 400, "InvalidInput", ""},
      {AccountNameInUseError("a", "r"), absl::StatusCode::kAlreadyExists, 409,
       "AccountAlreadyExists", "another resource"},
      {AccountExistsDifferentlyError("a"), absl::StatusCode::kAlreadyExists, 409,
       "AccountAlreadyExists", "use update"},
      {AccountInOtherRegionError("a", "g", "x", "y"), absl::StatusCode::kAlreadyExists, 409,
       "InvalidResourceLocation", ""},
      {AccountQuotaReachedError(3, "r"), absl::StatusCode::kResourceExhausted, 409,
       "SubscriptionQuotaExceeded", ""},
      {InvalidAccountNameError("A"), invalid, 400, value, "3 to 24"},
      {MissingIdentityIdsError(), invalid, 400, "MissingIdentityIds", ""},
      {TooManyIdentitiesError(2), invalid, 400, value, "no more than one"},
      {IdentityNotFoundError("i"), invalid, 400, value, "does not exist"},
      {IdentityInOtherTenantError("i"), invalid, 400, value, "another tenant"},
      {CustomerKeyOnExistingAccountError(), absl::StatusCode::kFailedPrecondition, 409,
       "OperationInvalidForCurrentState", "new accounts only"},
      {CustomerKeyNeedsIdentityError("k"), invalid, 400, value, "have a managed identity"},
      {SystemIdentityAtCreationError("k"), invalid, 400, value, "system-assigned"},
      {IdentityInUseError("k"), invalid, 400, value, "cannot be removed"},
      {VaultNotFoundError("v"), invalid, 400, vault, "VaultNotFound"},
      {VaultInOtherTenantError("v"), invalid, 400, vault, "tenant"},
      {VaultWithoutSoftDeleteError("v"), invalid, 400, vault, "soft delete"},
      {VaultWithoutPurgeProtectionError("v"), invalid, 400, vault, "purge protection"},
      {KeyVaultRefusedError("k", "KeyExpired", "why"), invalid, 400, vault, "why"},
      {KeyIsDisabledError("k"), invalid, 400, vault, "KeyDisabled"},
      {KeyIsNotYetValidError("k", time), invalid, 400, vault, "KeyNotYetValid"},
      {KeyIsExpiredError("k", time), invalid, 400, vault, "KeyExpired"},
      {KeyTypeNotSupportedError("k", "EC"), invalid, 400, value, "'EC'"},
      {KeySizeNotSupportedError("k", 1024), invalid, 400, value, "1024"},
      {KeyOperationMissingError("k", "wrapKey"), invalid, 400, value, "'wrapKey'"},
      {KeyUnwrapsWronglyError("k"), invalid, 400, vault, "did not unwrap"},
      {UnreadableRecordError(), absl::StatusCode::kDataLoss, 500, "InternalError", ""},
      {SharedKeyNotAllowedError(), absl::StatusCode::kFailedPrecondition, 409,
       "OperationInvalidForCurrentState", "allowedAuthenticationModes"},
  };
  for (const ErrorCase& expected : cases) {
    SCOPED_TRACE(expected.status.ToString());
    EXPECT_EQ(expected.status.code(), expected.canonical);
    const ErrorInfo info = ErrorInfoOrDefault(expected.status);
    EXPECT_EQ(info.code, expected.code);
    EXPECT_EQ(info.http_status, expected.http_status);
    EXPECT_EQ(info.target, "BatchAccount");
    EXPECT_THAT(DetailOf(expected.status, "Reason"), HasSubstr(expected.detail));
  }
}

TEST(BatchErrorsTest, ShowAnExcerptOfWhatACallerWrote) {
  // 255 bytes, then characters of two.
  const std::string text = std::string(255, 'x') + "\u00e9\u00e9" + std::string(1'000'000, 'y');
  const std::string excerpt = std::string(255, 'x');
  EXPECT_EQ(DetailOf(InvalidPropertyValueError("a.b", text, "why"), "PropertyValue"), excerpt);
  EXPECT_EQ(DetailOf(IdentityNotFoundError(text), "PropertyValue"), excerpt);
  EXPECT_THAT(std::string(AccountNotFoundError(text, text).message()), HasSubstr(excerpt));
  EXPECT_LT(AccountNotFoundError(text, text).message().size(), 1000u);
  EXPECT_LT(AccountEndpointNotFoundError(text).message().size(), 1000u);
  EXPECT_LT(AmbiguousAccountNameError(text).message().size(), 1000u);
}

TEST(BatchErrorsTest, RefusalKeepsKeyVaultsInnerCode) {
  const absl::Status status = KeyVaultRefusedError("kid", "ForbiddenByPolicy", "why");
  EXPECT_THAT(status, InnerCodeIs("ForbiddenByPolicy"));
  EXPECT_EQ(DetailOf(status, "KeyIdentifier"), "kid");
}

}  // namespace
}  // namespace lazuli::batch
