#include "emulator/identity/directory.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "batch/managed_identity_client.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/test_keys.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::string_view kOtherTenant = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr absl::string_view kAccount =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/Account";
constexpr absl::string_view kIdentity =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
    "me";

std::string Text(absl::string_view text) { return std::string(text); }

// Asks the directory from within the notification, which a lock held around it would not survive.
class Recorder : public PrincipalListener {
 public:
  explicit Recorder(Directory* directory) : directory_(directory) {}

  void OnPrincipalDeleted(const std::string& object_id, const std::string& cause) override {
    still_there_ = directory_->FindByObjectId(object_id) != nullptr;
    deletions_.push_back(absl::StrCat(object_id, ": ", cause));
  }

  std::vector<std::string> deletions_;
  bool still_there_ = false;

 private:
  Directory* const directory_;
};

class DirectoryTest : public testing::Test {
 protected:
  static ServicePrincipalSpec Spec(absl::string_view name, absl::string_view tenant = "") {
    ServicePrincipalSpec spec;
    spec.display_name = Text(name);
    spec.tenant_id = Text(tenant);
    return spec;
  }

  Principal::Ptr Create(absl::string_view name, absl::string_view tenant = "") {
    absl::StatusOr<CreatedServicePrincipal> created =
        directory_.CreateServicePrincipal(Spec(name, tenant));
    EXPECT_TRUE(created.ok()) << created.status();
    return created->principal;
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(7), &clock_, &events_};
};

TEST_F(DirectoryTest, HoldsTheDefaultTenantAndTheAdministratorAtStart) {
  const std::vector<Tenant> tenants = directory_.ListTenants();
  ASSERT_EQ(tenants.size(), 1u);
  EXPECT_EQ(tenants[0].tenant_id, Text(kDefaultTenantId));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr admin, directory_.Find("administrator"));
  EXPECT_EQ(admin->app_id, Text(kAdminAppId));
  EXPECT_EQ(admin->object_id, Text(kAdminObjectId));
  EXPECT_EQ(admin->tenant_id, Text(kDefaultTenantId));
  EXPECT_TRUE(directory_.CheckSecret(kAdminObjectId, "lazuli-local-secret"));
  EXPECT_FALSE(directory_.CheckSecret(kAdminObjectId, "another"));
  EXPECT_EQ(events_.last_sequence(), 0u);
}

TEST_F(DirectoryTest, TakesAnotherSecretForTheAdministrator) {
  const Directory directory(IdDeriver(7), &clock_, &events_, "changed");
  EXPECT_TRUE(directory.CheckSecret(kAdminObjectId, "changed"));
  EXPECT_FALSE(directory.CheckSecret(kAdminObjectId, kWellKnownAdminSecret));
}

TEST_F(DirectoryTest, FindsByObjectIdClientIdAndName) {
  const Principal::Ptr app = Create("app");
  for (const std::string& text :
       {app->object_id, absl::AsciiStrToUpper(app->object_id), app->app_id,
        absl::AsciiStrToUpper(app->app_id), std::string("app")}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr found, directory_.Find(text));
    EXPECT_EQ(found->object_id, app->object_id) << text;
  }
  for (const char* text : {"", "App", "nobody"}) {
    EXPECT_THAT(directory_.Find(text), StatusIs(absl::StatusCode::kNotFound)) << text;
  }
  EXPECT_THAT(directory_.Find("app", kOtherTenant), ErrorCodeIs("Request_ResourceNotFound"));
}

TEST_F(DirectoryTest, RefusesANameThatSeveralHave) {
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, "Other"));
  const Principal::Ptr first = Create("twin");
  const Principal::Ptr second = Create("twin", kOtherTenant);
  EXPECT_THAT(directory_.Find("twin"), ErrorCodeIs("AmbiguousPrincipal"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr found, directory_.Find("twin", kOtherTenant));
  EXPECT_EQ(found->object_id, second->object_id);
  EXPECT_NE(first->object_id, second->object_id);
}

TEST_F(DirectoryTest, ANameThatLooksLikeAnIdDoesNotHideTheId) {
  const Principal::Ptr first = Create("first");
  Create(first->app_id);
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr found, directory_.Find(first->app_id));
  EXPECT_EQ(found->object_id, first->object_id);
}

