#include "emulator/dispatch/claimed_origin.h"

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
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
    ASSERT_TRUE(DecisionOf(status).has_value());
    EXPECT_EQ(DecisionOf(status)->by, "origin");
  }
}

TEST(ClaimedOriginTest, WhatIsNoOriginIsRefusedByTheHeaderThatSaysIt) {
  const std::string subnet_too_long = absl::StrCat(kSubnet, std::string(1 << 20, 'x'));
  const struct {
    const char* header;
    std::string value;
  } cases[] = {
      {kClientAddressHeader, "localhost"},     {kClientAddressHeader, "1.2.3"},
      {kClientAddressHeader, "1.2.3.4:80"},    {kSubnetIdHeader, "subnet"},
      {kSubnetIdHeader, subnet_too_long},      {kPrivateEndpointHeader, std::string(1 << 20, 'x')},
      {kTrustedServiceHeader, "Azure Backup"},
  };
  for (const auto& c : cases) {
    // The others are as they should be.
    std::map<std::string, std::string> headers = {{kClientAddressHeader, "20.1.2.3"},
                                                  {kSubnetIdHeader, kSubnet},
                                                  {kPrivateEndpointHeader, "pe1"},
                                                  {kTrustedServiceHeader, "true"}};
    headers[c.header] = c.value;
    CallOrigin origin;
    origin.client_address = "127.0.0.1";
    const absl::Status status = Take(headers, true, &origin);
    EXPECT_THAT(status, ErrorCodeIs("InvalidInput")) << c.header;
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.header);
    // Nothing is taken of what is wrong in part.
    EXPECT_EQ(origin.client_address, "127.0.0.1") << c.header;
    EXPECT_EQ(origin.subnet_id, "");
    EXPECT_EQ(origin.private_endpoint, "");
    EXPECT_FALSE(origin.trusted_service);
  }
}

}  // namespace
}  // namespace lazuli::emulator
