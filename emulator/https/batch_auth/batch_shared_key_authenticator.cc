#include "emulator/https/batch_auth/batch_shared_key_authenticator.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/http_date.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "emulator/https/batch_auth/errors.h"
#include "emulator/https/batch_auth/limits.h"
#include "emulator/https/batch_auth/string_to_sign.h"

namespace lazuli::emulator {
namespace {

// "SharedKey ACCOUNT:SIGNATURE", taken apart.
struct Authorization {
  std::string account;
  std::string signature;  // base64, as it came
  std::string mac;
};

absl::StatusOr<Authorization> ReadAuthorization(absl::string_view header) {
  constexpr absl::string_view kScheme = "SharedKey ";
  header = absl::StripAsciiWhitespace(header);
  if (!absl::StartsWithIgnoreCase(header, kScheme)) return MalformedAuthorizationError();
  header = absl::StripLeadingAsciiWhitespace(header.substr(kScheme.size()));
  const size_t colon = header.find(':');
  if (colon == absl::string_view::npos || colon == 0) return MalformedAuthorizationError();
  Authorization authorization;
  authorization.account = std::string(header.substr(0, colon));
  authorization.signature = std::string(header.substr(colon + 1));
  const std::optional<std::string> mac = Base64Decode(authorization.signature);
  if (!mac.has_value() || mac->empty()) return MalformedAuthorizationError();
  authorization.mac = *mac;
  return authorization;
}

}  // namespace

absl::StatusOr<Caller> BatchSharedKeyAuthenticator::Authenticate(const HttpRequest& request,
                                                                 const HttpTarget& target,
                                                                 const HostName& host) const {
  const std::string endpoint = absl::StrCat(host.name, ".", host.region, ".batch.azure.com");
  LAZULI_ASSIGN_OR_RETURN(
      const std::shared_ptr<batch::Account> account,
      accounts_->Find(endpoint, name_space_of_ ? name_space_of_(request, endpoint) : ""));
  LAZULI_ASSIGN_OR_RETURN(const Authorization authorization,
                          ReadAuthorization(request.headers.Get("Authorization")));
  if (!absl::EqualsIgnoreCase(authorization.account, account->id().name)) {
    return OtherAccountSignedError(authorization.account, account->id().name);
  }
  LAZULI_RETURN_IF_ERROR(account->CheckAuthenticationMode(batch::AuthenticationMode::kSharedKey));
  LAZULI_RETURN_IF_ERROR(CheckDate(request));
  const std::vector<std::string> texts = StringsToSign(request, target, authorization.account);
  if (!account->FindSigned(texts, authorization.mac).has_value()) {
    return WrongMacError(authorization.signature, texts.front());
  }
  Caller caller;
  caller.shared_key_account_id = account->arm_id();
  return caller;
}

absl::Status BatchSharedKeyAuthenticator::CheckDate(const HttpRequest& request) const {
  const std::string* date = request.headers.Find("ocp-date");
  if (date == nullptr) date = request.headers.Find("Date");
  const std::optional<absl::Time> created = date == nullptr ? std::nullopt : ParseHttpDate(*date);
  if (!created.has_value()) return MissingRequestDateError();
  if (absl::AbsDuration(real_clock_->Now() - *created) > limits::batch_auth::kDateWindow) {
    return RequestDateOutOfWindowError(*date);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
