#include "keyvault/release/release_statement.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/pkcs8.h"
#include "keyvault/errors.h"
#include "keyvault/key_operation.h"
#include "keyvault/release/transfer_blob.h"

namespace lazuli::keyvault {
namespace {

namespace json = boost::json;

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

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

JwsSigner::Options ReleaseSigning(crypto::KeyPool* key_pool) {
  return {.name = "release",
          .subject = "CN=vault.azure.net",
          .algorithm = crypto::SignatureAlgorithm::kRs256,
          .make_key = [key_pool] {
            return key_pool->CreateRsa(crypto::kDefaultRsaBits, crypto::kDefaultPublicExponent);
          }};
}

}  // namespace lazuli::keyvault
