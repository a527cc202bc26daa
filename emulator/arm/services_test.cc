// The services of subscriptions, groups, identities and roles together, as a client meets them.
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/arm/identities_service.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_groups_service.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_assignments_service.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/arm/subscriptions_service.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {
namespace {

const char kName[] = "aaaaaaaa-0000-4000-8000-000000000001";

class ArmServicesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_.AddListener(&assignments_);
    admin_.caller.tenant_id = std::string(kDefaultTenantId);
    admin_.caller.object_id = std::string(kAdminObjectId);
    admin_.caller.app_id = std::string(kAdminAppId);
  }

  CallContext NewCaller(const std::string& name, const std::string& tenant = "") {
    ServicePrincipalSpec spec;
    spec.display_name = name;
    spec.tenant_id = tenant;
    const auto created = directory_.CreateServicePrincipal(spec);
    EXPECT_TRUE(created.ok());
    CallContext context;
    context.caller.tenant_id = created->principal->tenant_id;
    context.caller.object_id = created->principal->object_id;
    context.caller.app_id = created->principal->app_id;
    return context;
  }

  absl::Status PutGroup(const std::string& name, const std::string& location = "West Europe") {
    v1::CreateOrUpdateResourceGroupRequest request;
    request.set_subscription_id(sub_);
    request.set_resource_group_name(name);
    request.mutable_parameters()->set_location(location);
    (*request.mutable_parameters()->mutable_tags()->mutable_values())["env"] = "test";
    return groups_.CreateOrUpdateResourceGroup(admin_, request, &group_);
  }

  absl::Status PutIdentity(const std::string& name) {
    v1::CreateOrUpdateIdentityRequest request;
    request.set_subscription_id(sub_);
    request.set_resource_group_name("g");
    request.set_resource_name(name);
    request.mutable_parameters()->set_location("westeurope");
    return identity_service_.CreateOrUpdateIdentity(admin_, request, &identity_);
  }

  absl::Status Assign(const CallContext& as, const std::string& scope, const std::string& principal,
                      absl::string_view role, const std::string& name = kName) {
    v1::CreateRoleAssignmentRequest request;
    request.set_scope(scope);
    request.set_role_assignment_name(name);
    v1::RoleAssignment::Properties* properties = request.mutable_parameters()->mutable_properties();
    properties->set_principal_id(principal);
    properties->set_role_definition_id(absl::StrCat(
        "/subscriptions/", sub_, "/providers/Microsoft.Authorization/roleDefinitions/", role));
    return role_service_.CreateRoleAssignment(as, request, &assignment_);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  RoleAssignments assignments_{&directory_, &resources_, IdDeriver(1), &clock_, &events_};
  RoleEvaluator evaluator_{&assignments_};
  UserAssignedIdentities identities_{&directory_, &resources_, &assignments_};
  SubscriptionsService subscriptions_{&resources_, &evaluator_};
  ResourceGroupsService groups_{&resources_, &assignments_};
  IdentitiesService identity_service_{&identities_};
  RoleAssignmentsService role_service_{&assignments_, &evaluator_};
  const std::string sub_{kDefaultSubscriptionId};
  CallContext admin_;
  v1::ResourceGroup group_;
  v1::Identity identity_;
  v1::RoleAssignment assignment_;
};

TEST_F(ArmServicesTest, ShowsASubscriptionToThoseWhoMayReadIt) {
  v1::CreateSubscriptionRequest create;
  create.set_display_name("second");
  v1::Subscription created;
  LAZULI_ASSERT_OK(subscriptions_.CreateSubscription(admin_, create, &created));
  EXPECT_EQ(created.id(), absl::StrCat("/subscriptions/", created.subscription_id()));
  EXPECT_EQ(created.state(), "Enabled");
  EXPECT_EQ(created.authorization_source(), "RoleBased");

  v1::GetSubscriptionRequest get;
  get.set_subscription_id(created.subscription_id());
  v1::Subscription got;
  LAZULI_ASSERT_OK(subscriptions_.GetSubscription(admin_, get, &got));
  EXPECT_EQ(got.SerializeAsString(), created.SerializeAsString());

  v1::ListSubscriptionsResponse list;
  LAZULI_ASSERT_OK(subscriptions_.ListSubscriptions(admin_, v1::Empty(), &list));
  EXPECT_EQ(list.value_size(), 2);

  const CallContext reader = NewCaller("reader");
  list.Clear();
  LAZULI_ASSERT_OK(subscriptions_.ListSubscriptions(reader, v1::Empty(), &list));
  EXPECT_EQ(list.value_size(), 0);
  LAZULI_ASSERT_OK(Assign(admin_, created.id(), reader.caller.object_id, kReaderRoleId));
  LAZULI_ASSERT_OK(subscriptions_.ListSubscriptions(reader, v1::Empty(), &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).subscription_id(), created.subscription_id());
}

TEST_F(ArmServicesTest, HidesSubscriptionsOfOtherTenants) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Tenant tenant, directory_.CreateTenant("", ""));
  const CallContext stranger = NewCaller("stranger", tenant.tenant_id);
  LAZULI_ASSERT_OK(Assign(admin_, "/", stranger.caller.object_id, kOwnerRoleId));
  v1::ListSubscriptionsResponse list;
  LAZULI_ASSERT_OK(subscriptions_.ListSubscriptions(stranger, v1::Empty(), &list));
  EXPECT_EQ(list.value_size(), 0);
}

