#include "emulator/https/transport/errors.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "boost/json/parse.hpp"
#include "boost/json/value.hpp"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

TEST(TransportErrorsTest, BecomeAnswersWithTheirStatusAndCode) {
  struct Case {
    absl::Status error;
    int status;
    const char* code;
  };
  const std::vector<Case> cases = {
      {MalformedRequestError("why"), 400, "BadRequest"},
      {HostNotEmulatedError("example.com"), 403, "HostNotEmulated"},
      {RequestTimeoutError(), 408, "RequestTimeout"},
      {BodyTooLargeError(7), 413, "RequestBodyTooLarge"},
      {ExpectationError(), 417, "ExpectationFailed"},
      {HeadersTooLargeError(7), 431, "RequestHeaderFieldsTooLarge"},
      {UnsupportedError("why"), 501, "NotImplemented"},
      {TooManyBodiesError(), 503, "ServerBusy"},
  };
  for (const Case& c : cases) {
    const HttpResponse response = RefusalOf(c.error);
    EXPECT_EQ(response.status, c.status);
    const boost::json::value body = boost::json::parse(response.body);
    EXPECT_EQ(body.at("error").at("code").as_string(), c.code);
    EXPECT_EQ(body.at("error").at("message").as_string(),
              std::string(c.error.message().data(), c.error.message().size()));
  }
  // Never 0: some clients take that for no word at all.
  EXPECT_EQ(RefusalOf(TooManyBodiesError()).headers.Get("Retry-After"), "1");
}

TEST(TransportErrorsTest, ShowWhateverACallerWroteAsJson) {
  const std::string written = "a\"b\\c\r\n\x01\xff";
  const HttpResponse response = RefusalOf(HostNotEmulatedError(written));
  boost::json::error_code failed;
  const boost::json::value body = boost::json::parse(response.body, failed);
  ASSERT_FALSE(failed) << response.body;
  EXPECT_NE(std::string(body.at("error").at("message").as_string()).find("a\"b\\c????"),
            std::string::npos);
}

}  // namespace
}  // namespace lazuli::emulator::transport
