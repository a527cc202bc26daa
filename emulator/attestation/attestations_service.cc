#include "emulator/attestation/attestations_service.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/pkcs8.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

// Own choice: longer than any test lets it rest.
constexpr absl::Duration kMaxLifetime = absl::Hours(24 * 365);
constexpr size_t kPemLine = 64;

std::string ToPem(absl::string_view der) {
  std::string pem = "-----BEGIN PRIVATE KEY-----\n";
  const std::string text = Base64Encode(der);
  for (size_t at = 0; at < text.size(); at += kPemLine) {
    absl::StrAppend(&pem, text.substr(at, kPemLine), "\n");
  }
  return absl::StrCat(pem, "-----END PRIVATE KEY-----\n");
}

}  // namespace

absl::Status AttestationsService::IssueAttestation(const CallContext& ctx,
                                                   const v1::IssueAttestationRequest& request,
                                                   v1::IssueAttestationResponse* response) {
  AttestationInput input;
  input.authority = request.authority();
  input.claims = request.claims();
  if (request.has_lifetime()) input.lifetime = FromProto(request.lifetime());
  // A token tells its times in seconds.
  if (input.lifetime < absl::Seconds(1) || input.lifetime > kMaxLifetime) {
    return InvalidInputError("lifetime", "it must be a second at least, and a year at most");
  }
  if (request.has_n() != request.has_e()) {
    return InvalidInputError(request.has_n() ? "e" : "n", "n and e go together");
  }
  std::string private_key;
  if (request.has_n()) {
    input.n = request.n();
    input.e = request.e();
  } else {
    LAZULI_ASSIGN_OR_RETURN(
        const keyvault::crypto::KeyMaterial::Ptr key,
        key_pool_->CreateRsa(keyvault::crypto::kDefaultRsaBits,
                             keyvault::crypto::kDefaultPublicExponent, ctx.is_cancelled));
    LAZULI_ASSIGN_OR_RETURN(const SecureBytes der, keyvault::crypto::ToPkcs8(*key));
    input.n = key->n();
    input.e = key->e();
    private_key = ToPem(der.view());
  }
  LAZULI_ASSIGN_OR_RETURN(std::string token, authority_->Issue(input, ctx.now));
  response->set_token(std::move(token));
  response->set_authority(input.authority.empty()
                              ? std::string(AttestationAuthority::kDefaultAuthority)
                              : input.authority);
  if (!private_key.empty()) response->set_private_key(private_key);
  *response->mutable_expires_at() =
      ToProto(absl::FromUnixSeconds(absl::ToUnixSeconds(ctx.now + input.lifetime)));
  return absl::OkStatus();
}

absl::Status AttestationsService::GetAttestationKeys(const CallContext& ctx,
                                                     const v1::Empty& request,
                                                     v1::AttestationKeySet* response) {
  (void)ctx;
  (void)request;
  LAZULI_ASSIGN_OR_RETURN(const SigningKey* const signing_key, authority_->signing_key());
  v1::AttestationKey* const shown = response->add_keys();
  shown->set_kty("EC");
  shown->set_crv("P-256");
  shown->set_x(signing_key->x());
  shown->set_y(signing_key->y());
  shown->set_kid(signing_key->kid());
  shown->set_use("sig");
  shown->set_alg(std::string(SigningKey::kAlgorithm));
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