TEST_F(DirectoryTest, GeneratesASecretOnceAndTakesAGivenOne) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal generated,
                              directory_.CreateServicePrincipal(Spec("generated")));
  EXPECT_TRUE(directory_.CheckSecret(generated.principal->object_id, generated.client_secret));
  ServicePrincipalSpec spec = Spec("given");
  spec.client_secret = "mine";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal given,
                              directory_.CreateServicePrincipal(spec));
  EXPECT_EQ(given.client_secret, "mine");
  EXPECT_TRUE(directory_.CheckSecret(given.principal->object_id, "mine"));
  EXPECT_FALSE(directory_.CheckSecret(given.principal->object_id, generated.client_secret));
}

TEST_F(DirectoryTest, TakesGivenIdsInLowerCaseAndRefusesTakenOnes) {
  ServicePrincipalSpec spec = Spec("given");
  spec.object_id = "ABCDEF00-0000-4000-8000-000000000001";
  spec.app_id = "ABCDEF00-0000-4000-8000-000000000002";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal given,
                              directory_.CreateServicePrincipal(spec));
  EXPECT_EQ(given.principal->object_id, "abcdef00-0000-4000-8000-000000000001");
  EXPECT_THAT(directory_.CreateServicePrincipal(spec),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("objectId")));
  spec.object_id.clear();
  EXPECT_THAT(directory_.CreateServicePrincipal(spec),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("appId")));
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, ""));
  spec.tenant_id = Text(kOtherTenant);
  LAZULI_EXPECT_OK(directory_.CreateServicePrincipal(spec));
  EXPECT_THAT(directory_.Find(spec.app_id), ErrorCodeIs("AmbiguousPrincipal"));
}

TEST_F(DirectoryTest, NeverGivesAnObjectIdTwice) {
  ServicePrincipalSpec spec = Spec("again");
  spec.object_id = "abcdef00-0000-4000-8000-000000000001";
  LAZULI_ASSERT_OK(directory_.CreateServicePrincipal(spec));
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(spec.object_id));
  EXPECT_THAT(directory_.CreateServicePrincipal(spec), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(DirectoryTest, RefusesBadInput) {
  struct Case {
    const char* field;
    ServicePrincipalSpec spec;
  };
  std::vector<Case> cases = {{"displayName", Spec("")},
                             {"displayName", Spec(std::string(257, 'x'))},
                             {"tenantId", Spec("x", "not-a-guid")},
                             {"appId", Spec("x")},
                             {"objectId", Spec("x")},
                             {"clientSecret", Spec("x")}};
  cases[3].spec.app_id = "1";
  cases[4].spec.object_id = "1";
  cases[5].spec.client_secret = std::string(1025, 'x');
  for (const Case& bad : cases) {
    const absl::Status status = directory_.CreateServicePrincipal(bad.spec).status();
    ASSERT_TRUE(GetErrorInfo(status).has_value()) << bad.field;
    EXPECT_EQ(GetErrorInfo(status)->code, "InvalidInput");
    EXPECT_EQ(GetErrorInfo(status)->target, bad.field);
  }
  EXPECT_THAT(directory_.CreateServicePrincipal(Spec("x", kOtherTenant)),
              ErrorCodeIs("TenantNotFound"));
  EXPECT_EQ(directory_.ListPrincipals().size(), 1u);
}

TEST_F(DirectoryTest, MakesTenantsWithGivenOrDerivedIds) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Tenant given, directory_.CreateTenant(kOtherTenant, "Other"));
  EXPECT_THAT(directory_.CreateTenant(absl::AsciiStrToUpper(kOtherTenant), "Other"),
              ErrorCodeIs("TenantExists"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Tenant derived, directory_.CreateTenant("", ""));
  EXPECT_TRUE(IsGuid(derived.tenant_id));
  EXPECT_TRUE(directory_.HasTenant(absl::AsciiStrToUpper(derived.tenant_id)));
  EXPECT_THAT(directory_.CreateTenant("x", ""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(directory_.ListTenants().size(), 3u);
}

TEST_F(DirectoryTest, ATenantIsDeletedOnceNobodyIsInIt) {
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, "Other"));
  const Principal::Ptr principal = Create("app", kOtherTenant);
  EXPECT_EQ(directory_.DeleteTenant(kOtherTenant).code(), absl::StatusCode::kFailedPrecondition);
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(principal->object_id));
  LAZULI_EXPECT_OK(directory_.DeleteTenant(absl::AsciiStrToUpper(kOtherTenant)));
  EXPECT_FALSE(directory_.HasTenant(kOtherTenant));
  LAZULI_EXPECT_OK(directory_.DeleteTenant(kOtherTenant));
  EXPECT_EQ(directory_.DeleteTenant(kDefaultTenantId).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(DirectoryTest, GivesAResourceOneIdentityOfItsOwn) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const batch::ManagedIdentity identity,
                              directory_.CreateSystemAssigned(kAccount, kDefaultTenantId));
  EXPECT_EQ(identity.resource_id, Text(kAccount));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const batch::ManagedIdentity same,
      directory_.CreateSystemAssigned(absl::AsciiStrToLower(kAccount), kDefaultTenantId));
  EXPECT_EQ(same.principal_id, identity.principal_id);
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr principal,
                              directory_.Find(identity.principal_id));
  EXPECT_EQ(principal->display_name, "Account");
  EXPECT_EQ(principal->type, PrincipalType::kSystemAssignedIdentity);
  EXPECT_FALSE(directory_.CheckSecret(identity.principal_id, ""));

  directory_.DeleteSystemAssigned(absl::AsciiStrToUpper(kAccount));
  EXPECT_EQ(directory_.FindByObjectId(identity.principal_id), nullptr);
  directory_.DeleteSystemAssigned(kAccount);
  LAZULI_ASSERT_OK_AND_ASSIGN(const batch::ManagedIdentity next,
                              directory_.CreateSystemAssigned(kAccount, kDefaultTenantId));
  EXPECT_NE(next.principal_id, identity.principal_id);
}

