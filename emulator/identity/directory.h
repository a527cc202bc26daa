// File: emulator/identity/directory.h
//
// Who there is: tenants, service principals and managed identities.
#ifndef LAZULI_EMULATOR_IDENTITY_DIRECTORY_H_
#define LAZULI_EMULATOR_IDENTITY_DIRECTORY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/change_set.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "batch/managed_identity_client.h"
#include "emulator/identity/client_secret.h"
#include "emulator/identity/directory_state.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

// A service principal to be made. Empty fields: the default tenant, derived ids, a generated
// secret.
struct ServicePrincipalSpec {
  std::string tenant_id;
  std::string display_name;  // required
  std::string app_id;
  std::string object_id;
  std::string client_secret;
};

struct CreatedServicePrincipal {
  Principal::Ptr principal;
  // The secret in clear, shown this once: the directory keeps its hash.
  std::string client_secret;
};

// Thread safe. Its lock is a leaf; listeners are told after it is released. Ids are compared
// without regard to letter case, names exactly. Holds at start the default tenant and the
// administrator (emulator/identity/well_known.h).
class Directory final : public batch::ManagedIdentityClient {
 public:
  // `clock` (virtual) dates the events. `clock` and `events` outlive the directory.
  Directory(IdDeriver ids, const Clock* clock, EventLog* events,
            absl::string_view admin_secret = kWellKnownAdminSecret);

  // Told of every deletion, in the order they were added. Outlives the directory's last use.
  void AddListener(PrincipalListener* listener);

  // `tenant_id`: derived when empty. Errors: InvalidInput; TenantExistsError.
  absl::StatusOr<Tenant> CreateTenant(absl::string_view tenant_id, absl::string_view display_name);
  // No error if there is none. A FAILED_PRECONDITION while it has principals, and for the default
  // tenant.
  absl::Status DeleteTenant(absl::string_view tenant_id);
  bool HasTenant(absl::string_view tenant_id) const;
  std::vector<Tenant> ListTenants() const;  // by tenant id

  // Errors: InvalidInput; TenantNotFoundError; PrincipalExistsError when the object id was ever
  // taken, or the client id is taken in the tenant.
  absl::StatusOr<CreatedServicePrincipal> CreateServicePrincipal(const ServicePrincipalSpec& spec);
  // Errors: PrincipalNotFoundError; a FAILED_PRECONDITION for the administrator, without whom
  // nobody could control the process any more, and for managed identities, which go with their
  // resource.
  absl::Status DeleteServicePrincipal(absl::string_view object_id);

  // Finds a principal of any kind by object id, else by client id, else by name; in one tenant, or
  // in all when `tenant_id` is empty. Errors: PrincipalNotFoundError, AmbiguousPrincipalError.
  absl::StatusOr<Principal::Ptr> Find(absl::string_view text,
                                      absl::string_view tenant_id = "") const;
  // Null when there is none.
  Principal::Ptr FindByObjectId(absl::string_view object_id) const;
  Principal::Ptr FindByAppId(absl::string_view tenant_id, absl::string_view app_id) const;
  // All, or those of one tenant; by tenant, then object id.
  std::vector<Principal::Ptr> ListPrincipals(absl::string_view tenant_id = "") const;

  // True if `secret` is that of the principal. Managed identities have none.
  bool CheckSecret(absl::string_view object_id, absl::string_view secret) const;

  // Lets the service principal prove itself with that key, too. Errors: PrincipalNotFoundError; a
  // FAILED_PRECONDITION for managed identities, and when there are kMaxKeyCredentials;
  // KeyCredentialExistsError.
  absl::Status AddKeyCredential(absl::string_view object_id, KeyCredential::Ptr credential);
  // Errors: PrincipalNotFoundError, KeyCredentialNotFoundError.
  absl::Status RemoveKeyCredential(absl::string_view object_id, absl::string_view thumbprint);
  // In the order in which they were added; empty for a principal that does not exist.
  std::vector<KeyCredential::Ptr> KeyCredentials(absl::string_view object_id) const;

  // Makes the user-assigned identity of that ARM id, or answers the one that exists. Errors:
  // TenantNotFoundError.
  absl::StatusOr<Principal::Ptr> CreateUserAssigned(absl::string_view resource_id,
                                                    absl::string_view tenant_id);
  // True if there was one.
  bool DeleteUserAssigned(absl::string_view resource_id);

