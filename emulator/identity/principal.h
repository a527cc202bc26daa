// File: emulator/identity/principal.h
//
// What the directory holds: tenants and principals.
#ifndef LAZULI_EMULATOR_IDENTITY_PRINCIPAL_H_
#define LAZULI_EMULATOR_IDENTITY_PRINCIPAL_H_

#include <memory>
#include <string>

namespace lazuli::emulator {

struct Tenant {
  std::string tenant_id;  // a GUID in lower case
  std::string display_name;
};

// Kept by number: none ever changes its own.
enum class PrincipalType { kServicePrincipal, kSystemAssignedIdentity, kUserAssignedIdentity };

// Immutable once it is in the directory, which hands out shared pointers to it. Holds no secret.
struct Principal {
  using Ptr = std::shared_ptr<const Principal>;

  PrincipalType type = PrincipalType::kServicePrincipal;
  std::string tenant_id;  // all ids: GUIDs in lower case
  std::string object_id;  // never used again after the principal is deleted
  std::string app_id;     // the client id
  std::string display_name;
  // The ARM id of a user-assigned identity, or of the resource that a system-assigned identity
  // belongs to, as it was first written; empty for a service principal.
  std::string resource_id;
};

// Told when a principal is gone.
class PrincipalListener {
 public:
  virtual ~PrincipalListener() = default;

  // Called after the directory has forgotten the principal and with no lock held, on the thread of
  // the call that deleted it, which answers only when this returns. `cause` is for the event log.
  virtual void OnPrincipalDeleted(const std::string& object_id, const std::string& cause) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_PRINCIPAL_H_
