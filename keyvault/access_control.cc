#include "keyvault/access_control.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/status_macros.h"
#include "keyvault/access_policy.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/firewall.h"
#include "keyvault/names.h"
#include "keyvault/permission.h"
#include "keyvault/private_endpoint.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kReadKeyAction = "Microsoft.KeyVault/vaults/keys/read";

// What a caller who may read a key could do with its public half anyway. Key Vault documentation,
// "Azure RBAC permissions": keys/read.
bool NeedsOnlyPublicHalf(PermissionKind kind, Permission permission) {
  return kind == PermissionKind::kKeys &&
         (permission == Permission::kEncrypt || permission == Permission::kWrapKey ||
          permission == Permission::kVerify);
}

// Whether the vault approved the endpoint, which is named by its id or as its connection is.
bool HasApprovedEndpoint(const VaultRecord& vault, absl::string_view endpoint) {
  if (endpoint.empty()) return false;
  return std::any_of(vault.private_endpoint_connections.begin(),
                     vault.private_endpoint_connections.end(),
                     [endpoint](const PrivateEndpointConnection& connection) {
                       return connection.status == PrivateEndpointStatus::kApproved &&
                              (absl::EqualsIgnoreCase(connection.name, endpoint) ||
                               absl::EqualsIgnoreCase(connection.endpoint_id, endpoint));
                     });
}

}  // namespace

void AccessControl::DecideEntry(const CallContext& context, AccessDecision* decision) const {
  absl::StatusOr<VaultRecordPtr> vault =
      registry_->Describe(decision->vault_name, context.name_space);
  if (!vault.ok()) return;
  decision->vault = *std::move(vault);
  const VaultSettings& settings = decision->vault->settings;
  decision->verdict = AccessVerdict::kAllowed;
  if (!absl::EqualsIgnoreCase(context.caller.tenant_id, settings.tenant_id)) {
    decision->verdict = AccessVerdict::kForeignTenant;
    return;
  }
  decision->network = JudgeNetwork(settings.network, context,
                                   HasApprovedEndpoint(*decision->vault, context.private_endpoint));
  if (decision->network.verdict != NetworkVerdict::kAllowed) {
    decision->verdict = AccessVerdict::kRefusedByNetwork;
  }
}

absl::Status AccessControl::CheckEntry(const CallContext& context,
                                       absl::string_view vault_name) const {
  AccessDecision decision;
  decision.vault_name = std::string(vault_name);
  DecideEntry(context, &decision);
  return RefusalOf(decision, context);
}

absl::StatusOr<AccessDecision> AccessControl::Decide(const CallContext& context,
                                                     const AccessQuestion& question) const {
  return DecideAll(context, question, /*is_told=*/true);
}

absl::StatusOr<AccessDecision> AccessControl::DecideAll(const CallContext& context,
                                                        const AccessQuestion& question,
                                                        bool is_told) const {
  const std::optional<Permission> wanted = ParsePermission(question.kind, question.permission);
  if (!wanted.has_value()) {
    return InternalError(absl::StrCat("no such permission for ", PermissionKindName(question.kind),
                                      ": ", question.permission));
  }
  AccessDecision decision;
  decision.vault_name = std::string(question.vault_name);
  decision.kind = question.kind;
  decision.wanted = *wanted;
  const bool has_kind = question.kind == PermissionKind::kKeys ||
                        VaultKindOf(question.vault_name) == VaultKind::kVault;
  // A managed HSM has keys alone: for anything else there is no vault of its name.
  if (has_kind) DecideEntry(context, &decision);
  if (decision.verdict != AccessVerdict::kAllowed) return decision;
  if (decision.vault->settings.uses_rbac()) {
    DecideByRoles(context, question, is_told, &decision);
  } else {
    DecideByPolicies(context, &decision);
  }
  return decision;
}

absl::Status AccessControl::Authorize(const CallContext& context,
                                      const AccessQuestion& question) const {
  LAZULI_ASSIGN_OR_RETURN(const AccessDecision decision,
                          DecideAll(context, question, /*is_told=*/false));
  return RefusalOf(decision, context);
}

