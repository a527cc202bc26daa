#include "emulator/chaos/schedule_file.h"

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;

absl::StatusOr<v1::ChaosSchedule> ReadAs(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return ReadScheduleFile(path);
}

TEST(ScheduleFileTest, JsonAndTextSayTheSame) {
  const auto json = ReadAs("s.json", R"({"seed": 5, "steps": [{"at": "5m", "revoke": ["a"]}]})");
  const auto text = ReadAs("s.textproto", R"(seed: 5 steps { at: "5m" revoke: "a" })");
  LAZULI_ASSERT_OK(json.status());
  LAZULI_ASSERT_OK(text.status());
  EXPECT_EQ(json->SerializeAsString(), text->SerializeAsString());
}

TEST(ScheduleFileTest, ErrorsNameTheLine) {
  EXPECT_THAT(ReadAs("s.json", "{\n\"seed\": 5,\n\"step\": []}").status().message(),
              AllOf(HasSubstr("line 3"), HasSubstr("step")));
  EXPECT_THAT(ReadAs("s.json", "{\n\"seed\": 5,,\n}").status().message(), HasSubstr("line 2"));
  EXPECT_THAT(ReadAs("s.txtpb", "seed: 5\nstep {}").status().message(),
              AllOf(HasSubstr("line 2"), HasSubstr("step")));
}

TEST(ScheduleFileTest, ErrorsNameTheMemberThatBreaksARule) {
  EXPECT_THAT(
      ReadAs("s.json", R"({"steps": [{"at": "soon", "revoke": ["a"]}]})").status().message(),
      HasSubstr("steps[0].at"));
}

TEST(ScheduleFileTest, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(ReadScheduleFile("/nowhere/s.json").status().message(), HasSubstr("/nowhere/s.json"));
}

}  // namespace
}  // namespace lazuli::emulator
