#include "keyvault/certificates/x509_name.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

std::string Rewritten(absl::string_view text) {
  const auto name = ParseSubject(text);
  return name.ok() ? WriteSubject(name->get()) : std::string(name.status().message());
}

TEST(X509NameTest, PartsKeepTheOrderOfTheText) {
  EXPECT_EQ(Rewritten("CN=host.example, O=Contoso;C=DE"), "CN=host.example, O=Contoso, C=DE");
  EXPECT_EQ(Rewritten("cn=MyCert"), "CN=MyCert");
  EXPECT_EQ(Rewritten("S=Bavaria,E=a@b.example"), "ST=Bavaria, emailAddress=a@b.example");
}

TEST(X509NameTest, ValuesMayHoldSeparators) {
  EXPECT_EQ(Rewritten("O=\"Contoso, Ltd.\", CN=x"), "O=Contoso\\, Ltd., CN=x");
  EXPECT_EQ(Rewritten("O=Contoso\\, Ltd., CN=x"), "O=Contoso\\, Ltd., CN=x");
  // What is written is read again as the same.
  EXPECT_EQ(Rewritten(Rewritten("O=\"a+b;c\", CN=x")), Rewritten("O=\"a+b;c\", CN=x"));
}

TEST(X509NameTest, WhateverIsReadIsWrittenSoThatItIsReadAsTheSame) {
  const std::string values[] = {"x",
                                " x ",
                                "#x",
                                "a+b",
                                "a,b;c",
                                "\"quoted\"",
                                "a\\b",
                                "<a=b>",
                                "new\nline",
                                "\x7f",
                                "b\xc3\xbc"
                                "cher",
                                "0a",
                                "\\0a",
                                "ends\\",
                                "  ",
                                "tab\tend\t"};
  for (const char* type : {"CN", "C", "L", "ST", "STREET", "O", "OU", "emailAddress", "DC", "UID",
                           "title", "GN", "SN", "SERIALNUMBER", "2.5.4.97", "1.2.3.4.5"}) {
    for (const std::string& value : values) {
      const bssl::UniquePtr<X509_NAME> name(X509_NAME_new());
      const bssl::UniquePtr<ASN1_OBJECT> object(OBJ_txt2obj(
          absl::EqualsIgnoreCase(type, "STREET") ? "2.5.4.9" : type, /*dont_search_names=*/0));
      // Some types take some characters, or so many of them.
      if (object == nullptr ||
          X509_NAME_add_entry_by_OBJ(name.get(), object.get(), MBSTRING_UTF8,
                                     reinterpret_cast<const uint8_t*>(value.data()),
                                     static_cast<int>(value.size()), -1, 0) != 1) {
        ERR_clear_error();
        continue;
      }
      const std::string text = WriteSubject(name.get());
      LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<X509_NAME> back, ParseSubject(text));
      EXPECT_EQ(X509_NAME_cmp(back.get(), name.get()), 0) << text;
      EXPECT_EQ(WriteSubject(back.get()), text);
    }
  }
}

TEST(X509NameTest, PartsOfSeveralValuesStayTogether) {
  EXPECT_EQ(Rewritten("CN=a+O=b, C=DE"), "CN=a + O=b, C=DE");
  EXPECT_EQ(Rewritten("CN=a + O=b, C=DE"), "CN=a + O=b, C=DE");
  LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<X509_NAME> one, ParseSubject("CN=a+O=b"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<X509_NAME> two, ParseSubject("CN=a, O=b"));
  EXPECT_NE(X509_NAME_cmp(one.get(), two.get()), 0);
  EXPECT_EQ(Rewritten("CN=a\\+b"), "CN=a\\+b");
}

TEST(X509NameTest, KnowsTypesByTheirIdentifiers) {
  EXPECT_EQ(Rewritten("OID.2.5.4.3=x"), "CN=x");
  EXPECT_EQ(Rewritten("2.5.4.10=y"), "O=y");
}

TEST(X509NameTest, NoTextIsNoName) { EXPECT_EQ(Rewritten("  "), ""); }

TEST(X509NameTest, RefusesWhatIsNoName) {
  const std::string too_long = "C=Germany";
  for (const std::string& text :
       {std::string("host.example"), std::string("CN="), std::string("CN=a,"),
        std::string("CN=\"a"), std::string("CN=\"a\"b"), std::string("NOSUCH=a"), std::string("=a"),
        too_long}) {
    EXPECT_THAT(ParseSubject(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
    EXPECT_THAT(ParseSubject(text), ErrorCodeIs("BadParameter")) << text;
  }
}

}  // namespace
}  // namespace lazuli::keyvault
