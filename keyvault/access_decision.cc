#include "keyvault/access_decision.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

std::string WaitUntil(absl::Time time) {
  return absl::StrCat("advance the clock to ", InstantText(time));
}

std::string EntryText(size_t position) { return absl::StrCat("accessPolicies[", position, "]"); }

void DescribePolicy(const AccessDecision& decision, const CallContext& context,
                    Decision* description) {
  const absl::string_view kind = PermissionKindName(decision.kind);
  const absl::string_view verb = PermissionName(decision.wanted);
  const std::string& object_id = context.caller.object_id;
  description->by = "accessPolicy";
  if (decision.grant.found) {
    const std::string entry = EntryText(decision.grant.position);
    description->AddFact("policyIndex", absl::StrCat(decision.grant.position));
    description->AddFact("policyObjectId", object_id);
    description->AddFact("granted", decision.grant.permissions.ToString());
    description->reason =
        description->allowed
            ? absl::StrCat(entry, " of ", object_id, " grants '", verb, "' for ", kind)
            : absl::StrCat(entry, " of ", object_id, " does not grant '", verb, "' for ", kind,
                           ", but: ", decision.grant.permissions.ToString());
    description->change = absl::StrCat("add '", verb, "' to ", entry, ".permissions.", kind);
  } else {
    description->reason = absl::StrCat("no access policy names ", object_id);
    description->change = absl::StrCat("add an access policy for ", object_id, " with '", verb,
                                       "' in permissions.", kind);
  }
  description->AddFact("permission", absl::StrCat(kind, "/", verb));
  if (decision.superseded_until.has_value()) {
    absl::StrAppend(&description->reason, "; these policies were replaced, but decide until ",
                    InstantText(*decision.superseded_until));
    description->AddFact("instant", InstantText(*decision.superseded_until));
  }
  if (decision.policies_count_from.has_value()) {
    description->change = WaitUntil(*decision.policies_count_from);
  }
}

void DescribeRole(const AccessDecision& decision, const CallContext& context,
                  Decision* description) {
  description->by = "role";
  if (decision.by_administration) {
    description->by = "administrator";
    description->reason = absl::StrCat(context.caller.object_id,
                                       " is one of the initial administrators of the managed HSM");
  } else if (description->allowed) {
    description->reason =
        absl::StrCat("role '", decision.role.role, "' at ", decision.role.scope, " gives ",
                     decision.by_reading ? "keys/read, which is enough for the public half"
                                         : decision.data_action);
    description->AddFact("roleAssignmentId", decision.role.assignment_id);
    description->AddFact("role", decision.role.role);
  } else {
    description->reason =
        absl::StrCat("no role assignment gives ", decision.data_action, " at ", decision.scope);
    if (decision.is_symmetric) {
      absl::StrAppend(&description->reason,
                      "; keys/read is not enough, since the key has no public half");
    }
    if (decision.advice.counts_from.has_value()) {
      absl::StrAppend(&description->reason, "; one that does counts from ",
                      InstantText(*decision.advice.counts_from));
      description->AddFact("instant", InstantText(*decision.advice.counts_from));
      description->change = WaitUntil(*decision.advice.counts_from);
    } else if (!decision.advice.role.empty()) {
      description->change = absl::StrCat("assign '", decision.advice.role, "' to ",
                                         context.caller.object_id, " at ", decision.scope);
    }
  }
  description->AddFact("scope", decision.scope);
  description->AddFact("dataAction", decision.data_action);
  for (const std::string& line : decision.advice.considered) {
    description->AddFact("considered", line);
  }
}

}  // namespace

Decision Describe(const AccessDecision& decision, const CallContext& context) {
  Decision description;
  description.allowed = decision.verdict == AccessVerdict::kAllowed;
  switch (decision.verdict) {
    case AccessVerdict::kNoVault:
      description.by = "vault";
      description.reason =
          absl::StrCat("there is no vault '", decision.vault_name, "', or it is deleted");
      description.change =
          absl::StrCat("create the vault '", decision.vault_name, "', or recover it");
      break;
    case AccessVerdict::kForeignTenant:
      description.by = "tenant";
      description.reason = absl::StrCat("the token is of tenant ", context.caller.tenant_id,
                                        ", the vault of ", decision.vault->settings.tenant_id);
      description.change =
          absl::StrCat("call with a token of tenant ", decision.vault->settings.tenant_id);
      break;
    case AccessVerdict::kRefusedByNetwork:
      DescribeNetwork(decision.network, decision.vault->settings.network, context, &description);
      break;
    case AccessVerdict::kNoPolicy:
    case AccessVerdict::kPolicyWithoutVerb:
      DescribePolicy(decision, context, &description);
      break;
    case AccessVerdict::kNoRole:
      DescribeRole(decision, context, &description);
      break;
    case AccessVerdict::kAllowed:
      if (decision.vault->settings.uses_rbac()) {
        DescribeRole(decision, context, &description);
      } else {
        DescribePolicy(decision, context, &description);
      }
      description.change.clear();
      break;
  }
  return description;
}

absl::Status RefusalOf(const AccessDecision& decision, const CallContext& context) {
  if (decision.verdict == AccessVerdict::kAllowed) return absl::OkStatus();
  const Caller& caller = context.caller;
  absl::Status refusal;
  switch (decision.verdict) {
    case AccessVerdict::kNoVault:
      refusal = VaultNotFoundError(decision.vault_name);
      break;
    case AccessVerdict::kForeignTenant:
      refusal = InvalidIssuerError(decision.vault->settings.tenant_id, caller);
      break;
    case AccessVerdict::kRefusedByNetwork:
      refusal = decision.network.verdict == NetworkVerdict::kRefusedByConnection
                    ? ConnectionError(decision.vault->label(), context)
                    : FirewallError(decision.vault->label(), context);
      break;
    case AccessVerdict::kNoPolicy:
      refusal = PolicyMissingError(decision.vault->label(), caller, decision.kind, decision.wanted);
      break;
    case AccessVerdict::kPolicyWithoutVerb:
      refusal =
          PolicyVerbMissingError(decision.vault->label(), caller, decision.kind, decision.wanted);
      break;
    case AccessVerdict::kNoRole:
      refusal =
          RoleMissingError(decision.vault->label(), caller, decision.scope, decision.data_action);
      break;
    case AccessVerdict::kAllowed:
      break;
  }
  return WithDecision(std::move(refusal), Describe(decision, context));
}

}  // namespace lazuli::keyvault
