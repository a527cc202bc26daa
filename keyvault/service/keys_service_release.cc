// File: keyvault/service/keys_service_release.cc
//
// Secure key release: a key that leaves the vault, wrapped for an environment that was attested.
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/errors.h"
#include "keyvault/key_rules.h"
#include "keyvault/key_version.h"
#include "keyvault/release/attestation_verifier.h"
#include "keyvault/release/jws_signer.h"
#include "keyvault/release/limits.h"
#include "keyvault/release/release_rules.h"
#include "keyvault/release/release_statement.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

absl::StatusOr<ReleaseRequest> ReadReleaseRequest(const CallContext& context,
                                                  const v1::ReleaseKeyRequest& request) {
  ReleaseRequest read;
  read.api_version = context.api_version;
  read.nonce = request.nonce();
  if (read.nonce.size() > limits::release::kMaxNonceLength) {
    return BadKeyParameterError(
        "nonce", absl::StrCat("It has at most ", limits::release::kMaxNonceLength, " characters."));
  }
  if (!request.has_enc()) return read;
  const std::optional<crypto::KeyTransport> transport = crypto::ParseKeyTransport(request.enc());
  if (!transport.has_value()) {
    return BadKeyParameterError("enc", "It is none of the known values.");
  }
  read.transport = *transport;
  return read;
}

}  // namespace

absl::Status KeysService::ReleaseKey(const CallContext& context,
                                     const v1::ReleaseKeyRequest& request,
                                     v1::KeyReleaseResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "POST"));
  LAZULI_ASSIGN_OR_RETURN(const ReleaseRequest asked, ReadReleaseRequest(context, request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr key,
                          vault->FindKey(request.key_name(), request.key_version()));
  LAZULI_RETURN_IF_ERROR(CheckKeyVersionRelease(*key));
  LAZULI_ASSIGN_OR_RETURN(const Attestation attestation,
                          attestation_verifier_->Verify(request.target(), context.now));
  LAZULI_RETURN_IF_ERROR(CheckRelease(*key->release_policy, attestation));
  LAZULI_ASSIGN_OR_RETURN(const EnvironmentKey environment, EnvironmentKeyOf(attestation));
  LAZULI_ASSIGN_OR_RETURN(const std::string statement,
                          ReleaseStatement(*key, vault->record()->settings, asked, environment));
  LAZULI_ASSIGN_OR_RETURN(const JwsSigner::IdentityPtr signer,
                          release_signer_.IdentityAt(context.now));
  LAZULI_ASSIGN_OR_RETURN(std::string signed_statement, release_signer_.Sign(*signer, statement));
  response->set_value(std::move(signed_statement));
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
