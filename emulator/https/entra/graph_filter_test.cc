#include "emulator/https/entra/graph_filter.h"

#include <string>

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

json::object Object() {
  return json::parse(R"({"id":"1","appId":"AB-c","displayName":"O'Brien's App","on":true,
                         "owner":null,"names":["ab-C","https://x"],"none":[]})")
      .as_object();
}

TEST(GraphFilterTest, Matches) {
  struct {
    const char* filter;
    bool matches;
  } const cases[] = {
      {"appId eq 'AB-c'", true},
      {"appId eq 'ab-C'", true},
      {"APPID EQ 'ab-c'", true},
      {"appId eq 'x'", false},
      {"appId ne 'x'", true},
      {"displayName eq 'O''Brien''s App'", true},
      {"startswith(displayName,'o''b')", true},
      {"startswith(displayName, 'App')", false},
      {"endswith(displayName,'app')", true},
      {"contains(displayName,'brien')", true},
      {"contains(owner,'x')", false},
      {"names/any(c:c eq 'AB-C')", true},
      {"names/any(c:c eq 'x')", false},
      {"names/any(c: startswith(c, 'https'))", true},
      {"names/any(c:c eq 'x' or c eq 'https://x')", true},
      {"none/any(c:c eq 'x')", false},
      {"on eq true", true},
      {"on eq false", false},
      {"owner eq null", true},
      {"displayName eq null", false},
      {"id in ('2','1')", true},
      {"id in ( '2' , '3' )", false},
      {"not (id eq '1')", false},
      {"not id eq '2'", true},
      {"id eq '2' or id eq '1'", true},
      {"id eq '1' and appId eq 'x'", false},
      {"id eq '2' and id eq '3' or id eq '1'", true},
      {"id eq '2' and (id eq '3' or id eq '1')", false},
      {"  id   eq   '1'  ", true},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<GraphFilter> filter = GraphFilter::Parse(c.filter);
    ASSERT_TRUE(filter.ok()) << c.filter << filter.status();
    const absl::StatusOr<bool> matches = filter->Matches(Object());
    ASSERT_TRUE(matches.ok()) << c.filter << matches.status();
    EXPECT_EQ(*matches, c.matches) << c.filter;
  }
}

TEST(GraphFilterTest, RefusesWhatIsNoFilter) {
  for (const std::string& text : {std::string(),
                                  std::string("id"),
                                  std::string("id eq"),
                                  std::string("id eq 1"),
                                  std::string("id eq 'x"),
                                  std::string("id gt 'x'"),
                                  std::string("eq 'x'"),
                                  std::string("(id eq 'x'"),
                                  std::string("id eq 'x')"),
                                  std::string("id eq 'x' and"),
                                  std::string("id in 'x'"),
                                  std::string("id in ('x'"),
                                  std::string("names/all(c:c eq 'x')"),
                                  std::string("names/any(c eq 'x')"),
                                  std::string("names/any(c:c eq 'x'"),
                                  std::string("tolower(id) eq 'x'"),
                                  std::string("startswith(id)"),
                                  std::string("startswith(id,null)"),
                                  std::string("startswith(,'x')"),
                                  std::string("id eq 'x' id eq 'y'"),
                                  std::string(100, '(') + "id eq 'x'",
                                  std::string(200, '(') + "id eq 'x'" + std::string(200, ')'),
                                  "id eq '" + std::string(5000, 'x') + "'"}) {
    EXPECT_EQ(GraphFilter::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(GraphFilterTest, RefusesPropertiesThatAreNotThere) {
  for (const char* text : {"nothing eq 'x'", "id eq '1' or nothing eq 'x'", "names/any(c:d eq 'x')",
                           "names eq 'x'", "id/any(c:c eq 'x')"}) {
    const absl::StatusOr<GraphFilter> filter = GraphFilter::Parse(text);
    ASSERT_TRUE(filter.ok()) << text;
    EXPECT_EQ(filter->Matches(Object()).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace lazuli::emulator
