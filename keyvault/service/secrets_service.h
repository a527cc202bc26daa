// File: keyvault/service/secrets_service.h
//
// The operations of lazuli.v1.Secrets: the Key Vault data plane.
#ifndef LAZULI_KEYVAULT_SERVICE_SECRETS_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_SECRETS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/vault_registry.h"
#include "proto/common.pb.h"
#include "proto/secrets.pb.h"

namespace lazuli::keyvault {

// Thread safe. Callers are already authorized (AccessControl::Authorize), and what the description
// alone says of a request is already checked. The rest of the input is checked before anything is
// changed; an error leaves `response` in an unspecified state.
class SecretsService {
 public:
  // Both outlive the service.
  SecretsService(VaultRegistry* registry, const BackupSealer* sealer)
      : registry_(registry), sealer_(sealer) {}

  SecretsService(const SecretsService&) = delete;
  SecretsService& operator=(const SecretsService&) = delete;

  absl::Status SetSecret(const CallContext& context, const v1::SetSecretRequest& request,
                         v1::SecretBundle* response);
  absl::Status GetSecret(const CallContext& context, const v1::GetSecretRequest& request,
                         v1::SecretBundle* response);
  absl::Status UpdateSecret(const CallContext& context, const v1::UpdateSecretRequest& request,
                            v1::SecretBundle* response);
  absl::Status DeleteSecret(const CallContext& context, const v1::SecretNameRequest& request,
                            v1::DeletedSecretBundle* response);
  absl::Status GetSecrets(const CallContext& context, const v1::GetSecretsRequest& request,
                          v1::SecretListResult* response);
  absl::Status GetSecretVersions(const CallContext& context,
                                 const v1::GetSecretVersionsRequest& request,
                                 v1::SecretListResult* response);
  absl::Status GetDeletedSecrets(const CallContext& context, const v1::GetSecretsRequest& request,
                                 v1::DeletedSecretListResult* response);
  absl::Status GetDeletedSecret(const CallContext& context, const v1::SecretNameRequest& request,
                                v1::DeletedSecretBundle* response);
  absl::Status RecoverDeletedSecret(const CallContext& context,
                                    const v1::SecretNameRequest& request,
                                    v1::SecretBundle* response);
  absl::Status PurgeDeletedSecret(const CallContext& context, const v1::SecretNameRequest& request,
                                  v1::Empty* response);
  absl::Status BackupSecret(const CallContext& context, const v1::SecretNameRequest& request,
                            v1::BackupSecretResult* response);
  absl::Status RestoreSecret(const CallContext& context, const v1::RestoreSecretRequest& request,
                             v1::SecretBundle* response);

 private:
  VaultRegistry* const registry_;
  const BackupSealer* const sealer_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_SECRETS_SERVICE_H_
