// What hardware modules do besides: attestation and random bytes.
#include <utility>

#include "absl/status/statusor.h"
#include "base/secure_bytes.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/key_attestor.h"
#include "keyvault/limits.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {

absl::Status KeysService::GetKeyAttestation(const CallContext& context,
                                            const v1::GetKeyRequest& request,
                                            v1::KeyBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "GET"));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version,
                          vault->FindKey(request.key_name(), request.key_version()));
  LAZULI_ASSIGN_OR_RETURN(KeyAttestation attestation, attestor_.Attest(*version, context.now));
  WriteKeyBundle(*version, vault->record()->settings, response);
  v1::KeyAttestation* const shown = response->mutable_attributes()->mutable_attestation();
  shown->set_certificate_pem_file(std::move(attestation.certificate_pem));
  shown->set_private_key_attestation(std::move(attestation.private_key_attestation));
  if (!attestation.public_key_attestation.empty()) {
    shown->set_public_key_attestation(std::move(attestation.public_key_attestation));
  }
  shown->set_version(std::move(attestation.version));
  return absl::OkStatus();
}

absl::Status KeysService::GetRandomBytes(const CallContext& context,
                                         const v1::GetRandomBytesRequest& request,
                                         v1::RandomBytes* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  if (vault->record()->kind() != VaultKind::kManagedHsm) return RandomBytesOnVaultError();
  if (request.count() < 1 || request.count() > limits::keyvault::kMaxRandomBytes) {
    return RandomBytesCountError();
  }
  const SecureBytes bytes = SecureRandomBytes(static_cast<size_t>(request.count()));
  response->set_value(bytes.data(), bytes.size());
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
