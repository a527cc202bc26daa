#include "emulator/https/transport/request_target.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

TEST(RequestTargetTest, ReadsEveryForm) {
  struct Case {
    const char* method;
    const char* target;
    const char* host;
    const char* path_and_query;
    const char* authority;
    bool is_absolute_form;
  };
  const std::vector<Case> cases = {
      {"GET", "/", "localhost", "/", "localhost", false},
      {"GET", "/a?b=c", "KV1.Vault.azure.net:8443", "/a?b=c", "kv1.vault.azure.net:8443", false},
      {"GET", "//a//b/", "[::1]:8443", "//a//b/", "[::1]:8443", false},
      {"GET", "http://169.254.169.254/x?y", "ignored", "/x?y", "169.254.169.254", true},
      {"GET", "HTTP://Host.Example:80", "ignored", "/", "host.example:80", true},
      {"GET", "http://host?q", "ignored", "/?q", "host", true},
      {"GET", "https://host/x", "ignored", "/x", "host", true},
      {"CONNECT", "Login.microsoftonline.com:443", "ignored", "", "login.microsoftonline.com:443",
       false},
      {"CONNECT", "[::1]:443", "[::1]:443", "", "[::1]:443", false},
  };
  for (const Case& c : cases) {
    const std::string host = c.host;
    LAZULI_ASSERT_OK_AND_ASSIGN(const RequestTarget resolved,
                                ResolveTarget(c.method, c.target, &host));
    EXPECT_EQ(resolved.path_and_query, c.path_and_query) << c.target;
    EXPECT_EQ(resolved.authority, c.authority) << c.target;
    EXPECT_EQ(resolved.is_absolute_form, c.is_absolute_form) << c.target;
  }
}

TEST(RequestTargetTest, KnowsNobodyWithoutAHost) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const RequestTarget resolved, ResolveTarget("GET", "/", nullptr));
  EXPECT_EQ(resolved.authority, "");
}

TEST(RequestTargetTest, RefusesWhatIsInNoForm) {
  const std::string host = "localhost";
  for (const char* target : {"", "*", "a", "ftp://host/", "http:/host/", "http://", "http:///a",
                             "http://user@host/", "http://ho st/", "http://host:port/"}) {
    EXPECT_THAT(ResolveTarget("GET", target, &host), ErrorCodeIs("BadRequest")) << target;
  }
  for (const char* target : {"host", "host:", "host:0", "host:65536", "host:123456", ":443", "/",
                             "http://host:443", "user@host:443", "[::1]", "[::1:443", "[]:443"}) {
    EXPECT_THAT(ResolveTarget("CONNECT", target, &host), ErrorCodeIs("BadRequest")) << target;
  }
}

TEST(RequestTargetTest, RefusesHostsThatCannotBe) {
  for (const std::string host :
       {"", "a b", "a/b", "a@b", "a:b", "a:1:2", "host:", "\xff", "a\r\nb", "::1"}) {
    EXPECT_THAT(ResolveTarget("GET", "/", &host), ErrorCodeIs("BadRequest")) << host;
  }
  const std::string long_host(300, 'a');
  EXPECT_THAT(ResolveTarget("GET", "/", &long_host), ErrorCodeIs("BadRequest"));
}

}  // namespace
}  // namespace lazuli::emulator::transport
