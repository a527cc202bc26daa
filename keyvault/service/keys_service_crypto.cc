// File: keyvault/service/keys_service_crypto.cc
//
// The operations that use a key's material.
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/key_version.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/keys_service.h"

namespace lazuli::keyvault {
namespace {

absl::StatusOr<crypto::EncryptionAlgorithm> ReadParameters(
    const v1::KeyOperationsParameters& request) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "POST"));
  return ReadAlgorithm(request.alg());
}

crypto::CipherMembers MembersOf(const v1::KeyOperationsParameters& request) {
  return {.iv = request.iv(), .aad = request.aad(), .tag = request.tag()};
}

}  // namespace

absl::Status KeysService::Protect(const CallContext& context,
                                  const v1::KeyOperationsParameters& request,
                                  KeyOperation operation, v1::KeyOperationResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const crypto::EncryptionAlgorithm algorithm, ReadParameters(request));
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr key,
      access_control_->ResolveKeyForUse(context, request.vault_name(), request.key_name(),
                                        request.key_version(), operation));
  LAZULI_RETURN_IF_ERROR(CheckAlgorithmPurpose(algorithm, operation));
  LAZULI_ASSIGN_OR_RETURN(
      crypto::Sealed sealed,
      engine_->Seal(*key->material, key->kid, algorithm, request.value(), MembersOf(request)));
  response->set_kid(key->kid);
  response->set_value(std::move(sealed.value));
  if (!sealed.iv.empty()) response->set_iv(std::move(sealed.iv));
  if (!sealed.tag.empty()) response->set_tag(std::move(sealed.tag));
  if (!request.aad().empty()) response->set_aad(request.aad());
  return absl::OkStatus();
}

absl::Status KeysService::Unprotect(const CallContext& context,
                                    const v1::KeyOperationsParameters& request,
                                    KeyOperation operation, v1::KeyOperationResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const crypto::EncryptionAlgorithm algorithm, ReadParameters(request));
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr key,
      access_control_->ResolveKeyForUse(context, request.vault_name(), request.key_name(),
                                        request.key_version(), operation));
  LAZULI_RETURN_IF_ERROR(CheckAlgorithmPurpose(algorithm, operation));
  LAZULI_ASSIGN_OR_RETURN(
      const SecureBytes plaintext,
      engine_->Open(*key->material, key->kid, algorithm, request.value(), MembersOf(request)));
  response->set_kid(key->kid);
  response->set_value(plaintext.data(), plaintext.size());
  return absl::OkStatus();
}

absl::Status KeysService::Encrypt(const CallContext& context,
                                  const v1::KeyOperationsParameters& request,
                                  v1::KeyOperationResult* response) {
  return Protect(context, request, KeyOperation::kEncrypt, response);
}

absl::Status KeysService::WrapKey(const CallContext& context,
                                  const v1::KeyOperationsParameters& request,
                                  v1::KeyOperationResult* response) {
  return Protect(context, request, KeyOperation::kWrapKey, response);
}

absl::Status KeysService::Decrypt(const CallContext& context,
                                  const v1::KeyOperationsParameters& request,
                                  v1::KeyOperationResult* response) {
  return Unprotect(context, request, KeyOperation::kDecrypt, response);
}

absl::Status KeysService::UnwrapKey(const CallContext& context,
                                    const v1::KeyOperationsParameters& request,
                                    v1::KeyOperationResult* response) {
  return Unprotect(context, request, KeyOperation::kUnwrapKey, response);
}

absl::Status KeysService::Sign(const CallContext& context, const v1::KeySignParameters& request,
                               v1::KeyOperationResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "POST"));
  LAZULI_ASSIGN_OR_RETURN(const crypto::SignatureAlgorithm algorithm, ReadAlgorithm(request.alg()));
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr key,
      access_control_->ResolveKeyForUse(context, request.vault_name(), request.key_name(),
                                        request.key_version(), KeyOperation::kSign));
  LAZULI_ASSIGN_OR_RETURN(std::string signature,
                          engine_->Sign(*key->material, key->kid, algorithm, request.value()));
  response->set_kid(key->kid);
  response->set_value(std::move(signature));
  return absl::OkStatus();
}

absl::Status KeysService::Verify(const CallContext& context, const v1::KeyVerifyParameters& request,
                                 v1::KeyVerifyResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyPath(request, "POST"));
  LAZULI_ASSIGN_OR_RETURN(const crypto::SignatureAlgorithm algorithm, ReadAlgorithm(request.alg()));
  LAZULI_ASSIGN_OR_RETURN(
      const KeyVersionPtr key,
      access_control_->ResolveKeyForUse(context, request.vault_name(), request.key_name(),
                                        request.key_version(), KeyOperation::kVerify));
  LAZULI_ASSIGN_OR_RETURN(const bool valid, engine_->Verify(*key->material, key->kid, algorithm,
                                                            request.digest(), request.value()));
  response->set_value(valid);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