  // batch::ManagedIdentityClient. Also for resources other than Batch accounts.
  // CreateSystemAssigned answers the identity that exists, if one does. Errors:
  // TenantNotFoundError.
  absl::StatusOr<batch::ManagedIdentity> CreateSystemAssigned(absl::string_view resource_id,
                                                              absl::string_view tenant_id) override;
  void DeleteSystemAssigned(absl::string_view resource_id) override;
  // Errors: IdentityNotFoundError.
  absl::StatusOr<batch::ManagedIdentity> FindUserAssigned(
      absl::string_view resource_id) const override;

  // Grows with every deletion, before the deletion is answered: whoever saw a principal at one
  // epoch may trust that it still exists while the epoch is the same.
  uint64_t deletion_epoch() const { return deletion_epoch_.load(std::memory_order_acquire); }

  // --- the state

  // Notes from now on what changes, for ExportChanges.
  void StartTracking();
  // Tells of everything.
  void ExportAll(DirectoryStateSink* sink) const;
  // Tells of what changed since the last call. No change is under way meanwhile.
  void ExportChanges(DirectoryStateSink* sink);

  // Take over what was exported, into a directory that nobody uses yet: the tenants, then the rest.
  // What it held at start is replaced, but for the administrator's secret, which is the process's
  // own: it is neither told nor taken. Without events, and nobody is told. DATA_LOSS, saying why,
  // for what cannot be.
  absl::Status RestoreTenant(const Tenant& tenant);
  absl::Status RestorePrincipal(absl::string_view object_id, PrincipalState state);
  absl::Status RestoreOrdinal(const std::string& parent, const std::string& kind, uint64_t next);

 private:
  using Record = PrincipalState;
  using ObjectKey = std::string;                              // object id
  using AppKey = std::pair<std::string, std::string>;         // tenant id, client id
  using ResourceKey = std::pair<PrincipalType, std::string>;  // ARM id in lower case

  absl::StatusOr<Principal::Ptr> CreateManagedIdentity(PrincipalType type,
                                                       absl::string_view resource_id,
                                                       absl::string_view tenant_id);
  bool DeleteManagedIdentity(PrincipalType type, absl::string_view resource_id);
  // The next id of `kind` below `parent` that nobody has.
  std::string NextIdLocked(const std::string& parent, const std::string& kind)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void InsertLocked(Record record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  Principal::Ptr RemoveLocked(const ObjectKey& object_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Takes the record and all that points to it away.
  void UnlinkLocked(const ObjectKey& object_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ExportPrincipalLocked(const ObjectKey& object_id, DirectoryStateSink* sink) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AppendEvent(const std::string& kind, std::string resource, std::string from, std::string to,
                   std::string cause);
  void AnnounceCreated(const Principal& principal);
  void AnnounceDeleted(const Principal& principal);

  const IdDeriver ids_;
  const Clock* const clock_;
  EventLog* const events_;
  std::atomic<uint64_t> deletion_epoch_{0};

  mutable Mutex mu_;
  std::vector<PrincipalListener*> listeners_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, Tenant> tenants_ ABSL_GUARDED_BY(mu_);
  std::map<ObjectKey, Record> principals_ ABSL_GUARDED_BY(mu_);
  std::map<AppKey, ObjectKey> by_app_ ABSL_GUARDED_BY(mu_);
  std::map<ResourceKey, ObjectKey> by_resource_ ABSL_GUARDED_BY(mu_);
  // Object ids ever given: a token or a policy that names one must never mean somebody else.
  std::set<std::string> used_object_ids_ ABSL_GUARDED_BY(mu_);
  // How many ids were derived below a parent, by parent and kind.
  std::map<std::pair<std::string, std::string>, uint64_t> ordinals_ ABSL_GUARDED_BY(mu_);
  ChangeSet<std::string> changed_tenants_ ABSL_GUARDED_BY(mu_);
  ChangeSet<ObjectKey> changed_principals_ ABSL_GUARDED_BY(mu_);
  ChangeSet<std::pair<std::string, std::string>> changed_ordinals_ ABSL_GUARDED_BY(mu_);
};

// The name of the type for people and events, e.g. "system-assigned identity".
absl::string_view PrincipalTypeName(PrincipalType type);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_DIRECTORY_H_
