#include "batch/platform_key.h"

#include <string>

#include "absl/status/status.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

TEST(PlatformKeyTest, UnwrapsWhatItWrapped) {
  const PlatformKey key("account");
  const SecureBytes data_key("0123456789abcdef0123456789abcdef");
  const std::string wrapped = key.Wrap(data_key);
  EXPECT_EQ(wrapped.find("0123456789"), std::string::npos);
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes unwrapped, key.Unwrap(wrapped));
  EXPECT_EQ(unwrapped.view(), data_key.view());
}

TEST(PlatformKeyTest, EachAccountHasItsOwn) {
  const PlatformKey one("account");
  const PlatformKey other("account");
  EXPECT_THAT(other.Unwrap(one.Wrap(SecureBytes("secret"))).status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(PlatformKeyTest, IsMadeAgainOfWhatWasStored) {
  const PlatformKey key("account");
  const std::string wrapped = key.Wrap(SecureBytes("secret"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto again, PlatformKey::FromKey("account", key.key().Clone()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes unwrapped, again->Unwrap(wrapped));
  EXPECT_EQ(unwrapped.view(), "secret");
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto of_another,
                              PlatformKey::FromKey("another", key.key().Clone()));
  EXPECT_THAT(of_another->Unwrap(wrapped).status(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(PlatformKey::FromKey("account", SecureBytes("short")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lazuli::batch
