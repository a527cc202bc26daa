#include "batch/shared_key_mac.h"

#include <string>

#include "base/encoding.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

// RFC 4231, test cases 1, 2 and 6: keys shorter and longer than a block.
TEST(SharedKeyMacTest, AgreesWithTheTestVectors) {
  struct Case {
    std::string key;
    std::string text;
    const char* mac;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(HexEncode(SharedKeyMac(SecureBytes(c.key), c.text)), c.mac);
  }
}

TEST(SharedKeyMacTest, TellsARightMacFromAnyOther) {
  const SecureBytes key(absl::string_view("key"));
  std::string mac = SharedKeyMac(key, "text");
  EXPECT_TRUE(HasSharedKeyMac(key, "text", mac));
  EXPECT_FALSE(HasSharedKeyMac(key, "texts", mac));
  EXPECT_FALSE(HasSharedKeyMac(SecureBytes(absl::string_view("keys")), "text", mac));
  EXPECT_FALSE(HasSharedKeyMac(key, "text", ""));
  EXPECT_FALSE(HasSharedKeyMac(key, "text", mac + "x"));
  mac.back() = static_cast<char>(mac.back() ^ 1);
  EXPECT_FALSE(HasSharedKeyMac(key, "text", mac));
}

}  // namespace
}  // namespace lazuli::batch
