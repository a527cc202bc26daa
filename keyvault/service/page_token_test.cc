#include "keyvault/service/page_token.h"

#include <optional>
#include <string>

#include "base/encoding.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

TEST(PageTokenTest, LeadsBackToTheNameInUpperCase) {
  for (const std::string& name : {std::string("Key-1"), std::string(127, 'x')}) {
    const std::optional<std::string> after = DecodePageToken(EncodePageToken(name));
    ASSERT_TRUE(after.has_value()) << name;
    EXPECT_EQ(after->size(), name.size());
  }
  EXPECT_EQ(DecodePageToken(EncodePageToken("Key-1")), "KEY-1");
}

TEST(PageTokenTest, OtherTextsAreNoTokens) {
  const std::string token = EncodePageToken("key");
  for (const std::string& text :
       {std::string("key"), std::string("25"), std::string("a b"), token + "=",
        token.substr(0, token.size() - 1), Base64UrlEncode("key"), Base64UrlEncode("!"),
        Base64UrlEncode("!a/b"), Base64UrlEncode("!" + std::string(128, 'x'))}) {
    EXPECT_EQ(DecodePageToken(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace lazuli::keyvault
