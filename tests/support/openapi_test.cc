#include "tests/support/openapi.h"

#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDocument[] = R"({
  "paths": {
    "/things/{id}": {"get": {"operationId": "Things_Get", "responses": {
      "200": {"schema": {"$ref": "other.json#/definitions/Thing"}},
      "204": {},
      "default": {"schema": {"type": "object", "properties": {"code": {"type": "string"}}}}}}},
    "/things/all": {"get": {"responses": {"200": {"schema": {"type": "array",
      "items": {"$ref": "other.json#/definitions/Thing"}}}}}}}
})";

constexpr char kOther[] = R"({
  "definitions": {
    "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    "Thing": {"allOf": [{"$ref": "#/definitions/Named"}], "properties": {
      "kind": {"type": "string", "enum": ["a", "b"]},
      "at": {"type": "string", "format": "date-time"},
      "count": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 90},
      "id": {"type": "string", "format": "uuid"},
      "code": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
      "closed": {"type": "object", "additionalProperties": false},
      "tags": {"type": "object", "additionalProperties": {"type": "string"}},
      "maybe": {"type": "string", "x-nullable": true}}}
  }
})";

class OpenApiTest : public ::testing::Test {
 protected:
  OpenApiTest() : api_(Write()) {}

  static std::vector<std::string> Write() {
    const std::string folder = ::testing::TempDir();
    std::ofstream(folder + "/document.json") << kDocument;
    std::ofstream(folder + "/other.json") << kOther;
    return {folder + "/document.json"};
  }

  std::vector<std::string> Problems(const std::string& body, int status = 200,
                                    const std::string& path = "/things/1") {
    return api_.Check("GET", path, status, body).value();
  }

  OpenApi api_;
};

TEST_F(OpenApiTest, AcceptsWhatIsDescribed) {
  EXPECT_THAT(Problems(R"({"name":"x","kind":"a","at":"2026-01-01T00:00:00.0000000Z","count":1,
                           "id":"00000000-0000-0000-0000-00000000000A","code":"abc","closed":{},
                           "tags":{"any":"thing"},"maybe":null})"),
              IsEmpty());
  EXPECT_THAT(Problems(R"([{"name":"x"}])", 200, "/Things/ALL?x=1"), IsEmpty());
  EXPECT_THAT(Problems("", 204), IsEmpty());
  EXPECT_THAT(Problems(R"({"code":"x"})", 404), IsEmpty());
}

TEST_F(OpenApiTest, TellsWhatIsNot) {
  EXPECT_THAT(Problems("{}"), ElementsAre(": the member name is missing"));
  EXPECT_THAT(Problems(R"({"name":1})"), ElementsAre("name: no text"));
  EXPECT_THAT(Problems(R"({"name":null})"), ElementsAre("name: null"));
  EXPECT_THAT(Problems(R"({"name":"x","other":1})"),
              ElementsAre("other: the member is not described"));
  EXPECT_THAT(Problems(R"({"name":"x","kind":"c"})"),
              ElementsAre("kind: 'c' is none of the values"));
  EXPECT_THAT(Problems(R"({"name":"x","at":"now"})"), ElementsAre("at: no time"));
  EXPECT_THAT(Problems(R"({"name":"x","count":1.5})"), ElementsAre("count: no integer"));
  EXPECT_THAT(Problems(R"({"name":"x","count":91})"), ElementsAre("count: out of bounds"));
  EXPECT_THAT(Problems(R"({"name":"x","count":5000000000})"), ElementsAre("count: out of range"));
  EXPECT_THAT(Problems(R"({"name":"x","id":"1"})"), ElementsAre("id: no UUID"));
  EXPECT_THAT(Problems(R"({"name":"x","code":"a"})"), ElementsAre("code: too short"));
  EXPECT_THAT(Problems(R"({"name":"x","code":"abcde"})"), ElementsAre("code: too long"));
  EXPECT_THAT(Problems(R"({"name":"x","code":"A1"})"),
              ElementsAre("code: 'A1' does not match ^[a-z]+$"));
  EXPECT_THAT(Problems(R"({"name":"x","closed":{"a":1}})"),
              ElementsAre("closed.a: the member is not described"));
  EXPECT_THAT(Problems(R"({"name":"x","tags":{"a":1}})"), ElementsAre("tags.a: no text"));
  EXPECT_THAT(Problems("[{}]", 200, "/things/all"), ElementsAre("[]: the member name is missing"));
  EXPECT_THAT(Problems(""), ElementsAre(": there is no body"));
  EXPECT_THAT(Problems("{}", 204), ElementsAre(": there is a body"));
  EXPECT_THAT(Problems("{", 200), ElementsAre(": the body is no JSON"));
  EXPECT_THAT(Problems("{}", 201), ElementsAre(": the status 201 is not described"));
}

TEST_F(OpenApiTest, SaysSoWhenNothingIsDescribed) {
  EXPECT_FALSE(api_.Check("PUT", "/things/1", 200, "{}").has_value());
  EXPECT_FALSE(api_.Check("GET", "/nowhere", 200, "{}").has_value());
}

TEST_F(OpenApiTest, KnowsItsOperations) {
  ASSERT_EQ(api_.Operations().size(), 1u);
  EXPECT_EQ(api_.Operations()[0].id, "Things_Get");
  EXPECT_EQ(api_.Operations()[0].method, "GET");
  EXPECT_EQ(api_.FindOperationId("GET", "/things/1"), "Things_Get");
  EXPECT_EQ(api_.FindOperationId("PUT", "/things/1"), "");
}

}  // namespace
}  // namespace lazuli::emulator