TEST_F(DirectoryTest, FindsUserAssignedIdentitiesByArmId) {
  EXPECT_THAT(directory_.FindUserAssigned(kIdentity), StatusIs(absl::StatusCode::kNotFound));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr created,
                              directory_.CreateUserAssigned(kIdentity, kDefaultTenantId));
  LAZULI_ASSERT_OK_AND_ASSIGN(const batch::ManagedIdentity found,
                              directory_.FindUserAssigned(absl::AsciiStrToUpper(kIdentity)));
  EXPECT_EQ(found.principal_id, created->object_id);
  EXPECT_EQ(found.client_id, created->app_id);
  EXPECT_EQ(found.resource_id, Text(kIdentity));
  EXPECT_TRUE(directory_.DeleteUserAssigned(kIdentity));
  EXPECT_FALSE(directory_.DeleteUserAssigned(kIdentity));
  EXPECT_THAT(directory_.FindUserAssigned(kIdentity), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(directory_.CreateUserAssigned(kIdentity, kOtherTenant),
              ErrorCodeIs("TenantNotFound"));
}

TEST_F(DirectoryTest, DeletesServicePrincipalsOnly) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr identity,
                              directory_.CreateUserAssigned(kIdentity, kDefaultTenantId));
  EXPECT_THAT(directory_.DeleteServicePrincipal(identity->object_id),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(directory_.DeleteServicePrincipal(kAdminObjectId),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(directory_.DeleteServicePrincipal("nobody"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(directory_.deletion_epoch(), 0u);
}

TEST_F(DirectoryTest, TellsListenersOfDeletionsAfterTheFact) {
  Recorder first(&directory_);
  Recorder second(&directory_);
  directory_.AddListener(&first);
  directory_.AddListener(&second);
  const Principal::Ptr app = Create("app");
  EXPECT_THAT(first.deletions_, IsEmpty());
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(absl::AsciiStrToUpper(app->object_id)));
  EXPECT_THAT(first.deletions_,
              ElementsAre(absl::StrCat(app->object_id, ": service principal 'app' deleted")));
  EXPECT_EQ(first.deletions_, second.deletions_);
  EXPECT_FALSE(first.still_there_);
  EXPECT_EQ(directory_.deletion_epoch(), 1u);
}

TEST_F(DirectoryTest, LogsCreationAndDeletionWithoutSecrets) {
  ServicePrincipalSpec spec = Spec("app");
  spec.client_secret = "very-secret";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal created,
                              directory_.CreateServicePrincipal(spec));
  clock_.Set(clock_.Now() + absl::Seconds(5));
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(created.principal->object_id));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> events, events_.ListAfter(0, 10));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "principal");
  EXPECT_EQ(events[0].resource, absl::StrCat("/tenants/", Text(kDefaultTenantId), "/principals/",
                                             created.principal->object_id));
  EXPECT_EQ(events[0].to, "active");
  EXPECT_EQ(events[1].to, "");
  EXPECT_EQ(events[1].time - events[0].time, absl::Seconds(5));
  for (const Event& event : events) EXPECT_THAT(event.cause, Not(HasSubstr("very-secret")));
}

