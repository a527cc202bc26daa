// Attestations: nothing but what the authority signed is believed.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "emulator/attestation/attestation_authority.h"
#include "keyvault/release/release_rules.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

const emulator::AttestationAuthority& Authority() {
  static const auto* const authority = new emulator::AttestationAuthority;
  return *authority;
}

const std::string& TheToken() {
  static const std::string* const token = [] {
    emulator::AttestationInput input;
    input.claims = R"({"x-ms-attestation-type":"sevsnpvm","nested":{"a":[1,true,null]}})";
    input.n = std::string(256, '\xc3');
    input.e = std::string("\1\0\1", 3);
    const auto issued = Authority().Issue(input, kNow);
    Check(issued.ok(), "an attestation can be issued");
    return new std::string(*issued);
  }();
  return *token;
}

}  // namespace

std::vector<std::string> Seeds() {
  const std::string payload = Base64UrlEncode(
      R"({"iss":"https://attest.lazuli.local","exp":1700000001,"x-ms-runtime":{"keys":[{"kid":"TpmEphemeralEncryptionKey","kty":"RSA","n":"AQ","e":"AQAB"}]}})");
  return {
      // {"alg":"none","kid":"a"} and no signature, and {"alg":"ES256","kid":"a"} and one of nobody.
      absl::StrCat("eyJhbGciOiJub25lIiwia2lkIjoiYSJ9.", payload, "."),
      absl::StrCat("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.", payload, ".", std::string(86, 'A')),
      R"({"x-ms-runtime":{"keys":[]}})",
      // Changes nothing about what was issued.
      std::string(64, '\0'),
  };
}

std::vector<std::string> Dictionary() {
  return {".", "..", "=", "-", "_", "e30", "bnVsbA", "W10", "\"x-ms-runtime\":", "\"iss\":", "{"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using lazuli::fuzz::Check;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string& issued_token = lazuli::fuzz::TheToken();
  const absl::string_view signed_part(issued_token.data(), issued_token.rfind('.'));
  const std::string spoiled = lazuli::fuzz::Spoiled(issued_token, data, size);
  for (const absl::string_view token : {absl::string_view(spoiled), input}) {
    if (!lazuli::fuzz::Authority().Verify(token, lazuli::fuzz::kNow).ok()) continue;
    Check(token.substr(0, signed_part.size()) == signed_part, "only what was signed verifies");
  }
  // Claims of a caller's, signed as they are.
  lazuli::emulator::AttestationInput claims;
  claims.claims = std::string(input);
  claims.n = std::string(256, '\xc3');
  claims.e = std::string("\1\0\1", 3);
  const auto issued = lazuli::fuzz::Authority().Issue(claims, lazuli::fuzz::kNow);
  if (!issued.ok()) return 0;
  const auto attestation = lazuli::fuzz::Authority().Verify(*issued, lazuli::fuzz::kNow);
  Check(attestation.ok(), "what is issued verifies");
  Check(lazuli::keyvault::EnvironmentKeyOf(*attestation).ok(), "it has the environment's key");
  return 0;
}
