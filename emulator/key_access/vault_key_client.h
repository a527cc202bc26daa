// File: emulator/key_access/vault_key_client.h
//
// How a Batch account reaches a key: as its own identity, through the vault's authorization and the
// rules of key use that hold for every caller.
#ifndef LAZULI_EMULATOR_KEY_ACCESS_VAULT_KEY_CLIENT_H_
#define LAZULI_EMULATOR_KEY_ACCESS_VAULT_KEY_CLIENT_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "batch/key_encryption_client.h"
#include "emulator/faults/fault_rules.h"
#include "emulator/identity/directory.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// Thread safe. RSA work is done on the calling thread, with no lock of the vault's held.
class VaultKeyClient final : public batch::KeyEncryptionClient {
 public:
  // The name space of a tenant's vaults; empty: all share one.
  using NameSpaceOf = std::function<std::string(absl::string_view tenant_id)>;

  // All outlive this. `faults` may hit what an identity asks of a vault; null: nothing does.
  VaultKeyClient(const Directory* directory, const keyvault::VaultRegistry* vaults,
                 const keyvault::AccessControl* access_control,
                 keyvault::crypto::CryptoEngine* engine, FaultRules* faults = nullptr,
                 NameSpaceOf name_space_of = {})
      : directory_(directory),
        vaults_(vaults),
        access_control_(access_control),
        engine_(engine),
        faults_(faults),
        name_space_of_(std::move(name_space_of)) {}

  absl::StatusOr<batch::VaultDescription> DescribeVault(const batch::ManagedIdentity& as,
                                                        const batch::KeyIdentifier& key,
                                                        absl::Time now) const override;
  absl::StatusOr<batch::KeyDescription> GetKey(const batch::ManagedIdentity& as,
                                               const batch::KeyIdentifier& key,
                                               absl::Time now) const override;
  absl::Status CheckAccess(const batch::ManagedIdentity& as, const batch::KeyIdentifier& key,
                           absl::Time now) const override;
  absl::StatusOr<batch::WrappedKey> WrapKey(const batch::ManagedIdentity& as,
                                            const batch::KeyIdentifier& key,
                                            const SecureBytes& data_key, absl::Time now) override;
  absl::StatusOr<SecureBytes> UnwrapKey(const batch::ManagedIdentity& as,
                                        const batch::WrappedKey& wrapped, absl::Time now) override;

 private:
  // The call that the identity makes. IdentityGoneError when the directory does not know it any
  // more.
  absl::StatusOr<CallContext> ContextOf(const batch::ManagedIdentity& as, absl::Time now) const;
  absl::StatusOr<keyvault::KeyVersionPtr> Get(const CallContext& ctx,
                                              const batch::KeyIdentifier& key) const;
  // Authorized, live, enabled, in time and with the operation among its key_ops.
  absl::StatusOr<keyvault::KeyVersionPtr> KeyFor(const CallContext& ctx,
                                                 const batch::KeyIdentifier& key,
                                                 keyvault::KeyOperation operation) const;

  std::string NameSpace(const batch::ManagedIdentity& as) const {
    return name_space_of_ ? name_space_of_(as.tenant_id) : "";
  }
  // OK, or what a fault has a call answered with that was authorized.
  absl::Status Strike(const CallContext& ctx, absl::string_view operation,
                      const batch::KeyIdentifier& key) const;

  const Directory* const directory_;
  const keyvault::VaultRegistry* const vaults_;
  const keyvault::AccessControl* const access_control_;
  keyvault::crypto::CryptoEngine* const engine_;
  FaultRules* const faults_;
  const NameSpaceOf name_space_of_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_KEY_ACCESS_VAULT_KEY_CLIENT_H_
