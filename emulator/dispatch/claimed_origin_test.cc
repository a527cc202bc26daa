#include "emulator/dispatch/claimed_origin.h"

#include <map>
#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr char kSubnet[] = "/subscriptions/s/resourceGroups/g/subnets/one";

absl::Status Take(const std::map<std::string, std::string>& headers, bool is_operator,
                  CallOrigin* origin) {
  return TakeClaimedOrigin(
      [&headers](const char* name) -> absl::string_view {
        const auto found = headers.find(name);
        return found == headers.end() ? absl::string_view() : found->second;
      },
      [is_operator] { return is_operator; }, origin);
}

TEST(ClaimedOriginTest, WhoSaysNothingIsWhereItIs) {
  CallOrigin origin;
  origin.client_address = "127.0.0.1";
  LAZULI_EXPECT_OK(Take({}, false, &origin));
  EXPECT_EQ(origin.client_address, "127.0.0.1");
  EXPECT_FALSE(origin.trusted_service);
}

TEST(ClaimedOriginTest, TheOperatorSaysWhereACallComesFrom) {
  CallOrigin origin;
  origin.client_address = "127.0.0.1";
  LAZULI_EXPECT_OK(Take({{kClientAddressHeader, "20.1.2.3"},
                         {kSubnetIdHeader, kSubnet},
                         {kPrivateEndpointHeader, "pe1"},
                         {kTrustedServiceHeader, "True"}},
                        true, &origin));
  EXPECT_EQ(origin.client_address, "20.1.2.3");
  EXPECT_EQ(origin.subnet_id, kSubnet);
  EXPECT_EQ(origin.private_endpoint, "pe1");
  EXPECT_TRUE(origin.trusted_service);
  LAZULI_EXPECT_OK(Take({{kClientAddressHeader, "2001:db8::1"}}, true, &origin));
  EXPECT_EQ(origin.client_address, "2001:db8::1");
}

TEST(ClaimedOriginTest, NobodyElseMay) {
  for (const char* name :
       {kClientAddressHeader, kSubnetIdHeader, kPrivateEndpointHeader, kTrustedServiceHeader}) {
    CallOrigin origin;
    origin.client_address = "127.0.0.1";
    const absl::Status status = Take({{name, "20.1.2.3"}}, false, &origin);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied)) << name;
    EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 403);
    EXPECT_EQ(origin.client_address, "127.0.0.1");
  }
}

TEST(ClaimedOriginTest, WhatIsNoOriginIsRefused) {
  const std::map<std::string, std::string> cases[] = {
      {{kClientAddressHeader, "localhost"}},     {{kClientAddressHeader, "1.2.3"}},
      {{kClientAddressHeader, "1.2.3.4:80"}},    {{kSubnetIdHeader, "subnet"}},
      {{kTrustedServiceHeader, "Azure Backup"}},
  };
  for (const auto& headers : cases) {
    CallOrigin origin;
    const absl::Status status = Take(headers, true, &origin);
    EXPECT_THAT(status, ErrorCodeIs("InvalidInput"));
    EXPECT_EQ(ErrorInfoOrDefault(status).target, headers.begin()->first);
  }
}

}  // namespace
}  // namespace lazuli::emulator
