#include "emulator/arm/errors.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/call_context.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

struct Case {
  absl::Status status;
  absl::StatusCode code;
  int http_status;
  const char* error;
};

Caller TestCaller() {
  Caller caller;
  caller.tenant_id = "t";
  caller.object_id = "OID";
  caller.app_id = "APP";
  caller.issuer = "i";
  caller.name = "n";
  return caller;
}

TEST(ArmErrorsTest, CarryAzuresCodes) {
  const Caller caller = TestCaller();
  using absl::StatusCode;
  const Case cases[] = {
      {InvalidResourceIdError("x", "y"), StatusCode::kInvalidArgument, 400, "InvalidResourceId"},
      {InvalidSubscriptionIdError("x"), StatusCode::kInvalidArgument, 400, "InvalidSubscriptionId"},
      {SubscriptionNotFoundError("x"), StatusCode::kNotFound, 404, "SubscriptionNotFound"},
      {SubscriptionTenantMismatchError("x", "t"), StatusCode::kFailedPrecondition, 409,
       "SubscriptionTenantMismatch"},
      {WrongTenantError(caller, "u"), StatusCode::kUnauthenticated, 401,
       "InvalidAuthenticationTokenTenant"},
      {InvalidResourceGroupNameError("x", "y"), StatusCode::kInvalidArgument, 400,
       "InvalidResourceGroup"},
      {ResourceGroupNotFoundError("x"), StatusCode::kNotFound, 404, "ResourceGroupNotFound"},
      {LocationRequiredError(), StatusCode::kInvalidArgument, 400, "LocationRequired"},
      {InvalidLocationError("x", ""), StatusCode::kInvalidArgument, 400,
       "LocationNotAvailableForResourceGroup"},
      {InvalidLocationError("x", "y"), StatusCode::kInvalidArgument, 400,
       "LocationNotAvailableForResourceType"},
      {ResourceGroupLocationChangedError("x", "y"), StatusCode::kFailedPrecondition, 409,
       "InvalidResourceGroupLocation"},
      {InvalidFilterError("x", "why"), StatusCode::kInvalidArgument, 400,
       "InvalidFilterInQueryString"},
      {InvalidSkipTokenError(), StatusCode::kInvalidArgument, 400, "InvalidSkipToken"},
      {ProviderNotFoundError("x"), StatusCode::kNotFound, 404, "InvalidResourceNamespace"},
      {ResourceGroupNotEmptyError("x", {"a"}), StatusCode::kFailedPrecondition, 409,
       "ResourceGroupDeletionBlocked"},
      {ResourceGroupInUseError("x"), StatusCode::kFailedPrecondition, 409,
       "ResourceGroupBeingDeleted"},
      {ResourceGroupQuotaError("x", 1), StatusCode::kFailedPrecondition, 409,
       "ResourceGroupQuotaExceeded"},
      {ResourceNotFoundError("t", "n", "g"), StatusCode::kNotFound, 404, "ResourceNotFound"},
      {InvalidResourceNameError("t", "n", "r"), StatusCode::kInvalidArgument, 400,
       "InvalidResourceName"},
      {ResourceLocationChangedError("n", "x", "y"), StatusCode::kFailedPrecondition, 409,
       "InvalidResourceLocation"},
      {TooManyTagsError(51), StatusCode::kInvalidArgument, 400, "InvalidTagCount"},
      {InvalidTagError("x", "y"), StatusCode::kInvalidArgument, 400, "InvalidTag"},
      {AuthorizationFailedError(caller, "a", "s", {"x"}), StatusCode::kPermissionDenied, 403,
       "AuthorizationFailed"},
      {RoleDefinitionNotFoundError("x"), StatusCode::kNotFound, 404, "RoleDefinitionDoesNotExist"},
      {InvalidRoleAssignmentNameError("x"), StatusCode::kInvalidArgument, 400,
       "InvalidRoleAssignmentId"},
      {RolePrincipalNotFoundError("x", "t"), StatusCode::kInvalidArgument, 400,
       "PrincipalNotFound"},
      {UnmatchedPrincipalTypeError("x", "a", "b"), StatusCode::kInvalidArgument, 400,
       "UnmatchedPrincipalType"},
      {RoleAssignmentExistsError("x"), StatusCode::kAlreadyExists, 409, "RoleAssignmentExists"},
      {RoleAssignmentUpdateError(), StatusCode::kFailedPrecondition, 409,
       "RoleAssignmentUpdateNotPermitted"},
      {RoleAssignmentNotFoundError("x"), StatusCode::kNotFound, 404, "RoleAssignmentNotFound"},
      {RoleAssignmentLimitError(1), StatusCode::kFailedPrecondition, 409,
       "RoleAssignmentLimitExceeded"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.status.ToString());
    EXPECT_EQ(c.status.code(), c.code);
    const std::optional<ErrorInfo> info = GetErrorInfo(c.status);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->http_status, c.http_status);
    EXPECT_EQ(info->code, c.error);
  }
}

TEST(ArmErrorsTest, SpellTheirTextsAsAzureDoes) {
  EXPECT_EQ(std::string(ResourceGroupNotFoundError("G").message()),
            "Resource group 'G' could not be found.");
  EXPECT_EQ(std::string(SubscriptionNotFoundError("S").message()),
            "The subscription 'S' could not be found.");
  const Caller caller = TestCaller();
  const absl::Status denied = AuthorizationFailedError(caller, "A", "S", {"one", "two"});
  EXPECT_EQ(std::string(denied.message()),
            "The client 'APP' with object id 'OID' does not have authorization to perform action "
            "'A' over scope 'S' or the scope is invalid. If access was recently granted, please "
            "refresh your credentials. Looked at: one; two.");
  EXPECT_EQ(GetErrorInfo(denied)->details.size(), 2u);
}

TEST(ArmErrorsTest, ShowNoMoreThanAPartOfALongName) {
  const std::string name(100'000, 'x');
  EXPECT_LT(ResourceGroupNotFoundError(name).message().size(), 1000u);
  EXPECT_LT(InvalidResourceIdError(name, "y").message().size(), 1000u);
}

}  // namespace
}  // namespace lazuli::emulator
