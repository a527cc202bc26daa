#include "emulator/sandboxes/sandboxes.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"
#include "emulator/sandboxes/errors.h"

namespace lazuli::emulator {

namespace {

constexpr char kGroup[] = "sandbox";
constexpr char kLocation[] = "westus2";
constexpr absl::string_view kEmptied = "sandbox emptied";
// Own choice: as long as anybody's name for a job of a build, and short enough for a proxy's URL.
constexpr size_t kMaxIdBytes = 40;

bool IsProperId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes || id.front() == '-' || id.back() == '-') return false;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_islower(byte) && !absl::ascii_isdigit(byte) && c != '-') return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<CreatedSandbox> Sandboxes::Create(absl::string_view id, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const std::string reserved, Reserve(id));
  absl::StatusOr<CreatedSandbox> created = Make(reserved, now);
  MutexLock lock(&mu_);
  if (!created.ok()) {
    sandboxes_.erase(reserved);
    return created;
  }
  if (created->sandbox.has_own_names) NoteOwnNames(created->sandbox.tenant_id);
  sandboxes_[reserved] = std::make_unique<const Sandbox>(created->sandbox);
  changes_.Mark(reserved);
  return created;
}

absl::StatusOr<std::string> Sandboxes::Reserve(absl::string_view id) {
  if (!id.empty() && !IsProperId(id)) return SandboxIdInvalidError();
  std::string wanted(id);
  MutexLock lock(&mu_);
  while (wanted.empty() || (id.empty() && sandboxes_.count(wanted) > 0)) {
    wanted = absl::StrCat("sandbox-", ++made_);
  }
  if (!sandboxes_.emplace(wanted, nullptr).second) return SandboxExistsError(id);
  return wanted;
}

absl::StatusOr<CreatedSandbox> Sandboxes::Make(const std::string& id, absl::Time now) {
  CreatedSandbox created;
  Sandbox& sandbox = created.sandbox;
  sandbox.id = id;
  sandbox.resource_group = kGroup;
  sandbox.created_at = now;
  sandbox.has_own_names = parts_.own_names;
  LAZULI_ASSIGN_OR_RETURN(const Tenant tenant, parts_.directory->CreateTenant("", id));
  sandbox.tenant_id = tenant.tenant_id;
  LAZULI_ASSIGN_OR_RETURN(const Subscription subscription,
                          parts_.resources->CreateOrUpdateSubscription("", sandbox.tenant_id, id));
  sandbox.subscription_id = subscription.subscription_id;
  LAZULI_RETURN_IF_ERROR(MakeGroup(sandbox));
  ServicePrincipalSpec spec;
  spec.tenant_id = sandbox.tenant_id;
  spec.display_name = id;
  LAZULI_ASSIGN_OR_RETURN(CreatedServicePrincipal owner,
                          parts_.directory->CreateServicePrincipal(spec));
  sandbox.client_id = owner.principal->app_id;
  sandbox.object_id = owner.principal->object_id;
  created.client_secret = std::move(owner.client_secret);
  RoleAssignmentSpec role;
  role.role_definition_id = std::string(kOwnerRoleId);
  role.principal_id = sandbox.object_id;
  LAZULI_RETURN_IF_ERROR(parts_.roles
                             ->Put(ResourceId::Subscription(sandbox.subscription_id),
                                   parts_.ids->Guid(sandbox.subscription_id, "owner", 0), role)
                             .status());
  return created;
}

absl::Status Sandboxes::MakeGroup(const Sandbox& sandbox) {
  return parts_.resources
      ->CreateOrUpdateResourceGroup(sandbox.subscription_id, sandbox.resource_group, kLocation,
                                    std::nullopt)
      .status();
}

absl::StatusOr<Sandbox> Sandboxes::Get(absl::string_view id) const {
  MutexLock lock(&mu_);
  const auto found = sandboxes_.find(std::string(id));
  if (found == sandboxes_.end() || found->second == nullptr) return SandboxNotFoundError(id);
  return *found->second;
}

std::vector<Sandbox> Sandboxes::List() const {
  std::vector<Sandbox> sandboxes;
  MutexLock lock(&mu_);
  for (const auto& [id, sandbox] : sandboxes_) {
    if (sandbox != nullptr) sandboxes.push_back(*sandbox);
  }
  return sandboxes;
}

absl::Status Sandboxes::Reset(const CallContext& ctx, absl::string_view id) {
  MutexLock manage_lock(&manage_mu_);
  LAZULI_ASSIGN_OR_RETURN(const Sandbox sandbox, Get(id));
  LAZULI_RETURN_IF_ERROR(Empty(ctx, sandbox));
  return MakeGroup(sandbox);
}