TEST_F(ArmServicesTest, MakesListsAndDeletesGroups) {
  LAZULI_ASSERT_OK(PutGroup("g"));
  EXPECT_EQ(group_.id(), absl::StrCat("/subscriptions/", sub_, "/resourceGroups/g"));
  EXPECT_EQ(group_.name(), "g");
  EXPECT_EQ(group_.type(), "Microsoft.Resources/resourceGroups");
  EXPECT_EQ(group_.location(), "westeurope");
  EXPECT_EQ(group_.tags().values().at("env"), "test");
  EXPECT_EQ(group_.properties().provisioning_state(), "Succeeded");

  v1::ResourceGroupRequest request;
  request.set_subscription_id(sub_);
  request.set_resource_group_name("G");
  v1::ResourceGroup got;
  LAZULI_ASSERT_OK(groups_.GetResourceGroup(admin_, request, &got));
  EXPECT_EQ(got.id(), group_.id());

  v1::ListResourceGroupsRequest list_request;
  list_request.set_subscription_id(sub_);
  v1::ListResourceGroupsResponse list;
  LAZULI_ASSERT_OK(groups_.ListResourceGroups(admin_, list_request, &list));
  EXPECT_EQ(list.value_size(), 1);

  const CallContext reader = NewCaller("reader");
  LAZULI_ASSERT_OK(Assign(admin_, group_.id(), reader.caller.object_id, kReaderRoleId));
  v1::Empty empty;
  LAZULI_ASSERT_OK(groups_.DeleteResourceGroup(admin_, request, &empty));
  EXPECT_EQ(assignments_.SnapshotOf(reader.caller.object_id), nullptr);
  EXPECT_THAT(groups_.GetResourceGroup(admin_, request, &got),
              ErrorCodeIs("ResourceGroupNotFound"));
  EXPECT_THAT(PutGroup("g", ""), ErrorCodeIs("LocationRequired"));
}

TEST_F(ArmServicesTest, PatchesFindsAndPagesGroups) {
  LAZULI_ASSERT_OK(PutGroup("g"));
  v1::UpdateResourceGroupRequest patch;
  patch.set_subscription_id(sub_);
  patch.set_resource_group_name("g");
  (*patch.mutable_parameters()->mutable_tags()->mutable_values())["team"] = "x";
  group_.Clear();
  LAZULI_ASSERT_OK(groups_.UpdateResourceGroup(admin_, patch, &group_));
  EXPECT_EQ(group_.tags().values().count("env"), 0u);
  EXPECT_EQ(group_.tags().values().at("team"), "x");
  EXPECT_FALSE(group_.has_managed_by());
  patch.mutable_parameters()->Clear();
  patch.mutable_parameters()->set_managed_by("/m");
  LAZULI_ASSERT_OK(groups_.UpdateResourceGroup(admin_, patch, &group_));
  EXPECT_EQ(group_.tags().values().at("team"), "x");
  EXPECT_EQ(group_.managed_by(), "/m");

  v1::ResourceGroupRequest request;
  request.set_subscription_id(sub_);
  request.set_resource_group_name("G");
  v1::Empty empty;
  LAZULI_EXPECT_OK(groups_.CheckResourceGroupExistence(admin_, request, &empty));
  request.set_resource_group_name("none");
  EXPECT_THAT(groups_.CheckResourceGroupExistence(admin_, request, &empty),
              ErrorCodeIs("ResourceGroupNotFound"));

  for (const char* name : {"a", "b", "c"}) LAZULI_ASSERT_OK(PutGroup(name));
  v1::ListResourceGroupsRequest list_request;
  list_request.set_subscription_id(sub_);
  list_request.set_filter("tagname eq 'env' and tagvalue eq 'test'");
  list_request.set_top(2);
  v1::ListResourceGroupsResponse list;
  LAZULI_ASSERT_OK(groups_.ListResourceGroups(admin_, list_request, &list));
  ASSERT_EQ(list.value_size(), 2);
  EXPECT_EQ(list.value(1).name(), "b");
  list_request.set_skip_token(list.next_link());
  list.Clear();
  LAZULI_ASSERT_OK(groups_.ListResourceGroups(admin_, list_request, &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).name(), "c");
  EXPECT_FALSE(list.has_next_link());
  list_request.set_filter("nonsense");
  EXPECT_THAT(groups_.ListResourceGroups(admin_, list_request, &list),
              ErrorCodeIs("InvalidFilterInQueryString"));
}

