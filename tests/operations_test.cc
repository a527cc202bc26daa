// docs/operations.md says what of Batch answers and what is refused: every line of it is tried, and
// nothing of the API is missing there.
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "boost/json.hpp"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

constexpr char kBatchHost[] = "acc1.westus2.batch.azure.com";

struct Row {
  std::string verb;
  std::string path;    // with {names}
  std::string answer;  // "answers", or "404 JobScheduleNotFound"
};

// | `GET /pools/{pool}` | Pool_Get | answers |
std::vector<Row> ReadTable() {
  std::vector<Row> rows;
  std::ifstream file("docs/operations.md");
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, "| `")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    absl::string_view request = absl::StripAsciiWhitespace(cells.at(1));
    absl::ConsumePrefix(&request, "`");
    absl::ConsumeSuffix(&request, "`");
    const std::vector<std::string> words = absl::StrSplit(request, absl::MaxSplits(' ', 1));
    rows.push_back(
        {words.at(0), words.at(1), std::string(absl::StripAsciiWhitespace(cells.at(3)))});
  }
  return rows;
}

// Each {name} replaced by what `value` says of it.
template <typename Value>
std::string FillIn(absl::string_view path, const Value& value) {
  std::string filled;
  while (true) {
    const size_t open = path.find('{');
    if (open == absl::string_view::npos) return absl::StrCat(filled, path);
    const size_t close = path.find('}', open);
    absl::StrAppend(&filled, path.substr(0, open), value(path.substr(open + 1, close - open - 1)));
    path.remove_prefix(close + 1);
  }
}

std::string WithoutNames(absl::string_view path) {
  return FillIn(path, [](absl::string_view) { return "*"; });
}

// The code of an error in either envelope.
std::string CodeOf(const HttpResponse& answer) {
  boost::json::error_code error;
  const boost::json::value body = boost::json::parse(answer.body, error);
  if (error) return "";
  for (const char* pointer : {"/error/code", "/code"}) {
    const boost::json::value* code = body.find_pointer(pointer, error);
    if (code != nullptr && code->is_string()) return code->get_string().c_str();
  }
  return "";
}

class OperationsTest : public testing::Test {
 protected:
  OperationsTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    const std::string group =
        absl::StrCat("/subscriptions/", kDefaultSubscriptionId, "/resourceGroups/g");
    Put(201, absl::StrCat(group, "?api-version=2021-04-01"));
    Put(202, absl::StrCat(group,
                          "/providers/Microsoft.Batch/batchAccounts/acc1?api-version=2022-10-01"));
  }

  void Put(int status, const std::string& target) {
    const HttpResponse answer =
        face_.Send("PUT", "management.azure.com", target, R"({"location":"westus2"})");
    EXPECT_EQ(answer.status, status) << answer.body;
  }

  HttpResponse Ask(const Row& row) {
    const std::string target = absl::StrCat(
        FillIn(row.path,
               [](absl::string_view name) { return name == "thumbprintAlgorithm" ? "sha1" : "a"; }),
        "?api-version=2022-10-01.16.0");
    const bool has_body = row.verb == "POST" || row.verb == "PUT" || row.verb == "PATCH";
    return face_.Send(row.verb, kBatchHost, target, has_body ? "{}" : "");
  }

  const std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

TEST_F(OperationsTest, EveryLineIsTrue) {
  const std::vector<Row> rows = ReadTable();
  EXPECT_GT(rows.size(), 70u);
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.verb, " ", row.path));
    const HttpResponse answer = Ask(row);
    const std::string code = CodeOf(answer);
    if (absl::StartsWith(row.answer, "answers")) {
      // Whatever it says of this request, it knows the operation.
      EXPECT_NE(answer.status, 501) << answer.body;
      EXPECT_NE(answer.status, 405) << answer.body;
      EXPECT_LT(answer.status, 500) << answer.body;
      EXPECT_NE(code, "ResourceNotFound") << answer.body;
    } else {
      const std::vector<std::string> words = absl::StrSplit(row.answer, ' ');
      ASSERT_EQ(words.size(), 2u) << row.answer;
      EXPECT_EQ(absl::StrCat(answer.status), words[0]) << answer.body;
      if (row.verb != "HEAD") {
        EXPECT_EQ(code, words[1]) << answer.body;
      }
    }
  }
}

TEST_F(OperationsTest, NothingOfTheApiIsMissing) {
  std::set<std::string> listed;
  for (const Row& row : ReadTable()) {
    listed.insert(absl::StrCat(row.verb, " ", WithoutNames(row.path)));
  }
  for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
    for (int s = 0; s < file->service_count(); ++s) {
      const google::protobuf::ServiceDescriptor& service = *file->service(s);
      const v1::Plane plane = service.options().GetExtension(v1::service).plane();
      if (plane != v1::PLANE_BATCH_DATA) continue;
      for (int m = 0; m < service.method_count(); ++m) {
        const std::string http = service.method(m)->options().GetExtension(v1::method).http();
        EXPECT_THAT(listed, testing::Contains(WithoutNames(http)));
      }
    }
  }
}

}  // namespace
}  // namespace lazuli::emulator
