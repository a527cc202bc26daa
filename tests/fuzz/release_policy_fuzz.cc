// Release policies, the claims that they are held against, and transfer blobs.
#include "absl/strings/string_view.h"
#include "keyvault/release/release_policy.h"
#include "keyvault/release/release_rules.h"
#include "keyvault/release/transfer_blob.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

std::vector<std::string> Seeds() {
  return {
      R"({"version":"1.0.0","anyOf":[{"authority":"https://a","allOf":[{"claim":"x","equals":"y"}]}]})",
      R"({"anyOf":[{"anyOf":[{"equals":true,"claim":"x.y"},{"allOf":[{"claim":"z","equals":1.5}]}],"authority":"https://a/"}],"version":"1.0.0"})",
      R"({"x":{"y":true},"x-ms-runtime":{"keys":[{"kid":"TpmEphemeralEncryptionKey","kty":"RSA","key_use":"enc","n":"AQ","e":"AQAB"}]}})",
      R"({"schema_version":"1.0.0","header":{"kid":"https://v.vault.azure.net/keys/k/1","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AQID","generator":"g"})",
  };
}

std::vector<std::string> Dictionary() {
  return {"\"anyOf\":[",     "\"allOf\":[", "\"claim\":", "\"equals\":",  "\"version\":",
          "\"authority\":",  "\"1.0.0\"",   "https://",   "{\"anyOf\":[", "\"x-ms-runtime\":",
          "\"ciphertext\":", "null",        "1e309",      "\\u0000",      "[[[[[[[[[[[[[[[["};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using lazuli::fuzz::Check;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);

  static const auto* const kPolicy = new keyvault::ReleasePolicy{
      "", false,
      R"({"version":"1.0.0","anyOf":[{"authority":"https://a","anyOf":[{"claim":"x.y","equals":true},{"allOf":[{"claim":"z","equals":1.5}]}]}]})"};
  const keyvault::Attestation attestation{"https://a", std::string(input)};
  keyvault::CheckRelease(*kPolicy, attestation).IgnoreError();
  keyvault::EnvironmentKeyOf(attestation).status().IgnoreError();

  if (const auto normal = keyvault::NormalizeReleasePolicy(input); normal.ok()) {
    const auto again = keyvault::NormalizeReleasePolicy(*normal);
    Check(again.ok() && *again == *normal, "what is written is as it would be written again");
    const keyvault::ReleasePolicy policy{"", false, *normal};
    Check(!keyvault::CheckRelease(policy, {"https://nobody.example", "{}"}).ok(),
          "nobody gets a key for nothing");
    keyvault::CheckRelease(policy, {"https://a", R"({"x":{"y":true},"z":1.5})"}).IgnoreError();
  }
  if (const auto blob = keyvault::ReadTransferBlob(input); blob.ok()) {
    const auto again = keyvault::ReadTransferBlob(keyvault::WriteTransferBlob(*blob));
    Check(again.ok() && again->kid == blob->kid && again->ciphertext == blob->ciphertext,
          "a transfer blob says the same when it is written again");
  }
  return 0;
}
