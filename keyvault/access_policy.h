// File: keyvault/access_policy.h
//
// The access policies of a vault: who may do what with its keys, secrets and certificates.
#ifndef LAZULI_KEYVAULT_ACCESS_POLICY_H_
#define LAZULI_KEYVAULT_ACCESS_POLICY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "keyvault/permission.h"

namespace lazuli::keyvault {

// One entry, spelled as its author did. `storage` has no effect.
struct AccessPolicy {
  std::string tenant_id;
  std::string object_id;
  // When set, the entry holds only for calls that came through this application.
  std::string application_id;
  std::vector<std::string> keys;
  std::vector<std::string> secrets;
  std::vector<std::string> certificates;
  std::vector<std::string> storage;

  friend bool operator==(const AccessPolicy&, const AccessPolicy&) = default;
};

// What accessPolicies/{kind} does with the entries that it is given, matched by object and
// application id.
enum class AccessPolicyChange {
  kAdd,      // unites the permissions; an entry without a match is appended
  kReplace,  // puts the permissions in the place of the old; an entry without a match is appended
  kRemove,   // takes the permissions away; an entry without any left disappears
};

// "add", "replace", "remove", in any letter case.
std::optional<AccessPolicyChange> ParseAccessPolicyChange(absl::string_view text);

// All entries of a vault, at most 1024, in their order, with an index by object id. Immutable once
// made; thread safe.
class AccessPolicyTable {
 public:
  AccessPolicyTable() = default;

  // Errors, all InvalidVaultPropertyError with the entry's index in the target: too many entries, a
  // tenant other than `vault_tenant_id`, an object id that is no GUID, an unknown permission for
  // keys, secrets or certificates, two entries for the same object and application.
  static absl::StatusOr<AccessPolicyTable> Create(std::vector<AccessPolicy> entries,
                                                  absl::string_view vault_tenant_id);

  // The table after the change. Errors as Create.
  absl::StatusOr<AccessPolicyTable> Apply(AccessPolicyChange change,
                                          const std::vector<AccessPolicy>& entries,
                                          absl::string_view vault_tenant_id) const;

  const std::vector<AccessPolicy>& entries() const { return entries_; }

  // What all entries for the caller together grant for one kind.
  struct Grant {
    bool found = false;  // there is an entry for the caller
    PermissionSet permissions;
    // In entries(): the first that grants what was wanted or, where none does, the caller's first.
    size_t position = 0;
  };
  Grant Find(const Caller& caller, PermissionKind kind, Permission wanted) const;

  friend bool operator==(const AccessPolicyTable& a, const AccessPolicyTable& b) {
    return a.entries_ == b.entries_;
  }

 private:
  struct IndexEntry {
    std::string object_id;                                        // lower case
    uint32_t position;                                            // in entries_
    std::array<PermissionSet, kPermissionKindCount> permissions;  // by kind
  };

  std::vector<AccessPolicy> entries_;
  std::vector<IndexEntry> index_;  // ordered by object id, then position
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ACCESS_POLICY_H_
