#include "base/encoding.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

// RFC 4648 section 10.
struct Vector {
  const char* plain;
  const char* base64;
  const char* hex;
};
constexpr Vector kVectors[] = {
    {"", "", ""},
    {"f", "Zg==", "66"},
    {"fo", "Zm8=", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "666f6f62"},
    {"fooba", "Zm9vYmE=", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
};

std::string WithoutPadding(std::string text) {
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

std::string AllBytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

TEST(EncodingTest, MatchesThePublishedVectors) {
  for (const Vector& v : kVectors) {
    SCOPED_TRACE(v.plain);
    EXPECT_EQ(Base64Encode(v.plain), v.base64);
    EXPECT_EQ(Base64Decode(v.base64), std::optional<std::string>(v.plain));
    EXPECT_EQ(Base64UrlEncode(v.plain), WithoutPadding(v.base64));
    EXPECT_EQ(Base64UrlDecode(WithoutPadding(v.base64)), std::optional<std::string>(v.plain));
    EXPECT_EQ(Base64UrlDecode(v.base64), std::optional<std::string>(v.plain));
    EXPECT_EQ(HexEncode(v.plain), v.hex);
    EXPECT_EQ(HexDecode(v.hex), std::optional<std::string>(v.plain));
  }
}

TEST(EncodingTest, RoundTripsEveryByte) {
  for (size_t cut = 0; cut < 4; ++cut) {
    const std::string bytes = AllBytes().substr(cut);
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), std::optional<std::string>(bytes));
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), std::optional<std::string>(bytes));
    EXPECT_EQ(HexDecode(HexEncode(bytes)), std::optional<std::string>(bytes));
  }
}

TEST(EncodingTest, AlphabetsDifferInTwoCharacters) {
  EXPECT_EQ(Base64Encode("\xfb\xff"), "+/8=");
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  EXPECT_FALSE(Base64Decode("-_8=").has_value());
  EXPECT_FALSE(Base64UrlDecode("+/8").has_value());
}

TEST(EncodingTest, Base64UrlRefusesWhatIsNotCanonical) {
  for (const char* text : {
           "Z",         // six bits are no byte
           "Zm9vY",     // nor are they at the end
           "Zh",        // stray bits behind one byte
           "Zm9",       // stray bits behind two
           "Zg=",       // half of the padding
           "Zg===",     // too much of it
           "Zm9v====",  // padding where none belongs
           "=",
           "==",
           "====",
           "Z===",
           "Zm9v\n",
           " Zm9v",
           "Zm 9v",
           "Zm=v",
           "Zm9v.",
           "Zm9v,",
           "Zm\xc3\xa4v",
       }) {
    EXPECT_FALSE(Base64UrlDecode(text).has_value()) << text;
  }
  EXPECT_FALSE(Base64UrlDecode(absl::string_view("Zm9v\0", 5)).has_value());
}

TEST(EncodingTest, Base64WantsItsPadding) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "=",
                           "====", "Z===", "Zg==Zg==", "Zm9v\n", "Zm9vZm9v=", "Zm=v"}) {
    EXPECT_FALSE(Base64Decode(text).has_value()) << text;
  }
}

TEST(EncodingTest, HexAcceptsBothCasesAndRefusesTheRest) {
  EXPECT_EQ(HexDecode("aBcD"), std::optional<std::string>("\xab\xcd"));
  EXPECT_EQ(HexEncode("\xab\xcd"), "abcd");
  for (const char* text : {"a", "abc", "0x", "gg", " a", "a ", "-1"}) {
    EXPECT_FALSE(HexDecode(text).has_value()) << text;
  }
}

// FIPS 180-2, appendix B.
TEST(EncodingTest, Sha256MatchesThePublishedVectors) {
  EXPECT_EQ(HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace lazuli
