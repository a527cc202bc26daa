#include "emulator/identity/errors.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

struct Case {
  absl::Status status;
  absl::StatusCode code;
  int http_status;
  const char* error;
  const char* inner;
};

TEST(IdentityErrorsTest, SayWhatIsWrongWithAToken) {
  EXPECT_EQ(TokenFaultOf(MissingTokenError()), TokenFault::kMissing);
  EXPECT_EQ(TokenFaultOf(WrongAudienceError({"a"}, "found")), TokenFault::kAudience);
  EXPECT_EQ(TokenFaultValue(WrongAudienceError({"a"}, "found")), "found");
  EXPECT_EQ(TokenFaultOf(TokenExpiredError(absl::UnixEpoch())), TokenFault::kExpired);
  EXPECT_EQ(TokenFaultOf(WrongSignatureError()), TokenFault::kOther);
  EXPECT_EQ(TokenFaultValue(WrongSignatureError()), "");
}

TEST(IdentityErrorsTest, CarryCodesAndStatuses) {
  const std::vector<std::string> candidates = {"one", "two"};
  const Case cases[] = {
      {MissingTokenError(), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "MissingToken"},
      {MalformedTokenError("x"), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "InvalidToken"},
      {WrongSignatureError(), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "InvalidToken"},
      {UnknownIssuerError("x"), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "InvalidToken"},
      {WrongAudienceError({"a", "b"}, "c"), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "WrongAudience"},
      {TokenExpiredError(absl::UnixEpoch()), absl::StatusCode::kUnauthenticated, 401,
       "Unauthorized", "TokenExpired"},
      {TokenNotYetValidError(absl::UnixEpoch()), absl::StatusCode::kUnauthenticated, 401,
       "Unauthorized", "InvalidToken"},
      {UnknownPrincipalError("x"), absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
       "InvalidToken"},
      {MissingParameterError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       "AADSTS900144"},
      {SignInTenantNotFoundError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       "AADSTS90002"},
      {UnknownApplicationError("x", "y"), absl::StatusCode::kInvalidArgument, 400,
       "unauthorized_client", "AADSTS700016"},
      {WrongSecretError("x"), absl::StatusCode::kUnauthenticated, 401, "invalid_client",
       "AADSTS7000215"},
      {UnsupportedGrantTypeError("x"), absl::StatusCode::kInvalidArgument, 400,
       "unsupported_grant_type", "AADSTS70003"},
      {InvalidScopeError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_scope",
       "AADSTS1002012"},
      {SeveralResourcesError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_scope",
       "AADSTS70011"},
      {InvalidResourceError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_resource",
       "AADSTS500011"},
      {MissingClientCredentialError(), absl::StatusCode::kUnauthenticated, 401, "invalid_client",
       "AADSTS7000216"},
      {MalformedAssertionError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       "AADSTS50027"},
      {AssertionWithoutKeyError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       "AADSTS5002723"},
      {AssertionAlgorithmError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       "AADSTS5002738"},
      {AssertionOfOtherClientError(), absl::StatusCode::kUnauthenticated, 401, "invalid_client",
       "AADSTS700021"},
      {AssertionAudienceError(), absl::StatusCode::kUnauthenticated, 401, "invalid_client",
       "AADSTS700023"},
      {AssertionTimeError(absl::UnixEpoch(), absl::UnixEpoch(), absl::UnixEpoch()),
       absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS700024"},
      {AssertionKeyError("x", "y"), absl::StatusCode::kUnauthenticated, 401, "invalid_client",
       "AADSTS700027"},
      {KeyCredentialExistsError("x"), absl::StatusCode::kAlreadyExists, 409,
       "Request_MultipleObjectsWithSameKeyValue", ""},
      {KeyCredentialNotFoundError("x"), absl::StatusCode::kNotFound, 404,
       "Request_ResourceNotFound", ""},
      {InvalidTenantError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_tenant",
       "AADSTS90002"},
      {UnknownInstanceError("x"), absl::StatusCode::kInvalidArgument, 400, "invalid_instance",
       "AADSTS50049"},
      {WrongMethodError("POST", "GET"), absl::StatusCode::kInvalidArgument, 405, "invalid_request",
       "AADSTS900561"},
      {UnknownEndpointError("x"), absl::StatusCode::kNotFound, 404, "invalid_request", ""},
      {InteractiveSignInError(), absl::StatusCode::kUnimplemented, 400, "unsupported_response_type",
       ""},
      {ForwardedRequestError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request", ""},
      {MissingMetadataHeaderError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       ""},
      {MissingResourceError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request", ""},
      {RemoteIdentityRequestError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       ""},
      {UnknownManagedIdentityError(), absl::StatusCode::kInvalidArgument, 400, "invalid_request",
       ""},
      {PrincipalNotFoundError("x"), absl::StatusCode::kNotFound, 404, "Request_ResourceNotFound",
       ""},
      {AmbiguousPrincipalError("x", candidates), absl::StatusCode::kInvalidArgument, 400,
       "AmbiguousPrincipal", ""},
      {PrincipalExistsError("appId", "x"), absl::StatusCode::kAlreadyExists, 409,
       "Request_MultipleObjectsWithSameKeyValue", ""},
      {TenantNotFoundError("x"), absl::StatusCode::kNotFound, 404, "TenantNotFound", ""},
      {TenantExistsError("x"), absl::StatusCode::kAlreadyExists, 409, "TenantExists", ""},
      {IdentityNotFoundError("x"), absl::StatusCode::kNotFound, 404, "ResourceNotFound", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.status.ToString());
    EXPECT_EQ(c.status.code(), c.code);
    const std::optional<ErrorInfo> info = GetErrorInfo(c.status);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->http_status, c.http_status);
    EXPECT_EQ(info->code, c.error);
    EXPECT_EQ(info->inner_code, c.inner);
  }
  EXPECT_EQ(GetErrorInfo(AmbiguousPrincipalError("x", candidates))->details.size(), 2u);
  EXPECT_EQ(std::string(WrongAudienceError({"a", "b"}, "c").message()),
            "AKV10022: Invalid audience. Expected one of a, b, found: c.");
}

TEST(IdentityErrorsTest, ShowNoMoreThanAPartOfALongText) {
  const std::string text(100'000, 'x');
  for (const absl::Status& status :
       {SignInTenantNotFoundError(text), UnknownApplicationError(text, text),
        UnsupportedGrantTypeError(text), InvalidScopeError(text), PrincipalNotFoundError(text),
        TenantNotFoundError(text), IdentityNotFoundError(text), UnknownIssuerError(text)}) {
    EXPECT_LT(status.message().size(), 1000u);
  }
}

}  // namespace
}  // namespace lazuli::emulator
