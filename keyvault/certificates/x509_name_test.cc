#include "keyvault/certificates/x509_name.h"

#include <string>

#include "absl/status/status.h"
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
