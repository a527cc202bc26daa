#include "emulator/identity/token_verifier.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<absl::string_view, 1> kVaultOnly = {kKeyVaultAudience};

TEST(BearerTokenTest, TakesTheTokenFromTheHeader) {
  for (const char* header : {"Bearer abc", "bearer abc", "BEARER  abc "}) {
    const absl::StatusOr<absl::string_view> token = BearerToken(header);
    ASSERT_TRUE(token.ok()) << header;
    EXPECT_EQ(std::string(*token), "abc") << header;
  }
  for (const char* header : {"", "abc", "Bearer", "Bearer ", "Bearerabc", "Basic abc"}) {
    EXPECT_THAT(BearerToken(header),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AKV10000")))
        << header;
  }
}

class TokenVerifierTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK_AND_ASSIGN(key_, SigningKey::Generate());
    LAZULI_ASSERT_OK_AND_ASSIGN(other_key_, SigningKey::Generate());
    issuer_ = std::make_unique<TokenIssuer>(key_.get(), &clock_);
    verifier_ = std::make_unique<TokenVerifier>(key_.get(), &directory_, &clock_, 4);
    principal_ = NewPrincipal("app");
  }

  Principal::Ptr NewPrincipal(const std::string& name) {
    ServicePrincipalSpec spec;
    spec.display_name = name;
    absl::StatusOr<CreatedServicePrincipal> created = directory_.CreateServicePrincipal(spec);
    EXPECT_TRUE(created.ok());
    return created->principal;
  }

  std::string TokenFor(const Principal& principal, absl::string_view audience = kGrpcAudience) {
    absl::StatusOr<IssuedToken> issued = issuer_->Issue(principal, audience);
    EXPECT_TRUE(issued.ok());
    return issued->token;
  }

  AccessTokenClaims GoodClaims() const {
    return {.issuer = IssuerOf(principal_->tenant_id),
            .audience = std::string(kGrpcAudience),
            .tenant_id = principal_->tenant_id,
            .object_id = principal_->object_id,
            .app_id = principal_->app_id,
            .identity_resource_id = "",
            .token_id = "1",
            .issued_at = clock_.Now(),
            .not_before = clock_.Now(),
            .expires_at = clock_.Now() + absl::Hours(1)};
  }

  // A token with whatever it says, properly signed by `key`.
  static std::string Signed(const SigningKey& key, const JwtHeader& header,
                            const AccessTokenClaims& claims) {
    const std::string input = EncodeSigningInput(header, claims);
    absl::StatusOr<std::string> signature = key.Sign(input);
    EXPECT_TRUE(signature.ok());
    return EncodeJwt(input, *signature);
  }
  std::string Signed(const AccessTokenClaims& claims) const {
    return Signed(*key_, {"ES256", key_->kid()}, claims);
  }

  absl::StatusOr<Caller> Verify(absl::string_view token) {
    return verifier_->Verify(token, kAllAudiences);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{100};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<SigningKey> other_key_;
  std::unique_ptr<TokenIssuer> issuer_;
  std::unique_ptr<TokenVerifier> verifier_;
  Principal::Ptr principal_;
};

TEST_F(TokenVerifierTest, TellsWhoCallsTheFirstTimeAndLater) {
  const std::string token = TokenFor(*principal_);
  for (int i = 0; i < 3; ++i) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const Caller caller, Verify(token));
    EXPECT_EQ(caller.tenant_id, principal_->tenant_id);
    EXPECT_EQ(caller.object_id, principal_->object_id);
    EXPECT_EQ(caller.app_id, principal_->app_id);
    EXPECT_EQ(caller.issuer, absl::StrCat("https://sts.windows.net/", principal_->tenant_id, "/"));
    EXPECT_EQ(caller.name, "app");
    EXPECT_EQ(verifier_->cached_tokens(), 1u);
  }
}

TEST_F(TokenVerifierTest, AcceptsEveryPlanesAudienceOverGrpc) {
  for (const absl::string_view audience : kAllAudiences) {
    LAZULI_EXPECT_OK(Verify(TokenFor(*principal_, audience)));
  }
}

