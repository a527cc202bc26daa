#include "emulator/https/rest/envelopes.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "emulator/https/message/host_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

Exchange Of(v1::Plane plane, const char* authority) {
  Exchange exchange;
  exchange.plane = plane;
  exchange.http.authority = authority;
  exchange.http.is_tls = true;
  exchange.host = ParseHostName(authority);
  exchange.request_id = "ID";
  exchange.now = absl::FromUnixSeconds(0);
  exchange.verb = "GET";
  return exchange;
}

absl::Status Error(int http_status, const std::string& message, const std::string& inner = "",
                   const std::string& target = "") {
  ErrorInfo info;
  info.code = "Code";
  info.inner_code = inner;
  info.http_status = http_status;
  info.target = target;
  info.details = {{"Name", "value"}};
  return MakeError(absl::StatusCode::kInvalidArgument, message, info);
}

TEST(EnvelopesTest, AVaultShowsCodeMessageAndTheInnerCode) {
  const Exchange exchange = Of(v1::PLANE_KEY_VAULT_DATA, "v.vault.azure.net");
  EXPECT_EQ(ErrorAnswer(exchange, Error(403, "a\r\n\"b\"", "Inner", "target")).body,
            R"({"error":{"code":"Code","message":"a\r\n\"b\"","innererror":{"code":"Inner"}}})");
  for (const int status : {401, 404}) {
    const HttpResponse answer = ErrorAnswer(exchange, Error(status, "m", "Inner"));
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, R"({"error":{"code":"Code","message":"m"}})");
  }
}

TEST(EnvelopesTest, BatchShowsValuesAndTheRequest) {
  const HttpResponse answer =
      ErrorAnswer(Of(v1::PLANE_BATCH_DATA, "a.r.batch.azure.com"), Error(409, "m", "Inner", "T"));
  EXPECT_EQ(answer.body, R"({"odata.metadata":"https://a.r.batch.azure.com/$metadata#)"
                         R"(Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",)"
                         R"("code":"Code","message":{"lang":"en-US",)"
                         R"("value":"m\nRequestId:ID\nTime:1970-01-01T00:00:00.0000000Z"},)"
                         R"("values":[{"key":"Name","value":"value"}]})");
  EXPECT_EQ(answer.headers.Get("Content-Type"), "application/json;odata=minimalmetadata");
  EXPECT_EQ(answer.headers.Get("request-id"), "ID");
}

TEST(EnvelopesTest, ResourceManagerShowsTargetAndDetails) {
  const Exchange exchange = Of(v1::PLANE_RESOURCE_MANAGER, "management.azure.com");
  EXPECT_EQ(ErrorAnswer(exchange, Error(400, "m", "Inner", "a.b")).body,
            R"({"error":{"code":"Code","message":"m","target":"a.b",)"
            R"("details":[{"code":"Name","message":"value"}],"innererror":{"code":"Inner"}}})");
  EXPECT_EQ(ErrorAnswer(exchange, Error(400, "m", "", "BatchAccount")).body,
            R"({"error":{"code":"Code",)"
            R"("message":"m\nRequestId:ID\nTime:1970-01-01T00:00:00.0000000Z",)"
            R"("target":"BatchAccount","details":[{"code":"Name","message":"value"}]}})");
}

TEST(EnvelopesTest, TextsNameServicesAsTheCallerDoes) {
  EXPECT_THAT(ErrorAnswer(Of(v1::PLANE_KEY_VAULT_DATA, "v.vault.localhost:1"),
                          Error(400, "https://v.vault.azure.net/keys/k is no key"))
                  .body,
              ::testing::HasSubstr("https://v.vault.localhost:1/keys/k is no key"));
}

TEST(EnvelopesTest, BytesThatAreNoTextAreShownAsQuestionMarks) {
  EXPECT_EQ(ErrorAnswer(Of(v1::PLANE_KEY_VAULT_DATA, "v.vault.azure.net"), Error(400,
                                                                                 "a\xFF"
                                                                                 "b"))
                .body,
            R"({"error":{"code":"Code","message":"a?b"}})");
}

TEST(EnvelopesTest, RetryAfterIsNeverZero) {
  const Exchange exchange = Of(v1::PLANE_KEY_VAULT_DATA, "v.vault.azure.net");
  const auto retry_after = [&](absl::Duration duration) {
    return std::string(
        ErrorAnswer(exchange, ServerBusyError("x", duration)).headers.Get("Retry-After"));
  };
  EXPECT_EQ(retry_after(absl::ZeroDuration()), "1");
  EXPECT_EQ(retry_after(absl::Milliseconds(1)), "1");
  EXPECT_EQ(retry_after(absl::Milliseconds(1'001)), "2");
  EXPECT_EQ(ErrorAnswer(exchange, Error(400, "m")).headers.Find("Retry-After"), nullptr);
}

TEST(EnvelopesTest, WhatDidNotChangeHasNoBody) {
  const HttpResponse answer =
      ErrorAnswer(Of(v1::PLANE_BATCH_DATA, "a.r.batch.azure.com"), Error(304, "m"));
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.headers.Find("Content-Type"), nullptr);
}

TEST(EnvelopesTest, AnErrorOfALibraryIsStillAnAnswer) {
  const HttpResponse answer =
      ErrorAnswer(Of(v1::PLANE_RESOURCE_MANAGER, "management.azure.com"), absl::UnknownError("?"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_TRUE(absl::StrContains(answer.body, "InternalServerError"));
}

}  // namespace
}  // namespace lazuli::emulator
