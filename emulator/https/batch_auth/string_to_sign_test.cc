#include "emulator/https/batch_auth/string_to_sign.h"

#include <string>
#include <vector>

#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::SizeIs;

std::vector<std::string> Sign(const HttpRequest& request) {
  return StringsToSign(request, *ParseHttpTarget(request.target), "account");
}

// The example of Batch's documentation, with a query that has everything.
TEST(StringToSignTest, FollowsTheDocumentation) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/pools?timeout=20&api-version=2022-10-01.16.0&%24filter=a+eq%20%27b%27";
  request.headers.Add("Content-Type", "application/json; odata=minimalmetadata; charset=utf-8");
  request.headers.Add("Content-Length", "2");
  request.headers.Add("ocp-date", "Sun, 06 Nov 1994 08:49:37 GMT");
  request.headers.Add("OCP-Range", "bytes=0-1");
  request.headers.Add("If-Match", "0x8D");
  request.headers.Add("Authorization", "SharedKey x:y");
  request.body = "{}";
  const std::vector<std::string> texts = Sign(request);
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(
      texts[0],
      "POST\n\n\n2\n\napplication/json; odata=minimalmetadata; charset=utf-8\n\n\n0x8D\n\n\n\n"
      "ocp-date:Sun, 06 Nov 1994 08:49:37 GMT\nocp-range:bytes=0-1\n"
      "/account/pools\n$filter:a eq 'b'\napi-version:2022-10-01.16.0\ntimeout:20");
}

TEST(StringToSignTest, PathsStandAsTheyWereSent) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/jobs//a%2Db/tasks/?api-version=1";
  EXPECT_EQ(Sign(request)[0],
            "GET\n\n\n\n\n\n\n\n\n\n\n\n/account/jobs//a%2Db/tasks/\napi-version:1");
}

TEST(StringToSignTest, ALengthOfNothingMayBeSignedEitherWay) {
  HttpRequest request;
  request.method = "DELETE";
  request.target = "/pools/p";
  const std::string before = "DELETE\n\n\n";
  const std::string after = "\n\n\n\n\n\n\n\n\n/account/pools/p";
  EXPECT_THAT(Sign(request), testing::ElementsAre(before + after, before + "0" + after));
  request.headers.Add("Content-Length", "0");
  EXPECT_THAT(Sign(request), testing::ElementsAre(before + "0" + after, before + after));
  // A body's length stands.
  request.headers.Set("Content-Length", "1");
  request.body = "x";
  EXPECT_THAT(Sign(request), testing::ElementsAre(before + "1" + after));
}

TEST(StringToSignTest, QueriesMayBeSignedAsPythonDoes) {
  HttpRequest request;
  request.method = "POST";
  request.body = "x";
  request.target = "/p?B=1&a=&b=2&C=3";
  const std::string path = "POST\n\n\n\n\n\n\n\n\n\n\n\n/account/p";
  EXPECT_THAT(Sign(request),
              testing::ElementsAre(path + "\na:\nb:1,2\nc:3", path + "\nB:1\nC:3\nb:2"));
}

}  // namespace
}  // namespace lazuli::emulator