TEST_F(TokenVerifierTest, RefusesAnotherAudienceAlsoWhenTheTokenIsKnown) {
  const std::string token = TokenFor(*principal_, kResourceManagerAudience);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(verifier_->Verify(token, kVaultOnly),
                StatusIs(absl::StatusCode::kUnauthenticated,
                         "AKV10022: Invalid audience. Expected https://vault.azure.net, found: "
                         "https://management.azure.com/."));
    LAZULI_EXPECT_OK(Verify(token));
  }
  EXPECT_THAT(Verify(TokenFor(*principal_, "https://storage.azure.com")),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AKV10022")));
}

TEST_F(TokenVerifierTest, RefusesExpiredTokensKnownOrNot) {
  const std::string known = TokenFor(*principal_);
  const std::string unknown = TokenFor(*principal_);
  LAZULI_ASSERT_OK(Verify(known));
  clock_.Set(clock_.Now() + absl::Hours(1) - absl::Nanoseconds(1));
  LAZULI_EXPECT_OK(Verify(known));
  clock_.Set(clock_.Now() + absl::Nanoseconds(1));
  for (const std::string& token : {known, unknown}) {
    EXPECT_THAT(Verify(token), StatusIs(absl::StatusCode::kUnauthenticated,
                                        AllOf(HasSubstr("[TokenExpired]"), HasSubstr("S2S12086"))));
  }
  EXPECT_EQ(verifier_->cached_tokens(), 0u);
}

TEST_F(TokenVerifierTest, RefusesTokensOfTheFuture) {
  AccessTokenClaims claims = GoodClaims();
  claims.not_before = clock_.Now() + absl::Seconds(6);
  EXPECT_THAT(Verify(Signed(claims)),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not valid before")));
  claims.not_before = clock_.Now() + absl::Seconds(5);
  LAZULI_EXPECT_OK(Verify(Signed(claims)));
}

TEST_F(TokenVerifierTest, RefusesClaimsThatDoNotFitTheDirectory) {
  struct Case {
    std::string text;
    AccessTokenClaims claims;
  };
  const std::string stranger = "99999999-0000-4000-8000-000000000000";
  std::vector<Case> cases(6, {"", GoodClaims()});
  cases[0].text = "AKV10032";
  cases[0].claims.issuer = "https://sts.windows.net/elsewhere/";
  cases[1].text = "AKV10032";
  cases[1].claims.issuer = IssuerOf(stranger);
  cases[1].claims.tenant_id = stranger;
  cases[2].text = "AKV10032";
  cases[2].claims.tenant_id = stranger;
  cases[3].text = "does not exist";
  cases[3].claims.object_id = stranger;
  cases[4].text = "does not exist";
  cases[4].claims.app_id = stranger;
  cases[5].text = "AKV10022";
  cases[5].claims.audience = "";
  for (const Case& bad : cases) {
    EXPECT_THAT(Verify(Signed(bad.claims)),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(bad.text)));
  }
  LAZULI_EXPECT_OK(Verify(Signed(GoodClaims())));
}

TEST_F(TokenVerifierTest, RefusesEveryChangedCharacter) {
  const std::string token = TokenFor(*principal_);
  LAZULI_ASSERT_OK(Verify(token));
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Verify(changed), StatusIs(absl::StatusCode::kUnauthenticated)) << i;
  }
  for (const size_t size : {token.size() - 1, token.size() / 2, size_t{1}}) {
    EXPECT_THAT(Verify(token.substr(0, size)), StatusIs(absl::StatusCode::kUnauthenticated));
  }
  EXPECT_THAT(Verify(absl::StrCat(token, "A")), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(verifier_->cached_tokens(), 1u);
}

TEST_F(TokenVerifierTest, RefusesEachChangedClaimUnderAnOldSignature) {
  const AccessTokenClaims good = GoodClaims();
  const std::string token = Signed(good);
  const std::string signature = token.substr(token.rfind('.') + 1);
  std::vector<AccessTokenClaims> changed(7, good);
  changed[0].issuer += "x";
  changed[1].audience = std::string(kKeyVaultAudience);
  changed[2].tenant_id += "x";
  changed[3].object_id = std::string(kAdminObjectId);
  changed[4].app_id = std::string(kAdminAppId);
  changed[5].expires_at += absl::Hours(1000);
  changed[6].not_before -= absl::Hours(1000);
  for (const AccessTokenClaims& claims : changed) {
    const std::string forged =
        absl::StrCat(EncodeSigningInput({"ES256", key_->kid()}, claims), ".", signature);
    EXPECT_THAT(Verify(forged),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("signature")));
  }
}

