// File: keyvault/service/keys_service.h
//
// The operations of lazuli.v1.Keys: the Key Vault data plane.
#ifndef LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "base/change_gate.h"
#include "keyvault/access_control.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/key_attestor.h"
#include "keyvault/key_operation.h"
#include "keyvault/release/attestation_verifier.h"
#include "keyvault/release/jws_signer.h"
#include "keyvault/release/release_statement.h"
#include "keyvault/vault_registry.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault::crypto {
class CryptoEngine;
class KeyPool;
}  // namespace lazuli::keyvault::crypto

namespace lazuli::keyvault {

// Thread safe. Callers are already authorized (AccessControl::Authorize), and what the
// description alone says of a request (required and unemulated members) is already checked. The
// rest of the input is checked before anything is changed; an error leaves `response` in an
// unspecified state. Creation and cryptography take milliseconds of processor time: not for threads
// that serve sockets.
class KeysService {
 public:
  // All outlive the service. A key is made outside of the change that its creation is; a null
  // `change_gate`: there is nothing to keep whole. Without the last two there are no backups and
  // no releases.
  KeysService(VaultRegistry* registry, const AccessControl* access_control,
              crypto::CryptoEngine* engine, crypto::KeyPool* key_pool,
              ChangeGate* change_gate = nullptr, const BackupSealer* backup_sealer = nullptr,
              const AttestationVerifier* attestation_verifier = nullptr)
      : registry_(registry),
        access_control_(access_control),
        engine_(engine),
        key_pool_(key_pool),
        change_gate_(change_gate),
        attestor_(engine),
        backup_sealer_(backup_sealer),
        attestation_verifier_(attestation_verifier),
        release_signer_(engine, ReleaseSigning(key_pool)) {}

  KeysService(const KeysService&) = delete;
  KeysService& operator=(const KeysService&) = delete;

  absl::Status CreateKey(const CallContext& context, const v1::CreateKeyRequest& request,
                         v1::KeyBundle* response);
  // As CreateKey; a key that is there stays as it is and is answered, whoever made it. True when it
  // was made here.
  absl::StatusOr<bool> CreateKeyIfNotExist(const CallContext& context,
                                           const v1::CreateKeyRequest& request,
                                           v1::KeyBundle* response);
  absl::Status ImportKey(const CallContext& context, const v1::ImportKeyRequest& request,
                         v1::KeyBundle* response);
  absl::Status GetKey(const CallContext& context, const v1::GetKeyRequest& request,
                      v1::KeyBundle* response);
  absl::Status UpdateKey(const CallContext& context, const v1::UpdateKeyRequest& request,
                         v1::KeyBundle* response);
  absl::Status DeleteKey(const CallContext& context, const v1::KeyNameRequest& request,
                         v1::DeletedKeyBundle* response);
  absl::Status GetKeys(const CallContext& context, const v1::GetKeysRequest& request,
                       v1::KeyListResult* response);
  absl::Status GetKeyVersions(const CallContext& context, const v1::GetKeyVersionsRequest& request,
                              v1::KeyListResult* response);
  absl::Status GetDeletedKeys(const CallContext& context, const v1::GetKeysRequest& request,
                              v1::DeletedKeyListResult* response);
  absl::Status GetDeletedKey(const CallContext& context, const v1::KeyNameRequest& request,
                             v1::DeletedKeyBundle* response);
  absl::Status RecoverDeletedKey(const CallContext& context, const v1::KeyNameRequest& request,
                                 v1::KeyBundle* response);
  absl::Status PurgeDeletedKey(const CallContext& context, const v1::KeyNameRequest& request,
                               v1::Empty* response);
  absl::Status RotateKey(const CallContext& context, const v1::KeyNameRequest& request,
                         v1::KeyBundle* response);
  absl::Status GetKeyRotationPolicy(const CallContext& context, const v1::KeyNameRequest& request,
                                    v1::KeyRotationPolicy* response);
  absl::Status UpdateKeyRotationPolicy(const CallContext& context,
                                       const v1::UpdateKeyRotationPolicyRequest& request,
                                       v1::KeyRotationPolicy* response);
  absl::Status Encrypt(const CallContext& context, const v1::KeyOperationsParameters& request,
                       v1::KeyOperationResult* response);
  absl::Status Decrypt(const CallContext& context, const v1::KeyOperationsParameters& request,
                       v1::KeyOperationResult* response);
  absl::Status WrapKey(const CallContext& context, const v1::KeyOperationsParameters& request,
                       v1::KeyOperationResult* response);
  absl::Status UnwrapKey(const CallContext& context, const v1::KeyOperationsParameters& request,
                         v1::KeyOperationResult* response);
  absl::Status Sign(const CallContext& context, const v1::KeySignParameters& request,
                    v1::KeyOperationResult* response);
  absl::Status Verify(const CallContext& context, const v1::KeyVerifyParameters& request,
                      v1::KeyVerifyResult* response);
  absl::Status GetKeyAttestation(const CallContext& context, const v1::GetKeyRequest& request,
                                 v1::KeyBundle* response);
  absl::Status GetRandomBytes(const CallContext& context, const v1::GetRandomBytesRequest& request,
                              v1::RandomBytes* response);
  absl::Status BackupKey(const CallContext& context, const v1::KeyNameRequest& request,
                         v1::BackupKeyResult* response);
  absl::Status RestoreKey(const CallContext& context, const v1::RestoreKeyRequest& request,
                          v1::KeyBundle* response);
  absl::Status ReleaseKey(const CallContext& context, const v1::ReleaseKeyRequest& request,
                          v1::KeyReleaseResult* response);

 private:
  // True when a version was added.
  absl::StatusOr<bool> Create(const CallContext& context, const v1::CreateKeyRequest& request,
                              bool only_first, v1::KeyBundle* response);
  // encrypt and wrapKey.
  absl::Status Protect(const CallContext& context, const v1::KeyOperationsParameters& request,
                       KeyOperation operation, v1::KeyOperationResult* response);
  // decrypt and unwrapKey.
  absl::Status Unprotect(const CallContext& context, const v1::KeyOperationsParameters& request,
                         KeyOperation operation, v1::KeyOperationResult* response);

  VaultRegistry* const registry_;
  const AccessControl* const access_control_;
  crypto::CryptoEngine* const engine_;
  crypto::KeyPool* const key_pool_;
  ChangeGate* const change_gate_;
  KeyAttestor attestor_;
  const BackupSealer* const backup_sealer_;
  const AttestationVerifier* const attestation_verifier_;
  JwsSigner release_signer_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_H_
