#include "keyvault/throttle.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using crypto::KeyType;

const absl::Time kStart = absl::FromUnixSeconds(1'900'000'000);

// How many transactions of that cost in a row are served, up to `most`.
int Served(Throttle* throttle, absl::string_view vault, const ThrottleCost& cost, absl::Time now,
           int most = 100'000) {
  int served = 0;
  while (served < most && throttle->Admit(vault, "s", cost, now).ok()) ++served;
  return served;
}

TEST(ThrottleTest, AVaultServesWhatIsDocumentedOfEachKindOfKey) {
  const struct {
    bool is_creation;
    KeyType type;
    int rsa_bits;
    int served;
  } cases[] = {
      {true, KeyType::kRsa, 2048, 20},    {true, KeyType::kRsaHsm, 4096, 10},
      {true, KeyType::kEc, 0, 20},        {true, KeyType::kEcHsm, 0, 10},
      {false, KeyType::kRsa, 2048, 4000}, {false, KeyType::kRsaHsm, 2048, 2000},
      {false, KeyType::kRsa, 3072, 1000}, {false, KeyType::kRsaHsm, 3072, 500},
      {false, KeyType::kRsa, 4096, 500},  {false, KeyType::kRsaHsm, 4096, 250},
      {false, KeyType::kEc, 0, 4000},     {false, KeyType::kEcHsm, 0, 2000},
  };
  for (const auto& c : cases) {
    Throttle throttle;
    throttle.Enable(true);
    EXPECT_EQ(Served(&throttle, "v", CostOfKey(c.is_creation, c.type, c.rsa_bits), kStart),
              c.served)
        << crypto::KeyTypeName(c.type) << c.rsa_bits << c.is_creation;
  }
}

TEST(ThrottleTest, TransactionsAddUpByTheirWeight) {
  // The documentation's example: 248 with RSA-HSM 4096 leave room for 16 with RSA-HSM 2048.
  Throttle throttle;
  throttle.Enable(true);
  const ThrottleCost large = CostOfKey(false, KeyType::kRsaHsm, 4096);
  const ThrottleCost small = CostOfKey(false, KeyType::kRsaHsm, 2048);
  EXPECT_EQ(Served(&throttle, "v", large, kStart, 248), 248);
  EXPECT_EQ(Served(&throttle, "v", small, kStart), 16);
  // Creations are counted by themselves.
  EXPECT_EQ(Served(&throttle, "v", CostOfKey(true, KeyType::kRsa, 2048), kStart), 20);
}

TEST(ThrottleTest, ARefusedTransactionDoesNotCountAndIsToldWhenToComeAgain) {
  Throttle throttle;
  throttle.Enable(true);
  const ThrottleCost create = CostOfKey(true, KeyType::kEc, 0);
  EXPECT_EQ(Served(&throttle, "v", create, kStart), 20);
  const absl::Time later = kStart + absl::Milliseconds(2500);
  for (int i = 0; i < 50; ++i) {
    const absl::Status refused = throttle.Admit("V", "S", create, later);
    ASSERT_THAT(refused, ErrorCodeIs("Throttled"));
    const ErrorInfo info = *GetErrorInfo(refused);
    EXPECT_EQ(info.http_status, 429);
    EXPECT_EQ(info.retry_after, absl::Milliseconds(7500));
    EXPECT_EQ(refused.message(),
              "Request was not processed because too many requests were received. Reason: "
              "VaultRequestTypeLimitReached");
    const std::optional<Decision> decision = DecisionOf(refused);
    ASSERT_TRUE(decision.has_value());
    EXPECT_EQ(decision->by, "throttling");
    EXPECT_EQ(decision->change,
              absl::StrCat("advance the clock to ", InstantText(kStart + kThrottleWindow)));
  }
  EXPECT_EQ(Served(&throttle, "v", create, kStart + kThrottleWindow), 20);
}

TEST(ThrottleTest, ASubscriptionServesFiveTimesWhatAVaultDoes) {
  Throttle throttle;
  throttle.Enable(true);
  const ThrottleCost create = CostOfKey(true, KeyType::kEc, 0);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Served(&throttle, absl::StrCat("v", i), create, kStart), 20) << i;
  }
  EXPECT_THAT(throttle.Admit("v5", "s", create, kStart), ErrorCodeIs("Throttled"));
  LAZULI_EXPECT_OK(throttle.Admit("v5", "other", create, kStart));
}

TEST(ThrottleTest, WhoAsksNoMoreIsForgotten) {
  Throttle throttle;
  throttle.Enable(true);
  const ThrottleCost cost = CostOfKey(false, KeyType::kEc, 0);
  absl::Time now = kStart;
  for (int i = 0; i < 1'000; ++i) {
    LAZULI_ASSERT_OK(throttle.Admit(absl::StrCat("v", i), absl::StrCat("s", i), cost, now));
    now += absl::Seconds(1);
  }
  // A window each of a vault and a subscription, each second of two windows' time.
  EXPECT_LE(throttle.windows(), 40u);
  LAZULI_ASSERT_OK(throttle.Admit("v", "s", cost, now + kThrottleWindow));
  EXPECT_EQ(throttle.windows(), 2u);
}

TEST(ThrottleTest, WhileItIsOffEverythingIsServed) {
  Throttle throttle;
  EXPECT_EQ(Served(&throttle, "v", CostOfKey(true, KeyType::kEc, 0), kStart, 1000), 1000);
  throttle.Enable(true);
  EXPECT_EQ(Served(&throttle, "v", CostOfKey(true, KeyType::kEc, 0), kStart, 1000), 20);
}

}  // namespace
}  // namespace lazuli::keyvault
