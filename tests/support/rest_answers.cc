#include "tests/support/rest_answers.h"

#include "absl/strings/str_cat.h"
#include "boost/json.hpp"
#include "gtest/gtest.h"

namespace lazuli::emulator {

std::string Text(const HttpResponse& answer, const std::string& path) {
  boost::json::error_code error;
  const boost::json::value body = boost::json::parse(answer.body, error);
  if (error) return absl::StrCat("no JSON: ", answer.body);
  const boost::json::value* const found = body.find_pointer("/" + path, error);
  if (found == nullptr) return absl::StrCat("no ", path, ": ", answer.body);
  return found->is_string() ? std::string(found->get_string().c_str())
                            : boost::json::serialize(*found);
}

HttpResponse Expect(int status, HttpResponse answer) {
  EXPECT_EQ(answer.status, status) << answer.body;
  return answer;
}

}  // namespace lazuli::emulator
