#include "emulator/https/rest/next_link.h"

#include "emulator/https/message/host_name.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

Exchange Of(v1::Plane plane, const char* authority, const char* target, bool is_tls = true) {
  Exchange exchange;
  exchange.plane = plane;
  exchange.http.authority = authority;
  exchange.http.is_tls = is_tls;
  exchange.host = ParseHostName(authority);
  exchange.target = *ParseHttpTarget(target);
  const std::string* version = exchange.target.FindQuery("api-version");
  if (version != nullptr) exchange.api_version = *version;
  return exchange;
}

TEST(NextLinkTest, KeepsTheRequestAndTakesTheToken) {
  const struct {
    v1::Plane plane;
    const char* authority;
    const char* target;
    const char* link;
  } cases[] = {
      {v1::PLANE_KEY_VAULT_DATA, "v.vault.azure.net", "/keys?maxresults=1&api%2Dversion=7.0",
       "https://v.vault.azure.net:443/keys?api-version=7.0&$skiptoken=T%2F%3D&maxresults=1"},
      {v1::PLANE_KEY_VAULT_DATA, "v.vault.localhost:8443", "/keys/k%2Fx/?api-version=7.0",
       "https://v.vault.localhost:8443/keys/k%2Fx/?api-version=7.0&$skiptoken=T%2F%3D"},
      {v1::PLANE_RESOURCE_MANAGER, "management.azure.com",
       "/subscriptions/s/resources?$filter=a%20eq%20'b'&$top=5&api-version=2021-04-01&%24SkipToken="
       "old",
       "https://management.azure.com/subscriptions/s/resources?api-version=2021-04-01&$skiptoken="
       "T%2F%3D&$filter=a%20eq%20%27b%27&$top=5"},
      {v1::PLANE_CONTROL, "localhost:1", "/emulator/v1/x",
       "https://localhost:1/emulator/v1/x?$skiptoken=T%2F%3D"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(NextLink(Of(c.plane, c.authority, c.target), "T/="), c.link);
  }
}

TEST(NextLinkTest, FollowsTheCallersScheme) {
  EXPECT_EQ(CallerOrigin(Of(v1::PLANE_CONTROL, "localhost:1", "/", false)), "http://localhost:1");
}

}  // namespace
}  // namespace lazuli::emulator
