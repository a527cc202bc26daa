// File: keyvault/access_decision.h
//
// What AccessControl decided about a question and what it went by: the record from which both the
// refusal and its explanation are made.
#ifndef LAZULI_KEYVAULT_ACCESS_DECISION_H_
#define LAZULI_KEYVAULT_ACCESS_DECISION_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/decision.h"
#include "keyvault/access_policy.h"
#include "keyvault/firewall.h"
#include "keyvault/permission.h"
#include "keyvault/role_checker.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// In the order in which they are asked.
enum class AccessVerdict {
  kNoVault,
  kForeignTenant,
  kRefusedByNetwork,
  kNoPolicy,
  kPolicyWithoutVerb,
  kNoRole,
  kAllowed,
};

// Whether it refuses a caller whatever the call says.
constexpr bool IsAtEntry(AccessVerdict verdict) {
  return verdict == AccessVerdict::kNoVault || verdict == AccessVerdict::kForeignTenant ||
         verdict == AccessVerdict::kRefusedByNetwork;
}

struct AccessDecision {
  AccessVerdict verdict = AccessVerdict::kNoVault;
  std::string vault_name;
  VaultRecordPtr vault;  // null: there is none
  PermissionKind kind = PermissionKind::kKeys;
  Permission wanted = Permission::kGet;
  NetworkDecision network;
  // In a vault with access policies.
  AccessPolicyTable::Grant grant;
  // Policies that were replaced decided, and will until then.
  std::optional<absl::Time> superseded_until;
  // From then on policies decide that grant what these do not.
  std::optional<absl::Time> policies_count_from;
  // In a vault with role assignments.
  std::string scope;
  std::string data_action;
  RoleAnswer role;
  // The caller is one of a managed HSM's initial administrators, who need no role.
  bool by_administration = false;
  // keys/read gave it, since the public half is enough.
  bool by_reading = false;
  // keys/read would have, were the key not symmetric.
  bool is_symmetric = false;
  // Of a refusal.
  RoleAdvice advice;
};

// For whoever operates the emulator; `context` is the one that was decided about.
Decision Describe(const AccessDecision& decision, const CallContext& context);

// OK, or the error of the verdict, with its description.
absl::Status RefusalOf(const AccessDecision& decision, const CallContext& context);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ACCESS_DECISION_H_