void AccessControl::DecideByPolicies(const CallContext& context, AccessDecision* decision) {
  const VaultRecord& vault = *decision->vault;
  const Caller& caller = context.caller;
  const auto find = [&](const AccessPolicyTable& policies) {
    return policies.Find(caller, decision->kind, decision->wanted);
  };
  decision->grant = find(vault.PoliciesInForce(context.now));
  const bool is_granted = decision->grant.permissions.Grants(decision->wanted);
  if (!is_granted) {
    decision->verdict =
        decision->grant.found ? AccessVerdict::kPolicyWithoutVerb : AccessVerdict::kNoPolicy;
  }
  const std::vector<SupersededPolicies>& superseded = vault.superseded_policies;
  for (size_t i = 0; i < superseded.size(); ++i) {
    if (superseded[i].until <= context.now) continue;
    if (!decision->superseded_until.has_value()) decision->superseded_until = superseded[i].until;
    const bool is_last = i + 1 == superseded.size();
    const AccessPolicyTable& next =
        is_last ? vault.settings.access_policies : superseded[i + 1].policies;
    if (is_granted || !find(next).permissions.Grants(decision->wanted)) continue;
    decision->policies_count_from = superseded[i].until;
    break;
  }
}

RoleAnswer AccessControl::AskRoles(const Caller& caller, absl::string_view scope,
                                   absl::string_view data_action, bool is_told) const {
  if (is_told) return roles_->FindDataAction(caller, scope, data_action);
  return {.allowed = roles_->HasDataAction(caller, scope, data_action)};
}

void AccessControl::DecideByRoles(const CallContext& context, const AccessQuestion& question,
                                  bool is_told, AccessDecision* decision) const {
  const Caller& caller = context.caller;
  const std::string& vault_id = decision->vault->arm_id;
  // The name is not judged yet; what is too long for an object names none.
  decision->scope = question.object_name.empty()
                        ? vault_id
                        : absl::StrCat(vault_id, "/", PermissionKindName(question.kind), "/",
                                       Excerpt(question.object_name));
  decision->data_action = std::string(question.data_action);
  if (decision->vault->settings.IsInitialAdmin(caller.object_id)) {
    decision->by_administration = true;
    return;
  }
  decision->role = AskRoles(caller, decision->scope, question.data_action, is_told);
  if (decision->role.allowed) return;
  if (NeedsOnlyPublicHalf(question.kind, decision->wanted)) {
    RoleAnswer reading = AskRoles(caller, decision->scope, kReadKeyAction, is_told);
    decision->is_symmetric = reading.allowed && IsSymmetric(context, question);
    if (reading.allowed && !decision->is_symmetric) {
      decision->role = std::move(reading);
      decision->by_reading = true;
      return;
    }
  }
  decision->verdict = AccessVerdict::kNoRole;
  decision->advice = roles_->Advise(caller, decision->scope, question.data_action);
}

bool AccessControl::IsSymmetric(const CallContext& context, const AccessQuestion& question) const {
  const absl::StatusOr<VaultPtr> vault =
      registry_->FindLive(question.vault_name, context.name_space);
  if (!vault.ok()) return false;
  const absl::StatusOr<KeyVersionPtr> key =
      (*vault)->FindKey(question.object_name, question.object_version);
  if (!key.ok()) return false;
  const crypto::KeyType material = crypto::MaterialType((*key)->type);
  return material != crypto::KeyType::kRsa && material != crypto::KeyType::kEc;
}

absl::StatusOr<KeyVersionPtr> AccessControl::ResolveKeyForUse(const CallContext& context,
                                                              absl::string_view vault_name,
                                                              absl::string_view key_name,
                                                              absl::string_view key_version,
                                                              KeyOperation operation) const {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(vault_name, context.name_space));
  LAZULI_ASSIGN_OR_RETURN(KeyVersionPtr version, vault->FindKey(key_name, key_version));
  LAZULI_RETURN_IF_ERROR(CheckKeyVersionUse(*version, operation, context.now));
  return version;
}

}  // namespace lazuli::keyvault
