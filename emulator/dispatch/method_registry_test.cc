#include "emulator/dispatch/method_registry.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;

// lazuli.v1.Tokens has one method: small enough to be registered whole.
struct FakeTokens {
  absl::Status IssueToken(const CallContext&, const v1::IssueTokenRequest& request,
                          v1::IssueTokenResponse* response) {
    response->set_access_token(request.client_id());
    return absl::OkStatus();
  }
  absl::Status WrongTypes(const CallContext&, const v1::Empty&, v1::Empty*) {
    return absl::OkStatus();
  }
};

std::string ProblemsOf(const MethodRegistry& registry) {
  return std::string(registry.Complete().message());
}

TEST(MethodRegistryTest, ARegisteredMethodIsFoundAndServes) {
  FakeTokens tokens;
  MethodRegistry registry;
  registry.Add("lazuli.v1.Tokens/IssueToken", &tokens, &FakeTokens::IssueToken);
  ASSERT_TRUE(registry.Complete().ok()) << ProblemsOf(registry);
  const Method* method = registry.Find("lazuli.v1.Tokens/IssueToken");
  ASSERT_NE(method, nullptr);
  EXPECT_EQ(method->plane, v1::PLANE_TOKEN);
  EXPECT_TRUE(method->rule.anonymous());
  v1::IssueTokenRequest request;
  request.set_client_id("me");
  v1::IssueTokenResponse response;
  ASSERT_TRUE(method->operation(CallContext(), request, &response).ok());
  EXPECT_EQ(response.access_token(), "me");
}

TEST(MethodRegistryTest, WhatIsNotEmulatedSaysSo) {
  MethodRegistry registry;
  registry.AddNotEmulated("lazuli.v1.Tokens/IssueToken");
  ASSERT_TRUE(registry.Complete().ok()) << ProblemsOf(registry);
  const Method* method = registry.Find("lazuli.v1.Tokens/IssueToken");
  ASSERT_NE(method, nullptr);
  EXPECT_TRUE(method->not_emulated);
  v1::IssueTokenResponse response;
  const absl::Status status = method->operation(CallContext(), v1::IssueTokenRequest(), &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("IssueToken"));
}

TEST(MethodRegistryTest, WhatIsWrongIsSaid) {
  FakeTokens tokens;
  {
    MethodRegistry registry;
    registry.Add("lazuli.v1.Tokens/NoSuchMethod", &tokens, &FakeTokens::IssueToken);
    EXPECT_THAT(ProblemsOf(registry), HasSubstr("NoSuchMethod is not described"));
  }
  {
    MethodRegistry registry;
    registry.Add("lazuli.v1.Tokens/IssueToken", &tokens, &FakeTokens::WrongTypes);
    EXPECT_THAT(ProblemsOf(registry), HasSubstr("takes lazuli.v1.IssueTokenRequest"));
  }
  {
    MethodRegistry registry;
    registry.Add("lazuli.v1.Tokens/IssueToken", &tokens, &FakeTokens::IssueToken);
    registry.Add("lazuli.v1.Tokens/IssueToken", &tokens, &FakeTokens::IssueToken);
    EXPECT_THAT(ProblemsOf(registry), HasSubstr("registered twice"));
  }
}

struct FakeDirectory {
  absl::Status ListTenants(const CallContext&, const v1::Empty&, v1::ListTenantsResponse*) const {
    return absl::OkStatus();
  }
};

TEST(MethodRegistryTest, AForgottenMethodOfAServiceIsNamed) {
  const FakeDirectory directory;
  MethodRegistry registry;
  registry.Add("lazuli.v1.Directory/ListTenants", &directory, &FakeDirectory::ListTenants);
  EXPECT_THAT(ProblemsOf(registry),
              HasSubstr("lazuli.v1.Directory/CreateTenant is not registered"));
}

}  // namespace
}  // namespace lazuli::emulator
