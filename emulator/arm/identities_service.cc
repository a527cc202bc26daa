// File: emulator/arm/identities_service.cc
#include "emulator/arm/identities_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "emulator/arm/tag_messages.h"

namespace lazuli::emulator {
namespace {

void Fill(const UserAssignedIdentity& identity, v1::Identity* message) {
  message->set_id(identity.id.text());
  message->set_name(identity.id.name());
  message->set_type(std::string(kUserAssignedIdentityType));
  message->set_location(identity.location);
  if (identity.tags.has_value()) FillTags(*identity.tags, message->mutable_tags());
  v1::Identity::Properties* properties = message->mutable_properties();
  properties->set_tenant_id(identity.principal->tenant_id);
  properties->set_principal_id(identity.principal->object_id);
  properties->set_client_id(identity.principal->app_id);
}

}  // namespace

IdentitiesService::IdentitiesService(UserAssignedIdentities* identities)
    : identities_(identities) {}

absl::Status IdentitiesService::CreateOrUpdateIdentity(
    const CallContext&, const v1::CreateOrUpdateIdentityRequest& request, v1::Identity* response) {
  const v1::Identity& parameters = request.parameters();
  std::optional<Tags> tags;
  if (parameters.has_tags()) tags = TagsOf(parameters.tags());
  LAZULI_ASSIGN_OR_RETURN(
      const UserAssignedIdentities::PutResult result,
      identities_->CreateOrUpdate(request.subscription_id(), request.resource_group_name(),
                                  request.resource_name(), parameters.location(), std::move(tags)));
  Fill(result.identity, response);
  return absl::OkStatus();
}

absl::Status IdentitiesService::GetIdentity(const CallContext&, const v1::IdentityRequest& request,
                                            v1::Identity* response) {
  LAZULI_ASSIGN_OR_RETURN(const UserAssignedIdentity identity,
                          identities_->Get(request.subscription_id(), request.resource_group_name(),
                                           request.resource_name()));
  Fill(identity, response);
  return absl::OkStatus();
}

absl::Status IdentitiesService::ListIdentities(const CallContext&,
                                               const v1::ListIdentitiesRequest& request,
                                               v1::ListIdentitiesResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const std::vector<UserAssignedIdentity> identities,
      identities_->List(request.subscription_id(), request.resource_group_name()));
  for (const UserAssignedIdentity& identity : identities) Fill(identity, response->add_value());
  return absl::OkStatus();
}

absl::Status IdentitiesService::UpdateIdentity(const CallContext&,
                                               const v1::UpdateIdentityRequest& request,
                                               v1::Identity* response) {
  const v1::IdentityUpdate& parameters = request.parameters();
  std::optional<Tags> tags;
  if (parameters.has_tags()) tags = TagsOf(parameters.tags());
  LAZULI_ASSIGN_OR_RETURN(
      const UserAssignedIdentity identity,
      identities_->Update(request.subscription_id(), request.resource_group_name(),
                          request.resource_name(), parameters.location(), std::move(tags)));
  Fill(identity, response);
  return absl::OkStatus();
}

absl::Status IdentitiesService::ListIdentitiesBySubscription(
    const CallContext&, const v1::ListIdentitiesBySubscriptionRequest& request,
    v1::ListIdentitiesResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::vector<UserAssignedIdentity> identities,
                          identities_->List(request.subscription_id(), ""));
  for (const UserAssignedIdentity& identity : identities) Fill(identity, response->add_value());
  return absl::OkStatus();
}

absl::Status IdentitiesService::DeleteIdentity(const CallContext&,
                                               const v1::IdentityRequest& request, v1::Empty*) {
  return identities_
      ->Delete(request.subscription_id(), request.resource_group_name(), request.resource_name())
      .status();
}

}  // namespace lazuli::emulator
