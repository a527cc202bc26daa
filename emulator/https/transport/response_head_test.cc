#include "emulator/https/transport/response_head.h"

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

constexpr char kDate[] = "Sun, 06 Nov 1994 08:49:37 GMT";

class NoStream final : public HttpBodyStream {
 public:
  absl::StatusOr<bool> Next(std::string*) override { return false; }
  void OnReady(std::function<void()>) override {}
};

TEST(ResponseHeadTest, WritesStatusFieldsAndLength) {
  HttpResponse response;
  response.status = 404;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("x-ms-request-id", "1");
  response.body = "{}";
  EXPECT_EQ(FormatHead(response, BodyFraming::kLength, true, true, kDate),
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nx-ms-request-id: 1\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n\r\n");
}

TEST(ResponseHeadTest, SaysWhetherTheConnectionStays) {
  const HttpResponse response;
  const auto says = [&response](bool is_http11, bool keeps_alive, const char* field) {
    return FormatHead(response, BodyFraming::kLength, is_http11, keeps_alive, kDate).find(field) !=
           std::string::npos;
  };
  EXPECT_FALSE(says(true, true, "Connection:"));
  EXPECT_TRUE(says(true, false, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(says(false, true, "\r\nConnection: keep-alive\r\n"));
  EXPECT_TRUE(says(false, false, "\r\nConnection: close\r\n"));
}

TEST(ResponseHeadTest, LetsNoFieldBreakTheLine) {
  HttpResponse response;
  response.headers.Add("x-echo", std::string("a\r\nSet-Cookie: b\0c", 18));
  EXPECT_NE(FormatHead(response, BodyFraming::kNone, true, true, kDate)
                .find("\r\nx-echo: a  Set-Cookie: b c\r\n"),
            std::string::npos);
}

TEST(ResponseHeadTest, FramesWhatKindOfBodyThereIs) {
  HttpResponse response;
  EXPECT_EQ(FramingOf(response, true), BodyFraming::kLength);
  for (const int status : {204, 304}) {
    response.status = status;
    EXPECT_EQ(FramingOf(response, true), BodyFraming::kNone);
  }
  response.status = 200;
  response.stream = std::make_unique<NoStream>();
  EXPECT_EQ(FramingOf(response, true), BodyFraming::kChunked);
  EXPECT_EQ(FramingOf(response, false), BodyFraming::kClose);
}

TEST(ResponseHeadTest, WritesDatesAsHttpHasThem) {
  EXPECT_EQ(HttpDate(absl::FromUnixSeconds(784'111'777)), kDate);
  const absl::string_view now = CurrentHttpDate();
  EXPECT_EQ(now.size(), std::string(kDate).size());
  EXPECT_EQ(now.substr(now.size() - 4), " GMT");
}

TEST(ResponseHeadTest, FramesChunks) {
  EXPECT_EQ(FormatChunk(std::string(17, 'a')), "11\r\n" + std::string(17, 'a') + "\r\n");
  EXPECT_EQ(FormatChunk(""), "");
}

}  // namespace
}  // namespace lazuli::emulator::transport
