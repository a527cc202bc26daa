#include "emulator/https/batch_auth/batch_shared_key_authenticator.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "batch/account_registry.h"
#include "batch/account_spec.h"
#include "batch/shared_key_mac.h"
#include "emulator/https/batch_auth/string_to_sign.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using batch::AccountChange;
using batch::AuthenticationMode;
using testing::HasSubstr;
using testing::Not;

std::string WriteDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

class BatchSharedKeyAuthenticatorTest : public batch::AccountFixture {
 protected:
  BatchSharedKeyAuthenticatorTest() {
    MakeAccountWithKey();
    shared_keys_ = *account().ListSharedKeys();
  }

  HttpRequest Request(absl::Time date) const {
    HttpRequest request;
    request.method = "GET";
    request.target = "/pools?api-version=2022-10-01.16.0&maxresults=10";
    request.authority = "account.westus2.batch.azure.com";
    request.headers.Add("ocp-date", WriteDate(date));
    return request;
  }
  // Signs as the account of that name.
  static void Sign(const std::string& key, HttpRequest* request,
                   const std::string& name = "account") {
    const std::string text = StringsToSign(*request, *ParseHttpTarget(request->target), name)[0];
    const std::string mac =
        batch::SharedKeyMac(SecureBytes(absl::string_view(*Base64Decode(key))), text);
    request->headers.Set("Authorization", absl::StrCat("SharedKey ", name, ":", Base64Encode(mac)));
  }
  absl::StatusOr<Caller> Authenticate(const HttpRequest& request) const {
    return authenticator_.Authenticate(request, *ParseHttpTarget(request.target),
                                       ParseHostName(request.authority));
  }
  static std::string DetailOf(const absl::Status& status) {
    const ErrorInfo info = ErrorInfoOrDefault(status);
    EXPECT_EQ(info.http_status, 403);
    return info.details.empty() ? "" : info.details[0].message;
  }

  const absl::Time real_now_ = absl::FromUnixSeconds(1'800'000'000);
  ManualClock real_clock_{real_now_};
  const BatchSharedKeyAuthenticator authenticator_{&registry(), &real_clock_};
  batch::SharedKeyPair shared_keys_;
};

TEST_F(BatchSharedKeyAuthenticatorTest, EitherKeySignsForTheAccountAndNothingElse) {
  for (const std::string& key : {shared_keys_.primary, shared_keys_.secondary}) {
    HttpRequest request = Request(real_now_);
    Sign(key, &request);
    LAZULI_ASSERT_OK_AND_ASSIGN(const Caller caller, Authenticate(request));
    EXPECT_EQ(caller.shared_key_account_id, account().arm_id());
    EXPECT_EQ(caller.object_id, "");
    EXPECT_EQ(caller.tenant_id, "");
  }
}

TEST_F(BatchSharedKeyAuthenticatorTest, TheSameAccountUnderALocalName) {
  HttpRequest request = Request(real_now_);
  request.authority = "account.westus2.batch.localhost:8443";
  Sign(shared_keys_.primary, &request);
  LAZULI_EXPECT_OK(Authenticate(request).status());
}

TEST_F(BatchSharedKeyAuthenticatorTest, AnotherRequestThanWasSignedIsRefused) {
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request);
  HttpRequest other_query = request;
  other_query.target = "/pools?api-version=2022-10-01.16.0&maxresults=11";
  HttpRequest other_verb = request;
  other_verb.method = "DELETE";
  HttpRequest other_date = request;
  other_date.headers.Set("ocp-date", WriteDate(real_now_ + absl::Seconds(1)));
  HttpRequest other_key = request;
  Sign(Base64Encode(std::string(64, 'k')), &other_key);
  for (const HttpRequest& tampered : {other_query, other_verb, other_date, other_key}) {
    const absl::Status status = Authenticate(tampered).status();
    EXPECT_THAT(status, ErrorCodeIs("AuthenticationFailed"));
    EXPECT_THAT(DetailOf(status), HasSubstr("The MAC signature found in the HTTP request"));
    EXPECT_THAT(DetailOf(status), Not(HasSubstr(shared_keys_.primary)));
  }
}