absl::Status Sandboxes::Delete(const CallContext& ctx, absl::string_view id) {
  MutexLock manage_lock(&manage_mu_);
  LAZULI_ASSIGN_OR_RETURN(const Sandbox sandbox, Get(id));
  LAZULI_RETURN_IF_ERROR(Empty(ctx, sandbox));
  LAZULI_RETURN_IF_ERROR(parts_.directory->DeleteServicePrincipal(sandbox.object_id));
  LAZULI_RETURN_IF_ERROR(parts_.resources->DeleteSubscription(sandbox.subscription_id));
  LAZULI_RETURN_IF_ERROR(parts_.directory->DeleteTenant(sandbox.tenant_id));
  MutexLock lock(&mu_);
  tenants_.erase(sandbox.tenant_id);
  sandboxes_.erase(sandbox.id);
  changes_.Mark(sandbox.id);
  return absl::OkStatus();
}

absl::Status Sandboxes::Empty(const CallContext& ctx, const Sandbox& sandbox) {
  CallContext inside = ctx;
  inside.caller = OwnerOf(sandbox);
  inside.subscription_tenant_id = sandbox.tenant_id;
  inside.name_space = NameSpaceOf(sandbox.tenant_id);
  LAZULI_ASSIGN_OR_RETURN(const std::vector<ResourceGroup> groups,
                          parts_.resources->ListResourceGroups(sandbox.subscription_id));
  for (const ResourceGroup& group : groups) {
    LAZULI_RETURN_IF_ERROR(parts_.resources->DeleteResourceGroup(inside, sandbox.subscription_id,
                                                                 group.id.resource_group()));
  }
  parts_.vaults->PurgeAllDeleted(sandbox.subscription_id, ctx.now, kEmptied);
  const ResourceId scope = ResourceId::Subscription(sandbox.subscription_id);
  for (const RoleAssignment::Ptr& role : parts_.roles->ListAround(scope)) {
    const bool is_own = role->scope.key() == scope.key() &&
                        role->principal_id == sandbox.object_id &&
                        absl::string_view(role->role->id) == kOwnerRoleId;
    if (scope.Contains(role->scope) && !is_own) parts_.roles->Delete(role->scope, role->name);
  }
  for (const Principal::Ptr& principal : parts_.directory->ListPrincipals(sandbox.tenant_id)) {
    if (principal->object_id == sandbox.object_id) continue;
    LAZULI_RETURN_IF_ERROR(parts_.directory->DeleteServicePrincipal(principal->object_id));
  }
  for (const KeyCredential::Ptr& key : parts_.directory->KeyCredentials(sandbox.object_id)) {
    LAZULI_RETURN_IF_ERROR(
        parts_.directory->RemoveKeyCredential(sandbox.object_id, key->thumbprint()));
  }
  return absl::OkStatus();
}

Caller Sandboxes::OwnerOf(const Sandbox& sandbox) {
  Caller caller;
  caller.tenant_id = sandbox.tenant_id;
  caller.object_id = sandbox.object_id;
  caller.app_id = sandbox.client_id;
  caller.name = sandbox.id;
  return caller;
}

void Sandboxes::NoteOwnNames(const std::string& tenant_id) {
  tenants_.insert(tenant_id);
  has_own_names_.store(true, std::memory_order_release);
}

std::string Sandboxes::NameSpaceOf(absl::string_view tenant_id) const {
  if (!has_own_names()) return "";
  std::string tenant = absl::AsciiStrToLower(tenant_id);
  MutexLock lock(&mu_);
  return tenants_.count(tenant) > 0 ? tenant : "";
}

std::optional<std::string> Sandboxes::NameSpaceOfSandbox(absl::string_view id) const {
  const absl::StatusOr<Sandbox> sandbox = Get(id);
  if (!sandbox.ok()) return std::nullopt;
  return NameSpaceOf(sandbox->tenant_id);
}

void Sandboxes::StartTracking() {
  MutexLock lock(&mu_);
  changes_.Start();
}

void Sandboxes::TakeChanges(absl::FunctionRef<void(const Sandbox&)> changed,
                            absl::FunctionRef<void(const std::string& id)> gone) {
  MutexLock lock(&mu_);
  for (const std::string& id : changes_.Take()) {
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end() || found->second == nullptr) {
      gone(id);
    } else {
      changed(*found->second);
    }
  }
}

uint64_t Sandboxes::made() const {
  MutexLock lock(&mu_);
  return made_;
}

void Sandboxes::Restore(std::vector<Sandbox> sandboxes, uint64_t made) {
  MutexLock lock(&mu_);
  made_ = made;
  for (Sandbox& sandbox : sandboxes) {
    if (sandbox.has_own_names) NoteOwnNames(sandbox.tenant_id);
    std::string id = sandbox.id;
    sandboxes_[id] = std::make_unique<const Sandbox>(std::move(sandbox));
  }
}

}  // namespace lazuli::emulator
