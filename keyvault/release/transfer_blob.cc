#include "keyvault/release/transfer_blob.h"

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "keyvault/errors.h"
#include "keyvault/release/limits.h"

namespace lazuli::keyvault {
namespace {

namespace json = boost::json;

constexpr char kSchemaVersion[] = "1.0.0";
constexpr char kAlgorithm[] = "dir";

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

absl::Status BadBlob(absl::string_view reason) {
  return BadKeyParameterError("key.key_hsm", reason);
}

std::optional<std::string> TextOf(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string().data(), value->as_string().size());
}

}  // namespace

std::string WriteTransferBlob(const TransferBlob& blob) {
  json::object object = {
      {"schema_version", kSchemaVersion},
      {"header", json::object({{"kid", blob.kid},
                               {"alg", kAlgorithm},
                               {"enc", ToJson(crypto::KeyTransportName(blob.transport))}})},
      {"ciphertext", Base64UrlEncode(blob.ciphertext)}};
  if (!blob.generator.empty()) object["generator"] = blob.generator;
  return json::serialize(object);
}

absl::StatusOr<TransferBlob> ReadTransferBlob(absl::string_view text) {
  if (text.size() > limits::release::kMaxTransferBlobBytes) {
    return BadBlob(
        absl::StrCat("It has at most ", limits::release::kMaxTransferBlobBytes, " bytes."));
  }
  json::error_code error;
  const json::value value = json::parse(ToJson(text), error);
  if (error || !value.is_object()) return BadBlob("It is no JSON object.");
  const json::object& object = value.as_object();
  if (TextOf(object, "schema_version") != kSchemaVersion) {
    return BadBlob(absl::StrCat("Its schema_version must be ", kSchemaVersion, "."));
  }
  const json::value* const header = object.if_contains("header");
  if (header == nullptr || !header->is_object()) return BadBlob("It has no header.");
  std::optional<std::string> kid = TextOf(header->as_object(), "kid");
  const std::optional<std::string> enc = TextOf(header->as_object(), "enc");
  if (!kid.has_value() || TextOf(header->as_object(), "alg") != kAlgorithm) {
    return BadBlob("Its header needs a kid, and alg dir.");
  }
  const std::optional<crypto::KeyTransport> transport =
      enc.has_value() ? crypto::ParseKeyTransport(*enc) : std::nullopt;
  if (transport != crypto::KeyTransport::kCkmRsaAesKeyWrap) {
    return BadBlob("The enc of its header must be CKM_RSA_AES_KEY_WRAP.");
  }
  const std::optional<std::string> encoded = TextOf(object, "ciphertext");
  std::optional<std::string> ciphertext =
      encoded.has_value() ? Base64UrlDecode(*encoded) : std::nullopt;
  if (!ciphertext.has_value() || ciphertext->empty()) {
    return BadBlob("Its ciphertext must be base64url.");
  }
  return TransferBlob{*std::move(kid), *transport, *std::move(ciphertext),
                      TextOf(object, "generator").value_or("")};
}

}  // namespace lazuli::keyvault