TEST_F(ArmServicesTest, PatchesIdentitiesAndListsThemBySubscription) {
  LAZULI_ASSERT_OK(PutGroup("g"));
  LAZULI_ASSERT_OK(PutIdentity("me1"));
  v1::UpdateIdentityRequest patch;
  patch.set_subscription_id(sub_);
  patch.set_resource_group_name("g");
  patch.set_resource_name("me1");
  (*patch.mutable_parameters()->mutable_tags()->mutable_values())["a"] = "1";
  v1::Identity patched;
  LAZULI_ASSERT_OK(identity_service_.UpdateIdentity(admin_, patch, &patched));
  EXPECT_EQ(patched.tags().values().at("a"), "1");
  EXPECT_EQ(patched.properties().principal_id(), identity_.properties().principal_id());
  v1::ListIdentitiesBySubscriptionRequest list_request;
  list_request.set_subscription_id(sub_);
  v1::ListIdentitiesResponse list;
  LAZULI_ASSERT_OK(identity_service_.ListIdentitiesBySubscription(admin_, list_request, &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).SerializeAsString(), patched.SerializeAsString());
}

TEST_F(ArmServicesTest, MakesListsAndDeletesIdentities) {
  LAZULI_ASSERT_OK(PutGroup("g"));
  LAZULI_ASSERT_OK(PutIdentity("me1"));
  EXPECT_EQ(identity_.type(), "Microsoft.ManagedIdentity/userAssignedIdentities");
  EXPECT_EQ(identity_.name(), "me1");
  EXPECT_EQ(identity_.properties().tenant_id(), std::string(kDefaultTenantId));
  EXPECT_FALSE(identity_.has_tags());
  const Principal::Ptr principal = directory_.FindByObjectId(identity_.properties().principal_id());
  ASSERT_NE(principal, nullptr);
  EXPECT_EQ(principal->app_id, identity_.properties().client_id());

  v1::IdentityRequest request;
  request.set_subscription_id(sub_);
  request.set_resource_group_name("g");
  request.set_resource_name("ME1");
  v1::Identity got;
  LAZULI_ASSERT_OK(identity_service_.GetIdentity(admin_, request, &got));
  EXPECT_EQ(got.SerializeAsString(), identity_.SerializeAsString());
  v1::ListIdentitiesRequest list_request;
  list_request.set_subscription_id(sub_);
  list_request.set_resource_group_name("g");
  v1::ListIdentitiesResponse list;
  LAZULI_ASSERT_OK(identity_service_.ListIdentities(admin_, list_request, &list));
  EXPECT_EQ(list.value_size(), 1);
  v1::Empty empty;
  LAZULI_ASSERT_OK(identity_service_.DeleteIdentity(admin_, request, &empty));
  LAZULI_ASSERT_OK(identity_service_.DeleteIdentity(admin_, request, &empty));
  EXPECT_THAT(identity_service_.GetIdentity(admin_, request, &got),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(ArmServicesTest, MakesListsAndDeletesRoleAssignments) {
  const CallContext app = NewCaller("app");
  const std::string scope = absl::StrCat("/subscriptions/", sub_);
  LAZULI_ASSERT_OK(Assign(admin_, scope, app.caller.object_id, kReaderRoleId));
  EXPECT_EQ(assignment_.id(),
            absl::StrCat(scope, "/providers/Microsoft.Authorization/roleAssignments/", kName));
  EXPECT_EQ(assignment_.properties().scope(), scope);
  EXPECT_EQ(assignment_.properties().role_definition_id(),
            absl::StrCat(scope, "/providers/Microsoft.Authorization/roleDefinitions/",
                         std::string(kReaderRoleId)));
  EXPECT_EQ(assignment_.properties().principal_type(), "ServicePrincipal");
  EXPECT_EQ(assignment_.properties().created_on().seconds(), 1'700'000'000);

  v1::RoleAssignmentRequest request;
  request.set_scope(scope);
  request.set_role_assignment_name(kName);
  v1::RoleAssignment got;
  LAZULI_ASSERT_OK(role_service_.GetRoleAssignment(admin_, request, &got));
  EXPECT_EQ(got.SerializeAsString(), assignment_.SerializeAsString());
  v1::ListRoleAssignmentsRequest list_request;
  list_request.set_scope(scope);
  v1::ListRoleAssignmentsResponse list;
  LAZULI_ASSERT_OK(role_service_.ListRoleAssignments(admin_, list_request, &list));
  EXPECT_EQ(list.value_size(), 2);

  v1::RoleAssignment removed;
  LAZULI_ASSERT_OK(role_service_.DeleteRoleAssignment(admin_, request, &removed));
  EXPECT_EQ(removed.id(), assignment_.id());
  removed.Clear();
  LAZULI_ASSERT_OK(role_service_.DeleteRoleAssignment(admin_, request, &removed));
  EXPECT_FALSE(removed.has_id());
  EXPECT_THAT(role_service_.GetRoleAssignment(admin_, request, &got),
              ErrorCodeIs("RoleAssignmentNotFound"));
  request.set_scope("nonsense");
  EXPECT_THAT(role_service_.DeleteRoleAssignment(admin_, request, &removed),
              ErrorCodeIs("InvalidResourceId"));
}

TEST_F(ArmServicesTest, FindsRoleAssignmentsByFilter) {
  LAZULI_ASSERT_OK(PutGroup("g"));
  const CallContext app = NewCaller("app");
  const std::string scope = absl::StrCat("/subscriptions/", sub_);
  LAZULI_ASSERT_OK(Assign(admin_, scope, app.caller.object_id, kReaderRoleId));
  LAZULI_ASSERT_OK(Assign(admin_, group_.id(), app.caller.object_id, kContributorRoleId));
  const auto count = [this](const std::string& at, const std::string& filter) {
    v1::ListRoleAssignmentsRequest request;
    request.set_scope(at);
    request.set_filter(filter);
    v1::ListRoleAssignmentsResponse list;
    const absl::Status status = role_service_.ListRoleAssignments(admin_, request, &list);
    EXPECT_TRUE(status.ok()) << status;
    return list.value_size();
  };
  const std::string principal = app.caller.object_id;
  EXPECT_EQ(count(scope, ""), 3);
  // The administrator's at the root, with the role as the subscription knows it.
  v1::ListRoleAssignmentsRequest all;
  all.set_scope(scope);
  v1::ListRoleAssignmentsResponse shown;
  LAZULI_ASSERT_OK(role_service_.ListRoleAssignments(admin_, all, &shown));
  EXPECT_EQ(shown.value(0).properties().scope(), "/");
  EXPECT_EQ(shown.value(0).properties().role_definition_id(),
            absl::StrCat(scope, "/providers/Microsoft.Authorization/roleDefinitions/",
                         std::string(kOwnerRoleId)));
  EXPECT_EQ(count(scope, "atScope()"), 2);
  EXPECT_EQ(count(group_.id(), "atScope()"), 3);
  EXPECT_EQ(count(scope, absl::StrCat("principalId eq '", principal, "'")), 2);
  EXPECT_EQ(count(scope, absl::StrCat("atScope() and assignedTo('", principal, "')")), 1);
  EXPECT_EQ(count(scope, "principalId eq 'nobody'"), 0);
  v1::ListRoleAssignmentsRequest request;
  request.set_scope(scope);
  v1::ListRoleAssignmentsResponse list;
  for (const char* filter : {"roleName eq 'x'", "atScope('x')", "principalId ne 'x'"}) {
    request.set_filter(filter);
    EXPECT_THAT(role_service_.ListRoleAssignments(admin_, request, &list),
                ErrorCodeIs("InvalidFilterInQueryString"))
        << filter;
  }
}

TEST_F(ArmServicesTest, HoldsAccessAdministratorsToTheirRoles) {
  const CallContext limited = NewCaller("limited");
  const CallContext app = NewCaller("app");
  const std::string scope = absl::StrCat("/subscriptions/", sub_);
  LAZULI_ASSERT_OK(
      Assign(admin_, scope, limited.caller.object_id, "8b54135c-b56d-4d72-a534-26097cfdc8d8"));
  const std::string other_name = "aaaaaaaa-0000-4000-8000-000000000002";
  EXPECT_THAT(Assign(limited, scope, limited.caller.object_id, kOwnerRoleId, other_name),
              ErrorCodeIs("AuthorizationFailed"));
  LAZULI_EXPECT_OK(Assign(limited, scope, app.caller.object_id,
                          "12338af0-0e69-4776-bea7-57ae8d297424", other_name));
  v1::RoleAssignmentRequest request;
  request.set_scope(scope);
  request.set_role_assignment_name(kName);
  v1::RoleAssignment removed;
  // Its own assignment is of a role that it may not take.
  EXPECT_THAT(role_service_.DeleteRoleAssignment(limited, request, &removed),
              ErrorCodeIs("AuthorizationFailed"));
  request.set_role_assignment_name(other_name);
  LAZULI_EXPECT_OK(role_service_.DeleteRoleAssignment(limited, request, &removed));
}

TEST_F(ArmServicesTest, ListsTheBuiltInRoles) {
  v1::ListRoleDefinitionsResponse list;
  LAZULI_ASSERT_OK(
      role_service_.ListRoleDefinitions(admin_, v1::ListRoleDefinitionsRequest(), &list));
  EXPECT_EQ(static_cast<size_t>(list.value_size()), BuiltInRoles().size());
  const v1::RoleDefinition& owner = list.value(0);
  EXPECT_EQ(owner.name(), std::string(kOwnerRoleId));
  EXPECT_EQ(owner.properties().role_name(), "Owner");
  EXPECT_EQ(owner.properties().type(), "BuiltInRole");
  ASSERT_EQ(owner.properties().permissions_size(), 1);
  EXPECT_EQ(owner.properties().permissions(0).actions(0), "*");
}

// Clients find a role by its name, and compare its id with those that assignments show.
TEST_F(ArmServicesTest, FindsRolesByNameAndId) {
  const std::string scope = absl::StrCat("/subscriptions/", sub_);
  v1::ListRoleDefinitionsRequest request;
  request.set_scope(scope);
  request.set_filter("roleName eq 'key vault crypto officer'");
  v1::ListRoleDefinitionsResponse list;
  LAZULI_ASSERT_OK(role_service_.ListRoleDefinitions(admin_, request, &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).properties().role_name(), "Key Vault Crypto Officer");
  const CallContext app = NewCaller("app");
  LAZULI_ASSERT_OK(Assign(admin_, scope, app.caller.object_id, list.value(0).name()));
  EXPECT_EQ(assignment_.properties().role_definition_id(), list.value(0).id());

  v1::RoleDefinitionRequest get;
  get.set_scope("/");
  get.set_role_definition_id(list.value(0).name());
  v1::RoleDefinition role;
  LAZULI_ASSERT_OK(role_service_.GetRoleDefinition(admin_, get, &role));
  EXPECT_EQ(role.id(), absl::StrCat("/providers/Microsoft.Authorization/roleDefinitions/",
                                    list.value(0).name()));
  get.set_role_definition_id("nothing");
  EXPECT_THAT(role_service_.GetRoleDefinition(admin_, get, &role),
              ErrorCodeIs("RoleDefinitionDoesNotExist"));

  const auto count = [&](const char* filter) {
    request.set_filter(filter);
    list.Clear();
    LAZULI_EXPECT_OK(role_service_.ListRoleDefinitions(admin_, request, &list)) << filter;
    return list.value_size();
  };
  EXPECT_EQ(count("type eq 'CustomRole'"), 0);
  EXPECT_EQ(count("atScope() and type eq 'BuiltInRole'"), static_cast<int>(BuiltInRoles().size()));
  request.set_filter("description eq 'x'");
  EXPECT_THAT(role_service_.ListRoleDefinitions(admin_, request, &list),
              ErrorCodeIs("InvalidFilterInQueryString"));
}

}  // namespace
}  // namespace lazuli::emulator
