#include "emulator/https/control/control_guard.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr char kToken[] = "an-operator-token";

HttpRequest RequestTo(const std::string& authority,
                      const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/emulator/v1/info";
  request.authority = authority;
  request.client_address = "127.0.0.1";
  for (const auto& [name, value] : headers) request.headers.Add(name, value);
  return request;
}

class ControlGuardTest : public testing::Test {
 protected:
  const ControlGuard guard_{kToken, {"Lazuli", "emulator.test"}};
};

TEST_F(ControlGuardTest, OurOwnNamesPassAndOthersDoNot) {
  for (const char* authority :
       {"localhost", "localhost:8443", "127.0.0.1:8443", "[::1]:8443", "[::1]",
        "management.azure.com", "kv1.vault.azure.net", "kv1.vault.localhost:8443", "lazuli:8443",
        "LAZULI", "emulator.test"}) {
    LAZULI_EXPECT_OK(guard_.CheckOrigin(RequestTo(authority))) << authority;
  }
  for (const char* authority :
       {"attacker.example", "attacker.example:8443", "localhost.attacker.example", "127.0.0.2", "",
        "lazuli.attacker.example", "localhost@attacker.example", "192.168.1.5:8443",
        "localhost."}) {
    EXPECT_THAT(guard_.CheckOrigin(RequestTo(authority)), ErrorCodeIs("HostNotAllowed"))
        << authority;
  }
}

TEST_F(ControlGuardTest, PagesOfOtherOriginsDoNotPass) {
  const std::string home = "localhost:8443";
  for (const char* origin :
       {"http://localhost:8443", "https://localhost:8443", "https://LOCALHOST:8443"}) {
    LAZULI_EXPECT_OK(guard_.CheckOrigin(RequestTo(home, {{"Origin", origin}}))) << origin;
  }
  for (const char* origin :
       {"https://attacker.example", "null", "", "http://localhost", "http://localhost:3000",
        "file://localhost:8443", "https://localhost:8443.attacker.example"}) {
    EXPECT_THAT(guard_.CheckOrigin(RequestTo(home, {{"origin", origin}})),
                ErrorCodeIs("CrossOriginRequest"))
        << origin;
  }
}

TEST_F(ControlGuardTest, WhatABrowserSaysOfTheSiteCounts) {
  for (const char* site : {"same-origin", "none"}) {
    LAZULI_EXPECT_OK(guard_.CheckOrigin(RequestTo("localhost", {{"Sec-Fetch-Site", site}})));
  }
  for (const char* site : {"cross-site", "same-site", "something new"}) {
    EXPECT_THAT(guard_.CheckOrigin(RequestTo("localhost", {{"Sec-Fetch-Site", site}})),
                ErrorCodeIs("CrossOriginRequest"))
        << site;
  }
}

TEST_F(ControlGuardTest, ThisMachineNeedsNoOperatorToken) {
  for (const char* address : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
    HttpRequest request = RequestTo("localhost");
    request.client_address = address;
    LAZULI_EXPECT_OK(guard_.CheckOperator(request)) << address;
  }
}

TEST_F(ControlGuardTest, OtherMachinesAndAddedNamesNeedIt) {
  std::vector<HttpRequest> requests = {RequestTo("lazuli:8443"), RequestTo("EMULATOR.test")};
  for (const char* address : {"192.168.1.5", "", "::ffff:192.168.1.5", "fe80::1", "::12"}) {
    requests.push_back(RequestTo("localhost"));
    requests.back().client_address = address;
  }
  for (HttpRequest& request : requests) {
    SCOPED_TRACE(request.authority + " " + request.client_address);
    const absl::Status refused = guard_.CheckOperator(request);
    EXPECT_THAT(refused, ErrorCodeIs("OperatorTokenRequired"));
    EXPECT_EQ(ErrorInfoOrDefault(refused).http_status, 401);
    request.headers.Set("x-lazuli-operator-token", "an-operator-tokeN");
    EXPECT_THAT(guard_.CheckOperator(request), ErrorCodeIs("OperatorTokenRequired"));
    request.headers.Set("X-Lazuli-Operator-Token", kToken);
    LAZULI_EXPECT_OK(guard_.CheckOperator(request));
    request.headers.Remove("x-lazuli-operator-token");
    request.headers.Set("Authorization", "bearer an-operator-token");
    LAZULI_EXPECT_OK(guard_.CheckOperator(request));
    request.headers.Set("Authorization", "Bearer an-operator-token-and-more");
    EXPECT_FALSE(guard_.CheckOperator(request).ok());
  }
}

TEST(ControlGuardWithoutTokenTest, NoTokenIsEqualToTheEmptyOne) {
  const ControlGuard guard("", {});
  EXPECT_FALSE(guard.BearsOperatorToken(RequestTo("localhost", {{"authorization", "Bearer "}})));
  EXPECT_FALSE(guard.CheckOperator(RequestTo("lazuli", {{"x-lazuli-operator-token", ""}})).ok());
}

}  // namespace
}  // namespace lazuli::emulator
