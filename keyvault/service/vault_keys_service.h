// File: keyvault/service/vault_keys_service.h
//
// The operations of lazuli.v1.VaultKeys: keys of a vault as resources.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULT_KEYS_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_VAULT_KEYS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/vault_registry.h"
#include "proto/vault_keys.pb.h"

namespace lazuli::keyvault {

// Thread safe. Does what the data plane does, by the same rules, for callers that are authorized by
// roles at the resource; the vault's own permissions and its firewall are not asked. Errors besides
// those of KeysService: VaultResourceNotFoundError.
class VaultKeysService {
 public:
  // Both outlive the service.
  VaultKeysService(const VaultRegistry* registry, KeysService* keys)
      : registry_(registry), keys_(keys) {}

  VaultKeysService(const VaultKeysService&) = delete;
  VaultKeysService& operator=(const VaultKeysService&) = delete;

  // A key that is there stays as it is and is answered, also one that was made meanwhile.
  absl::Status CreateVaultKeyIfNotExist(const CallContext& context,
                                        const v1::CreateVaultKeyRequest& request,
                                        v1::VaultKey* response);
  absl::Status GetVaultKey(const CallContext& context, const v1::VaultKeyRequest& request,
                           v1::VaultKey* response);
  absl::Status ListVaultKeys(const CallContext& context, const v1::ListVaultKeysRequest& request,
                             v1::ListVaultKeysResponse* response);
  absl::Status GetVaultKeyVersion(const CallContext& context,
                                  const v1::VaultKeyVersionRequest& request,
                                  v1::VaultKey* response);
  absl::Status ListVaultKeyVersions(const CallContext& context,
                                    const v1::ListVaultKeyVersionsRequest& request,
                                    v1::ListVaultKeysResponse* response);

 private:
  const VaultRegistry* const registry_;
  KeysService* const keys_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULT_KEYS_SERVICE_H_
