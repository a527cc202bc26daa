#include "emulator/templates/template_defaults.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/arm/role_definitions.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/map.h"
#include "google/protobuf/message.h"
#include "proto/batch_accounts.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

constexpr absl::string_view kVaults = "Microsoft.KeyVault/vaults";
constexpr absl::string_view kAccounts = "Microsoft.Batch/batchAccounts";
constexpr absl::string_view kIdentities = "Microsoft.ManagedIdentity/userAssignedIdentities";

using Replacements = std::vector<std::pair<std::string, std::string>>;

void Replace(const Replacements& replacements, std::string* text) {
  if (absl::StrContains(*text, "{")) absl::StrReplaceAll(replacements, text);
}

void ReplaceInAll(const Replacements& replacements, Message* message);

void ReplaceInField(const Replacements& replacements, const FieldDescriptor& field,
                    Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    if (!field.is_repeated()) {
      return ReplaceInAll(replacements, reflection.MutableMessage(message, &field));
    }
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      ReplaceInAll(replacements, reflection.MutableRepeatedMessage(message, &field, i));
    }
    return;
  }
  if (field.type() != FieldDescriptor::TYPE_STRING) return;
  if (!field.is_repeated()) {
    std::string text = reflection.GetString(*message, &field);
    Replace(replacements, &text);
    return reflection.SetString(message, &field, std::move(text));
  }
  for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
    std::string text = reflection.GetRepeatedString(*message, &field, i);
    Replace(replacements, &text);
    reflection.SetRepeatedString(message, &field, i, std::move(text));
  }
}

void ReplaceInAll(const Replacements& replacements, Message* message) {
  std::vector<const FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) ReplaceInField(replacements, *field, message);
}

template <typename Elements>
void ReplaceInEach(const Replacements& replacements, Elements* elements) {
  for (auto& element : *elements) ReplaceInAll(replacements, &element);
}

template <typename Requests>
void FillPlace(const TemplateTarget& target, const std::string& group, Requests* requests) {
  for (auto& request : *requests) {
    if (!request.has_subscription_id()) request.set_subscription_id(target.subscription_id);
    if (!request.has_resource_group_name()) request.set_resource_group_name(group);
  }
}

template <typename Request>
std::string ArmId(const Request& request, absl::string_view type, const std::string& name) {
  return absl::StrCat("/subscriptions/", request.subscription_id(), "/resourceGroups/",
                      request.resource_group_name(), "/providers/", type, "/", name);
}

// The ARM id of the resource that the template declares under `name`; what is none stays.
std::string Located(const v1::Template& what, const std::string& name) {
  for (const auto& vault : what.vaults()) {
    if (absl::EqualsIgnoreCase(vault.vault_name(), name)) return ArmId(vault, kVaults, name);
  }
  for (const auto& account : what.batch_accounts()) {
    if (absl::EqualsIgnoreCase(account.account_name(), name)) {
      return ArmId(account, kAccounts, name);
    }
  }
  for (const auto& identity : what.user_assigned_identities()) {
    if (absl::EqualsIgnoreCase(identity.resource_name(), name)) {
      return ArmId(identity, kIdentities, name);
    }
  }
  return name;
}

void FillIdentities(v1::CreateBatchAccountRequest* account) {
  if (!account->parameters().has_identity()) return;
  auto& identities =
      *account->mutable_parameters()->mutable_identity()->mutable_user_assigned_identities();
  google::protobuf::Map<std::string, v1::UserAssignedIdentityValue> filled;
  for (const auto& [id, value] : identities) {
    filled[absl::StrContains(id, "/") ? id : ArmId(*account, kIdentities, id)] = value;
  }
  identities.swap(filled);
}

void FillRoleAssignment(const v1::Template& what, const std::string& default_scope,
                        v1::CreateRoleAssignmentRequest* assignment) {
  if (!assignment->has_scope()) {
    assignment->set_scope(default_scope);
  } else if (!absl::StrContains(assignment->scope(), "/")) {
    assignment->set_scope(Located(what, assignment->scope()));
  }
  if (!assignment->parameters().has_properties()) return;
  auto& properties = *assignment->mutable_parameters()->mutable_properties();
  for (const RoleDefinition& role : BuiltInRoles()) {
    if (!absl::EqualsIgnoreCase(role.name, properties.role_definition_id())) continue;
    properties.set_role_definition_id(role.ArmId());
    break;
  }
}

}  // namespace

void FillTemplate(const TemplateTarget& target, v1::Template* what) {
  std::string group = target.resource_group;
  if (group.empty() && what->resource_groups_size() == 1) {
    group = what->resource_groups(0).resource_group_name();
  }
  const Replacements replacements = {{"{tenantId}", target.tenant_id},
                                     {"{subscriptionId}", target.subscription_id},
                                     {"{resourceGroupName}", group}};
  ReplaceInEach(replacements, what->mutable_subscriptions());
  ReplaceInEach(replacements, what->mutable_resource_groups());
  ReplaceInEach(replacements, what->mutable_service_principals());
  ReplaceInEach(replacements, what->mutable_user_assigned_identities());
  ReplaceInEach(replacements, what->mutable_batch_accounts());
  ReplaceInEach(replacements, what->mutable_vaults());
  ReplaceInEach(replacements, what->mutable_keys());
  ReplaceInEach(replacements, what->mutable_imported_keys());
  ReplaceInEach(replacements, what->mutable_role_assignments());

  for (auto& subscription : *what->mutable_subscriptions()) {
    if (!subscription.has_tenant_id()) subscription.set_tenant_id(target.tenant_id);
  }
  for (auto& principal : *what->mutable_service_principals()) {
    if (!principal.has_tenant_id()) principal.set_tenant_id(target.tenant_id);
  }
  for (auto& resource_group : *what->mutable_resource_groups()) {
    if (!resource_group.has_subscription_id()) {
      resource_group.set_subscription_id(target.subscription_id);
    }
  }
  FillPlace(target, group, what->mutable_user_assigned_identities());
  FillPlace(target, group, what->mutable_batch_accounts());
  FillPlace(target, group, what->mutable_vaults());
  for (auto& account : *what->mutable_batch_accounts()) FillIdentities(&account);
  const std::string default_scope =
      absl::StrCat("/subscriptions/", target.subscription_id,
                   group.empty() ? "" : absl::StrCat("/resourceGroups/", group));
  for (auto& assignment : *what->mutable_role_assignments()) {
    FillRoleAssignment(*what, default_scope, &assignment);
  }
}

}  // namespace lazuli::emulator