TEST_F(DirectoryTest, DerivesTheSameIdsFromTheSameSeed) {
  EventLog events(10);
  Directory twin(IdDeriver(7), &clock_, &events);
  Directory other(IdDeriver(8), &clock_, &events);
  const Principal::Ptr app = Create("app");
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal same,
                              twin.CreateServicePrincipal(Spec("app")));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal different,
                              other.CreateServicePrincipal(Spec("app")));
  EXPECT_EQ(same.principal->object_id, app->object_id);
  EXPECT_EQ(same.principal->app_id, app->app_id);
  EXPECT_NE(different.principal->object_id, app->object_id);
}

TEST_F(DirectoryTest, ServesManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < kEach; ++j) {
        const Principal::Ptr made = Create(absl::StrCat("p", i, "-", j));
        EXPECT_NE(directory_.FindByObjectId(made->object_id), nullptr);
        EXPECT_TRUE(directory_.Find(made->display_name).ok());
        if (j % 2 == 0) {
          EXPECT_TRUE(directory_.DeleteServicePrincipal(made->object_id).ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(directory_.ListPrincipals().size(), 1u + kThreads * kEach / 2);
  EXPECT_EQ(directory_.deletion_epoch(), uint64_t{kThreads * kEach / 2});
}

TEST_F(DirectoryTest, AServicePrincipalHasKeysOfItsOwn) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal created,
                              directory_.CreateServicePrincipal(Spec("app")));
  const std::string& id = created.principal->object_id;
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr rsa,
                              KeyCredential::Parse(kTestRsaCertificate));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr ec, KeyCredential::Parse(kTestEcPublicKey));
  EXPECT_THAT(directory_.KeyCredentials(id), IsEmpty());
  LAZULI_ASSERT_OK(directory_.AddKeyCredential(id, rsa));
  LAZULI_ASSERT_OK(directory_.AddKeyCredential(id, ec));
  EXPECT_THAT(directory_.KeyCredentials(id), ElementsAre(rsa, ec));
  EXPECT_EQ(directory_.AddKeyCredential(id, rsa).code(), absl::StatusCode::kAlreadyExists);
  LAZULI_ASSERT_OK(directory_.RemoveKeyCredential(id, absl::AsciiStrToLower(rsa->thumbprint())));
  EXPECT_THAT(directory_.KeyCredentials(id), ElementsAre(ec));
  EXPECT_EQ(directory_.RemoveKeyCredential(id, rsa->thumbprint()).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(directory_.AddKeyCredential("nobody", rsa).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(directory_.RemoveKeyCredential("nobody", "x").code(), absl::StatusCode::kNotFound);
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(id));
  EXPECT_THAT(directory_.KeyCredentials(id), IsEmpty());
}

TEST_F(DirectoryTest, AManagedIdentityTakesNoKey) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Principal::Ptr identity,
                              directory_.CreateUserAssigned(kIdentity, kDefaultTenantId));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key,
                              KeyCredential::Parse(kTestRsaCertificate));
  EXPECT_EQ(directory_.AddKeyCredential(identity->object_id, key).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace lazuli::emulator
