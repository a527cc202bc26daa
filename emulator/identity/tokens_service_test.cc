#include "emulator/identity/tokens_service.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/token_verifier.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TokensServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK_AND_ASSIGN(key_, SigningKey::Generate());
    issuer_ = std::make_unique<TokenIssuer>(key_.get(), &clock_);
    service_ = std::make_unique<TokensService>(&directory_, issuer_.get());
  }

  static v1::IssueTokenRequest AdminRequest() {
    v1::IssueTokenRequest request;
    request.set_client_id(std::string(kAdminAppId));
    request.set_client_secret(std::string(kWellKnownAdminSecret));
    return request;
  }

  absl::Status Issue(const v1::IssueTokenRequest& request) {
    response_.Clear();
    return service_->IssueToken(CallContext(), request, &response_);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{100};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<TokenIssuer> issuer_;
  std::unique_ptr<TokensService> service_;
  v1::IssueTokenResponse response_;
};

TEST_F(TokensServiceTest, GivesATokenForASecret) {
  LAZULI_ASSERT_OK(Issue(AdminRequest()));
  EXPECT_EQ(response_.token_type(), "Bearer");
  EXPECT_EQ(response_.expires_in(), 3600);
  EXPECT_EQ(response_.ext_expires_in(), 3600);
  TokenVerifier verifier(key_.get(), &directory_, &clock_);
  LAZULI_ASSERT_OK_AND_ASSIGN(const Caller caller,
                              verifier.Verify(response_.access_token(), {kGrpcAudience}));
  EXPECT_EQ(caller.object_id, std::string(kAdminObjectId));
}

TEST_F(TokensServiceTest, GivesATokenForTheScope) {
  v1::IssueTokenRequest request = AdminRequest();
  request.set_tenant_id(std::string(kDefaultTenantId));
  request.set_scope("https://vault.azure.net/.default");
  request.set_grant_type("client_credentials");
  LAZULI_ASSERT_OK(Issue(request));
  TokenVerifier verifier(key_.get(), &directory_, &clock_);
  LAZULI_EXPECT_OK(verifier.Verify(response_.access_token(), {kKeyVaultAudience}));
  EXPECT_THAT(verifier.Verify(response_.access_token(), {kGrpcAudience}), Not(IsOk()));
}

TEST_F(TokensServiceTest, SpellsItsRefusalsAsTheIdentityPlatformDoes) {
  v1::IssueTokenRequest request = AdminRequest();
  request.set_client_secret("wrong-secret");
  EXPECT_THAT(Issue(request), ErrorCodeIs("invalid_client"));
  EXPECT_THAT(Issue(request), InnerCodeIs("AADSTS7000215"));
  EXPECT_THAT(Issue(request),
              StatusIs(absl::StatusCode::kUnauthenticated, Not(HasSubstr("wrong-secret"))));

  request = AdminRequest();
  request.set_client_id("99999999-0000-4000-8000-000000000000");
  EXPECT_THAT(Issue(request), InnerCodeIs("AADSTS700016"));
  request.set_tenant_id("99999999-0000-4000-8000-000000000000");
  EXPECT_THAT(Issue(request), InnerCodeIs("AADSTS90002"));

  request = AdminRequest();
  request.set_grant_type("password");
  EXPECT_THAT(Issue(request), ErrorCodeIs("unsupported_grant_type"));

  request = AdminRequest();
  request.clear_client_id();
  EXPECT_THAT(Issue(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'client_id'")));
  request = AdminRequest();
  request.clear_client_secret();
  EXPECT_THAT(Issue(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'client_secret'")));

  request = AdminRequest();
  request.set_scope(std::string(300, 'x'));
  EXPECT_THAT(Issue(request), ErrorCodeIs("invalid_scope"));
  EXPECT_TRUE(response_.access_token().empty());
}

TEST_F(TokensServiceTest, RefusesManagedIdentitiesWhichHaveNoSecret) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr identity,
                              directory_.CreateUserAssigned("/x/y", kDefaultTenantId));
  v1::IssueTokenRequest request;
  request.set_client_id(identity->app_id);
  request.set_client_secret("x");
  EXPECT_THAT(Issue(request), InnerCodeIs("AADSTS7000215"));
}

}  // namespace
}  // namespace lazuli::emulator
