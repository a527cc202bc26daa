#include "keyvault/release/release_statement.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/crypto/pkcs8.h"
#include "keyvault/errors.h"
#include "keyvault/key_operation.h"
#include "keyvault/release/transfer_blob.h"

namespace lazuli::keyvault {
namespace {

namespace json = boost::json;

constexpr char kIdentityKid[] = "release";
// Own choice: longer than any process lives.
constexpr int kCertificateMonths = 120;

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

std::string Sha1(absl::string_view bytes) {
  std::string digest(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
       reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

json::object KeyObject(const KeyVersion& version, const std::string& key_hsm) {
  const crypto::KeyMaterial& material = *version.material;
  json::object key = {{"kid", version.kid}, {"kty", ToJson(crypto::KeyTypeName(version.type))}};
  json::array operations;
  for (const KeyOperation operation : version.key_ops) {
    operations.emplace_back(ToJson(KeyOperationName(operation)));
  }
  key["key_ops"] = std::move(operations);
  if (material.is_rsa()) {
    key["n"] = Base64UrlEncode(material.n());
    key["e"] = Base64UrlEncode(material.e());
  } else if (material.is_ec()) {
    key["crv"] = ToJson(crypto::CurveName(material.curve()));
    key["x"] = Base64UrlEncode(material.x());
    key["y"] = Base64UrlEncode(material.y());
  }
  key["key_hsm"] = Base64UrlEncode(key_hsm);
  return key;
}

json::object AttributesObject(const KeyVersion& version, const VaultSettings& vault) {
  json::object attributes = {{"enabled", version.attributes.enabled}};
  if (version.attributes.not_before.has_value()) {
    attributes["nbf"] = absl::ToUnixSeconds(*version.attributes.not_before);
  }
  if (version.attributes.expires.has_value()) {
    attributes["exp"] = absl::ToUnixSeconds(*version.attributes.expires);
  }
  attributes["created"] = absl::ToUnixSeconds(version.created);
  attributes["updated"] = absl::ToUnixSeconds(version.updated);
  attributes["recoveryLevel"] = ToJson(RecoveryLevel(vault));
  attributes["recoverableDays"] = RecoverableDays(vault);
  attributes["exportable"] = version.exportable;
  return attributes;
}

}  // namespace

absl::StatusOr<std::string> ReleaseStatement(const KeyVersion& version, const VaultSettings& vault,
                                             const ReleaseRequest& request,
                                             const EnvironmentKey& environment) {
  // A symmetric key travels as it is.
  SecureBytes plain;
  if (version.material->is_symmetric()) {
    const absl::Span<const uint8_t> bytes = version.material->symmetric_key();
    plain =
        SecureBytes(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  } else {
    LAZULI_ASSIGN_OR_RETURN(plain, crypto::ToPkcs8(*version.material));
  }
  TransferBlob blob;
  blob.kid = environment.kid;
  blob.transport = request.transport;
  absl::StatusOr<std::string> ciphertext =
      crypto::WrapForTransport(request.transport, environment.n, environment.e, plain.view());
  if (!ciphertext.ok()) {
    return InvalidAttestationError(
        "the key of its x-ms-runtime.keys is none that a key can be wrapped with");
  }
  blob.ciphertext = *std::move(ciphertext);

  json::object asked;
  if (!request.api_version.empty()) asked["api-version"] = request.api_version;
  asked["enc"] = ToJson(crypto::KeyTransportName(request.transport));
  asked["kid"] = version.kid;
  if (!request.nonce.empty()) asked["nonce"] = request.nonce;
  json::object released = {{"key", KeyObject(version, WriteTransferBlob(blob))},
                           {"attributes", AttributesObject(version, vault)}};
  if (version.release_policy.has_value()) {
    released["release_policy"] = {{"contentType", version.release_policy->content_type},
                                  {"data", Base64UrlEncode(version.release_policy->data)},
                                  {"immutable", version.release_policy->immutable}};
  }
  return json::serialize(
      json::object({{"request", std::move(asked)}, {"response", {{"key", std::move(released)}}}}));
}

absl::StatusOr<ReleaseSigner::Identity> ReleaseSigner::MakeIdentity(absl::Time now) {
  Identity identity;
  LAZULI_ASSIGN_OR_RETURN(
      identity.key,
      key_pool_->CreateRsa(crypto::kDefaultRsaBits, crypto::kDefaultPublicExponent, nullptr));
  CertificatePolicy policy;
  policy.subject = "CN=vault.azure.net";
  policy.key_usages = {KeyUsage::kDigitalSignature};
  policy.validity_months = kCertificateMonths;
  policy.issuer = "Self";
  LAZULI_ASSIGN_OR_RETURN(const std::string certificate,
                          MakeSelfSignedCertificate(policy, *identity.key, now));
  const std::string thumbprint = Base64UrlEncode(Sha1(certificate));
  json::object header = {{"alg", "RS256"},
                         {"kid", absl::StrCat(kIdentityKid, "-", thumbprint)},
                         {"x5t", thumbprint},
                         {"x5t#S256", Base64UrlEncode(Sha256(certificate))},
                         {"x5c", json::array({json::value(Base64Encode(certificate))})}};
  identity.header = Base64UrlEncode(json::serialize(header));
  return identity;
}

absl::StatusOr<std::string> ReleaseSigner::Sign(absl::string_view payload, absl::Time now) {
  Identity identity;
  {
    MutexLock lock(&mu_);
    identity = identity_;
  }
  if (identity.key == nullptr) {
    // Outside of the lock: two at once make one too many, which harms nobody.
    LAZULI_ASSIGN_OR_RETURN(identity, MakeIdentity(now));
    MutexLock lock(&mu_);
    if (identity_.key == nullptr) identity_ = identity;
    identity = identity_;
  }
  const std::string input = absl::StrCat(identity.header, ".", Base64UrlEncode(payload));
  LAZULI_ASSIGN_OR_RETURN(const std::string signature,
                          engine_->Sign(*identity.key, kIdentityKid,
                                        crypto::SignatureAlgorithm::kRs256, Sha256(input)));
  return absl::StrCat(input, ".", Base64UrlEncode(signature));
}

}  // namespace lazuli::keyvault
