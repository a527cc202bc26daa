// Access tokens: nothing but what the key signed is believed.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/signing_key.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using emulator::SigningKey;

const SigningKey& Key() {
  static const SigningKey* const key = [] {
    auto made = SigningKey::Generate();
    Check(made.ok(), "a key can be made");
    return made->release();
  }();
  return *key;
}

// What the key signed, and the token.
struct Signed {
  std::string input;
  std::string token;
};

const Signed& TheToken() {
  static const Signed* const made = [] {
    emulator::AccessTokenClaims claims;
    claims.issuer = "https://sts.windows.net/11111111-1111-1111-1111-111111111111/";
    claims.audience = "https://vault.azure.net";
    claims.tenant_id = "11111111-1111-1111-1111-111111111111";
    claims.object_id = "44444444-4444-4444-4444-444444444444";
    claims.app_id = "33333333-3333-3333-3333-333333333333";
    claims.token_id = "id";
    claims.issued_at = claims.not_before = absl::FromUnixSeconds(1'700'000'000);
    claims.expires_at = absl::FromUnixSeconds(1'700'003'600);
    auto* const result = new Signed;
    result->input = EncodeSigningInput({std::string(SigningKey::kAlgorithm), Key().kid()}, claims);
    const auto signature = Key().Sign(result->input);
    Check(signature.ok(), "a text can be signed");
    result->token = emulator::EncodeJwt(result->input, *signature);
    return result;
  }();
  return *made;
}

}  // namespace

std::vector<std::string> Seeds() {
  // The claims are the same in every run; the key and its signature are not.
  const std::string& input = TheToken().input;
  const std::string payload = input.substr(input.find('.'));
  return {
      // {"alg":"none"} and no signature.
      absl::StrCat("eyJhbGciOiJub25lIn0", payload, "."),
      // {"alg":"ES256","kid":"a"}
      absl::StrCat("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ", payload, ".", std::string(86, 'A')),
      // Changes nothing about what was signed.
      std::string(64, '\0'),
  };
}

std::vector<std::string> Dictionary() {
  return {".", "..", "=", "-", "_", "eyJhbGciOiJub25lIn0", "e30", "bnVsbA", "W10"};
}

}  // namespace lazuli::fuzz

namespace lazuli::fuzz {
namespace {

void Read(absl::string_view token) {
  const auto parts = emulator::SplitJwt(token);
  if (!parts) {
    emulator::ParseClaims(token);
    return;
  }
  emulator::ParseClaims(parts->payload);
  if (Key().Verify(parts->signing_input, parts->signature)) {
    Check(parts->signing_input == TheToken().input, "only what was signed verifies");
  }
}

}  // namespace
}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lazuli::fuzz::Read(absl::string_view(reinterpret_cast<const char*>(data), size));
  lazuli::fuzz::Read(lazuli::fuzz::Spoiled(lazuli::fuzz::TheToken().token, data, size));
  return 0;
}
