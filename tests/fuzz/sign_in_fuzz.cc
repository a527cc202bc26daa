// What strangers write to sign in and to look people up: assertions, certificates, filters.
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "emulator/https/entra/client_assertion.h"
#include "emulator/https/entra/graph_filter.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/test_keys.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

constexpr absl::string_view kClient = "33333333-3333-3333-3333-333333333333";
constexpr absl::string_view kTenant = "11111111-1111-1111-1111-111111111111";

const std::vector<emulator::KeyCredential::Ptr>& Keys() {
  static const auto* const keys = [] {
    auto key = emulator::KeyCredential::Parse(emulator::kTestEcCertificate);
    Check(key.ok(), "a certificate can be read");
    return new std::vector<emulator::KeyCredential::Ptr>{*key};
  }();
  return *keys;
}

// The one text that the client signed, and the assertion.
struct Signed {
  std::string input;
  std::string assertion;
};

const Signed& TheAssertion() {
  static const Signed* const made = [] {
    auto* const result = new Signed;
    result->input = absl::StrCat(
        Base64UrlEncode(absl::StrCat(R"({"alg":"ES256","kid":")", Keys()[0]->thumbprint(), "\"}")),
        ".",
        Base64UrlEncode(absl::StrCat(R"({"aud":"https://sts.windows.net/)", kTenant,
                                     R"(/","iss":")", kClient, R"(","sub":")", kClient,
                                     R"(","nbf":1700000000,"exp":1700000600})")));
    result->assertion = absl::StrCat(
        result->input, ".",
        Base64UrlEncode(emulator::SignForTest(emulator::kTestEcKey, "ES256", result->input)));
    return result;
  }();
  return *made;
}

const boost::json::object& SomeObject() {
  static const auto* const object = new boost::json::object{
      {"id", "1"}, {"displayName", "a'b"}, {"owner", nullptr}, {"names", {"x", "y"}}};
  return *object;
}

}  // namespace

std::vector<std::string> Seeds() {
  // The one that was signed, with a signature of nobody's; what changes nothing about it; ...
  return {absl::StrCat(TheAssertion().input, ".", std::string(86, 'A')),
          std::string(64, '\0'),
          std::string(emulator::kTestEcCertificate),
          std::string(emulator::kTestEcPublicKey),
          "names/any(c:c eq 'x') and startswith(displayName,'a''b') or not (id in ('1','2'))",
          "id ne 'x' and owner eq null"};
}

std::vector<std::string> Dictionary() {
  return {".",     "eyJhbGciOiJub25lIn0",
          "e30",   "(",
          ")",     "'",
          "''",    " eq ",
          " and ", " or ",
          "not ",  "in(",
          "any(",  "-----END CERTIFICATE-----"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace emulator = lazuli::emulator;
  using lazuli::fuzz::Check;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);

  const std::string spoiled =
      lazuli::fuzz::Spoiled(lazuli::fuzz::TheAssertion().assertion, data, size);
  for (const absl::string_view written : {absl::string_view(spoiled), text}) {
    const auto assertion = emulator::ParseClientAssertion(written);
    if (!assertion.ok()) continue;
    const absl::Status checked = emulator::CheckClientAssertion(
        *assertion, lazuli::fuzz::kClient, lazuli::fuzz::Keys(),
        {.authority = "localhost",
         .tenant = {.segment = "common", .tenant_id = std::string(lazuli::fuzz::kTenant)}},
        absl::FromUnixSeconds(1'700'000'000));
    if (checked.ok()) {
      Check(assertion->signing_input == lazuli::fuzz::TheAssertion().input,
            "only what was signed is believed");
    }
  }

  const auto key = emulator::KeyCredential::Parse(text);
  if (key.ok()) Check(!(*key)->Verify("ES256", "text", "no signature"), "no signature verifies");

  const auto filter = emulator::GraphFilter::Parse(text);
  if (filter.ok()) {
    Check(filter->Matches(lazuli::fuzz::SomeObject()).ok() ==
              filter->Matches(lazuli::fuzz::SomeObject()).ok(),
          "a filter says the same twice");
  }
  return 0;
}