TEST_F(TokenVerifierTest, PinsTheAlgorithmAndTheKey) {
  for (const char* alg : {"none", "None", "", "es256", "HS256", "RS256", "ES384"}) {
    // Signed by the right key, so that only the header can be the reason.
    EXPECT_THAT(Verify(Signed(*key_, {alg, key_->kid()}, GoodClaims())),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("ES256")))
        << alg;
  }
  const std::string input = EncodeSigningInput({"none", key_->kid()}, GoodClaims());
  EXPECT_THAT(Verify(EncodeJwt(input, "")), StatusIs(absl::StatusCode::kUnauthenticated));
  for (const std::string& kid : {other_key_->kid(), key_->kid(), std::string()}) {
    EXPECT_THAT(Verify(Signed(*other_key_, {"ES256", kid}, GoodClaims())),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("signature")));
  }
  EXPECT_THAT(Verify(Signed(*key_, {"ES256", other_key_->kid()}, GoodClaims())),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("signature")));
}

TEST_F(TokenVerifierTest, RefusesWhatIsNoTokenAndNeverShowsIt) {
  EXPECT_THAT(Verify(""), StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AKV10000")));
  for (const std::string& bad : {std::string("secret-token"), std::string("secret-token.b.c"),
                                 std::string(9000, 's') + "secret-token"}) {
    EXPECT_THAT(Verify(bad),
                StatusIs(absl::StatusCode::kUnauthenticated, Not(HasSubstr("secret-token"))));
  }
}

TEST_F(TokenVerifierTest, RefusesADeletedPrincipalAtOnceWithoutBeingTold) {
  const std::string token = TokenFor(*principal_);
  LAZULI_ASSERT_OK(Verify(token));
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(principal_->object_id));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Verify(token),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("does not exist")));
  }
  EXPECT_EQ(verifier_->cached_tokens(), 0u);
}

TEST_F(TokenVerifierTest, ForgetsADeletedPrincipalsTokensWhenTold) {
  directory_.AddListener(verifier_.get());
  const Principal::Ptr other = NewPrincipal("other");
  const std::string kept = TokenFor(*other);
  LAZULI_ASSERT_OK(Verify(TokenFor(*principal_)));
  LAZULI_ASSERT_OK(Verify(TokenFor(*principal_)));
  LAZULI_ASSERT_OK(Verify(kept));
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(principal_->object_id));
  EXPECT_EQ(verifier_->cached_tokens(), 1u);
  LAZULI_EXPECT_OK(Verify(kept));
}

TEST_F(TokenVerifierTest, KeepsNoMoreTokensThanItMay) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 10; ++i) tokens.push_back(TokenFor(*principal_));
  for (const std::string& token : tokens) LAZULI_EXPECT_OK(Verify(token));
  EXPECT_EQ(verifier_->cached_tokens(), 4u);
  for (const std::string& token : tokens) LAZULI_EXPECT_OK(Verify(token));
}

TEST_F(TokenVerifierTest, ServesManyThreadsWhilePrincipalsGo) {
  directory_.AddListener(verifier_.get());
  const std::string token = TokenFor(*principal_);
  std::atomic<bool> deleted = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 300; ++j) {
        const bool gone_before = deleted.load();
        const bool accepted = Verify(token).ok();
        EXPECT_FALSE(gone_before && accepted);
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    const Principal::Ptr passing = NewPrincipal("passing");
    EXPECT_TRUE(Verify(TokenFor(*passing)).ok());
    EXPECT_TRUE(directory_.DeleteServicePrincipal(passing->object_id).ok());
  }
  EXPECT_TRUE(directory_.DeleteServicePrincipal(principal_->object_id).ok());
  deleted.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(Verify(token).ok());
}

}  // namespace
}  // namespace lazuli::emulator