TEST_F(BatchSharedKeyAuthenticatorTest, ARegeneratedKeyStopsAtOnce) {
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request);
  LAZULI_ASSERT_OK(account().RegenerateSharedKey(batch::SharedKeyName::kPrimary).status());
  EXPECT_THAT(Authenticate(request).status(), ErrorCodeIs("AuthenticationFailed"));
  Sign(shared_keys_.secondary, &request);
  LAZULI_EXPECT_OK(Authenticate(request).status());
}

TEST_F(BatchSharedKeyAuthenticatorTest, TheDateMustBeWithinFifteenMinutesOfRealTime) {
  struct Case {
    absl::Duration age;
    bool good;
  };
  for (const Case& c : {Case{absl::Minutes(15), true}, Case{-absl::Minutes(15), true},
                        Case{absl::Minutes(15) + absl::Seconds(1), false},
                        Case{-absl::Minutes(15) - absl::Seconds(1), false}}) {
    HttpRequest request = Request(real_now_ - c.age);
    Sign(shared_keys_.primary, &request);
    const absl::Status status = Authenticate(request).status();
    EXPECT_EQ(status.ok(), c.good) << c.age;
    if (!c.good) {
      EXPECT_THAT(DetailOf(status), HasSubstr("15 minutes"));
    }
  }
  // Virtual time does not matter.
  AdvanceBy(absl::Hours(24));
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request);
  LAZULI_EXPECT_OK(Authenticate(request).status());
}

TEST_F(BatchSharedKeyAuthenticatorTest, TheDateMayBeTheStandardHeader) {
  HttpRequest request = Request(real_now_);
  request.headers.Remove("ocp-date");
  Sign(shared_keys_.primary, &request);
  EXPECT_THAT(DetailOf(Authenticate(request).status()), HasSubstr("ocp-date"));
  request.headers.Add("Date", "yesterday");
  Sign(shared_keys_.primary, &request);
  EXPECT_THAT(DetailOf(Authenticate(request).status()), HasSubstr("ocp-date"));
  request.headers.Set("Date", WriteDate(real_now_));
  Sign(shared_keys_.primary, &request);
  LAZULI_EXPECT_OK(Authenticate(request).status());
}

TEST_F(BatchSharedKeyAuthenticatorTest, AMalformedHeaderIsToldSo) {
  for (const char* header : {"", "SharedKey", "SharedKey account", "SharedKey :AAAA",
                             "SharedKey account:", "SharedKey account:%%%",
                             "SharedKeyLite account:AAAA", "Basic AAAA", "Bearer AAAA"}) {
    HttpRequest request = Request(real_now_);
    request.headers.Add("Authorization", header);
    const absl::Status status = Authenticate(request).status();
    EXPECT_THAT(status, ErrorCodeIs("InvalidAuthenticationInfo")) << header;
    EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 400);
  }
}

TEST_F(BatchSharedKeyAuthenticatorTest, TheHeaderMustNameTheHostsAccount) {
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request, "other");
  EXPECT_THAT(DetailOf(Authenticate(request).status()), HasSubstr("'other'"));
  // Case does not matter for the name, and the signature stands as it was made.
  Sign(shared_keys_.primary, &request, "ACCOUNT");
  LAZULI_EXPECT_OK(Authenticate(request).status());
  for (const char* host : {"nobody.westus2.batch.azure.com", "account.eastus.batch.azure.com"}) {
    request.authority = host;
    EXPECT_THAT(Authenticate(request).status(), ErrorCodeIs("ResourceNotFound"));
  }
}

TEST_F(BatchSharedKeyAuthenticatorTest, SharedKeysMayBeSwitchedOff) {
  AccountChange change;
  change.authentication_modes = {AuthenticationMode::kAad};
  LAZULI_ASSERT_OK(account().Update(Context(), change));
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request);
  const absl::Status status = Authenticate(request).status();
  EXPECT_THAT(status, ErrorCodeIs("AuthenticationFailed"));
  EXPECT_EQ(DetailOf(status),
            "The specified type of authentication SharedKey is not allowed for this account.");
}

TEST_F(BatchSharedKeyAuthenticatorTest, WhoCallsIsToldWhileTheKeyIsLost) {
  keys.RemoveVault("vault");
  KeyChanged();
  HttpRequest request = Request(real_now_);
  Sign(shared_keys_.primary, &request);
  LAZULI_EXPECT_OK(Authenticate(request).status());
}

}  // namespace
}  // namespace lazuli::emulator
