#include "emulator/https/message/proxy_credentials.h"

#include "emulator/https/message/http_headers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ProxyCredentialsTest, TheUserIsWhatStandsBeforeTheColon) {
  const struct {
    const char* value;
    const char* user;
  } kCases[] = {
      {"Basic c2FuZGJveC0xOng=", "sandbox-1"},  // sandbox-1:x
      {"basic   c2FuZGJveC0xOng=", "sandbox-1"},
      {"Basic YTpiOmM=", "a"},  // a:b:c
      {"Basic Ong=", ""},       // :x
      {"Basic c2FuZGJveC0x", ""},
      {"Basic *", ""},
      {"Bearer c2FuZGJveC0xOng=", ""},
      {"", ""},
  };
  for (const auto& c : kCases) {
    HttpHeaders headers;
    headers.Set("proxy-authorization", c.value);
    EXPECT_EQ(ProxyUser(headers), c.user) << c.value;
  }
  EXPECT_EQ(ProxyUser(HttpHeaders()), "");
}

}  // namespace
}  // namespace lazuli::emulator
