#include "emulator/identity/directory_service.h"

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
#include "emulator/identity/test_keys.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/token_verifier.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {
namespace {

class DirectoryServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK_AND_ASSIGN(key_, SigningKey::Generate());
    issuer_ = std::make_unique<TokenIssuer>(key_.get(), &clock_);
    service_ = std::make_unique<DirectoryService>(&directory_, issuer_.get());
  }

  v1::CreateServicePrincipalResponse Create(const std::string& name) {
    v1::CreateServicePrincipalRequest request;
    request.set_display_name(name);
    v1::CreateServicePrincipalResponse response;
    const absl::Status status = service_->CreateServicePrincipal(context_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  CallContext context_;
  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{100};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<TokenIssuer> issuer_;
  std::unique_ptr<DirectoryService> service_;
};

TEST_F(DirectoryServiceTest, MakesAndListsTenants) {
  v1::CreateTenantRequest request;
  request.set_display_name("Second");
  v1::Tenant tenant;
  LAZULI_ASSERT_OK(service_->CreateTenant(context_, request, &tenant));
  EXPECT_EQ(tenant.display_name(), "Second");
  v1::ListTenantsResponse list;
  LAZULI_ASSERT_OK(service_->ListTenants(context_, v1::Empty(), &list));
  EXPECT_EQ(list.value_size(), 2);
}

TEST_F(DirectoryServiceTest, MakesAServicePrincipalAndShowsItsSecretOnce) {
  const v1::CreateServicePrincipalResponse created = Create("app");
  EXPECT_TRUE(directory_.CheckSecret(created.principal().object_id(), created.client_secret()));
  EXPECT_EQ(created.principal().type(), v1::PRINCIPAL_TYPE_SERVICE_PRINCIPAL);
  EXPECT_FALSE(created.principal().has_resource_id());

  v1::GetPrincipalRequest get;
  get.set_principal("app");
  v1::Principal principal;
  LAZULI_ASSERT_OK(service_->GetPrincipal(context_, get, &principal));
  EXPECT_EQ(principal.SerializeAsString(), created.principal().SerializeAsString());
}

TEST_F(DirectoryServiceTest, RefusesAnEmptySecretAndNoName) {
  v1::CreateServicePrincipalRequest request;
  v1::CreateServicePrincipalResponse response;
  EXPECT_THAT(service_->CreateServicePrincipal(context_, request, &response),
              ErrorCodeIs("InvalidInput"));
  request.set_display_name("x");
  request.set_client_secret("");
  EXPECT_THAT(service_->CreateServicePrincipal(context_, request, &response),
              ErrorCodeIs("InvalidInput"));
  EXPECT_EQ(directory_.ListPrincipals().size(), 1u);
}

TEST_F(DirectoryServiceTest, ListsPrincipalsOfATenant) {
  Create("app");
  LAZULI_ASSERT_OK(directory_.CreateUserAssigned("/a/me", kDefaultTenantId));
  LAZULI_ASSERT_OK(directory_.CreateSystemAssigned("/a/account", kDefaultTenantId));
  v1::ListPrincipalsRequest request;
  v1::ListPrincipalsResponse response;
  LAZULI_ASSERT_OK(service_->ListPrincipals(context_, request, &response));
  EXPECT_EQ(response.value_size(), 4);
  int managed = 0;
  for (const v1::Principal& principal : response.value()) managed += principal.has_resource_id();
  EXPECT_EQ(managed, 2);
  request.set_tenant_id("99999999-0000-4000-8000-000000000000");
  EXPECT_THAT(service_->ListPrincipals(context_, request, &response),
              ErrorCodeIs("TenantNotFound"));
}

TEST_F(DirectoryServiceTest, DeletesByName) {
  const v1::CreateServicePrincipalResponse created = Create("app");
  v1::GetPrincipalRequest request;
  v1::Empty empty;
  EXPECT_THAT(service_->DeleteServicePrincipal(context_, request, &empty),
              ErrorCodeIs("InvalidInput"));
  request.set_principal("app");
  LAZULI_ASSERT_OK(service_->DeleteServicePrincipal(context_, request, &empty));
  EXPECT_EQ(directory_.FindByObjectId(created.principal().object_id()), nullptr);
  EXPECT_THAT(service_->DeleteServicePrincipal(context_, request, &empty),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DirectoryServiceTest, IssuesTokensForAnyPrincipalWithoutASecret) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr identity,
                              directory_.CreateUserAssigned("/a/me", kDefaultTenantId));
  v1::IssueTokenForRequest request;
  request.set_principal("me");
  request.set_resource("https://vault.azure.net");
  v1::IssueTokenResponse response;
  LAZULI_ASSERT_OK(service_->IssueTokenFor(context_, request, &response));
  TokenVerifier verifier(key_.get(), &directory_, &clock_);
  LAZULI_ASSERT_OK_AND_ASSIGN(const Caller caller,
                              verifier.Verify(response.access_token(), {kKeyVaultAudience}));
  EXPECT_EQ(caller.object_id, identity->object_id);
  request.set_resource(std::string(300, 'x'));
  EXPECT_THAT(service_->IssueTokenFor(context_, request, &response), ErrorCodeIs("InvalidInput"));
  request.set_principal("nobody");
  EXPECT_THAT(service_->IssueTokenFor(context_, request, &response),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DirectoryServiceTest, TakesAndForgetsKeysOfAServicePrincipal) {
  Create("app");
  v1::AddKeyCredentialRequest add;
  add.set_principal("app");
  add.set_certificate(std::string(kTestRsaCertificate));
  v1::KeyCredential added;
  LAZULI_ASSERT_OK(service_->AddKeyCredential(context_, add, &added));
  EXPECT_EQ(added.thumbprint(), "BD665DE48A15E537155DB649A32995312E73ADDB");
  EXPECT_EQ(added.not_before().seconds(), 1'577'836'800);
  v1::KeyCredential again;
  EXPECT_EQ(service_->AddKeyCredential(context_, add, &again).code(),
            absl::StatusCode::kAlreadyExists);
  add.set_certificate(std::string(kTestEcPublicKey));
  LAZULI_ASSERT_OK(service_->AddKeyCredential(context_, add, &again));
  EXPECT_FALSE(again.has_not_after());
  add.set_certificate("x");
  EXPECT_THAT(service_->AddKeyCredential(context_, add, &again), ErrorCodeIs("InvalidInput"));

  v1::RemoveKeyCredentialRequest remove;
  remove.set_principal("app");
  remove.set_thumbprint(added.thumbprint());
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_->RemoveKeyCredential(context_, remove, &empty));
  EXPECT_EQ(service_->RemoveKeyCredential(context_, remove, &empty).code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace lazuli::emulator
