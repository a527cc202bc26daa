#include "emulator/https/rest/challenge.h"

#include "absl/strings/str_cat.h"

namespace lazuli::emulator {
namespace {

// `text` as it may stand between quotes in a header that clients split at commas.
std::string Quotable(absl::string_view text) {
  std::string quotable;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\' || c == ',' || c == '=') {
      quotable.push_back(' ');
    } else {
      quotable.push_back(c);
    }
  }
  return quotable;
}

}  // namespace

std::string VaultChallenge(const ServiceNames& names, absl::string_view tenant_id) {
  return absl::StrCat("Bearer authorization=\"", names.LoginAuthority(), "/", tenant_id,
                      "\", resource=\"", names.VaultResource(), "\"");
}

std::string ResourceManagerChallenge(const ServiceNames& names, absl::string_view tenant_id,
                                     absl::string_view description) {
  return absl::StrCat("Bearer authorization_uri=\"", names.LoginAuthority(), "/", tenant_id,
                      "\", error=\"invalid_token\", error_description=\"", Quotable(description),
                      "\"");
}

}  // namespace lazuli::emulator
