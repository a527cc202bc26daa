#include "base/aead_key.h"

#include <string>

#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

SecureBytes Key(char byte) { return SecureBytes(std::string(AeadKey::kKeyBytes, byte)); }

TEST(AeadKeyTest, OpensWhatItSealed) {
  const AeadKey key(Key('k'));
  for (const std::string& text : {std::string(), std::string("a"), std::string(5000, 'x')}) {
    const std::string sealed = key.Seal("about", text);
    EXPECT_EQ(sealed.size(), AeadKey::kNonceBytes + text.size() + AeadKey::kTagBytes);
    const auto opened = key.Open("about", sealed);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->view(), absl::string_view(text));
  }
}

TEST(AeadKeyTest, SealsTheSameTwiceInDifferentBytes) {
  const AeadKey key(Key('k'));
  EXPECT_NE(key.Seal("", "text"), key.Seal("", "text"));
}

TEST(AeadKeyTest, RefusesWhatIsOfAnotherKeyOrPlaceOrAltered) {
  const AeadKey key(Key('k'));
  const std::string sealed = key.Seal("about", "text");
  EXPECT_FALSE(AeadKey(Key('l')).Open("about", sealed).has_value());
  EXPECT_FALSE(key.Open("abouT", sealed).has_value());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(key.Open("about", altered).has_value()) << i;
    EXPECT_FALSE(key.Open("about", absl::string_view(sealed).substr(0, i)).has_value()) << i;
  }
}

}  // namespace
}  // namespace lazuli
