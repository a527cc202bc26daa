#include "emulator/dispatch/errors.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/control.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;

// Looks in the file of `message`, which thereby is linked.
const MethodDescriptor& FindMethod(const Descriptor* message, const std::string& name) {
  const MethodDescriptor* method = message->file()->pool()->FindMethodByName("lazuli.v1." + name);
  EXPECT_NE(method, nullptr) << name;
  return *method;
}

TEST(MissingFieldErrorOfTest, SpeaksTheWordsOfThePlane) {
  const struct {
    const Descriptor* message;
    const char* method;
    const char* code;
  } kCases[] = {
      {v1::KeyBundle::descriptor(), "Keys.CreateKey", "BadParameter"},
      {v1::Vault::descriptor(), "Vaults.CreateOrUpdateVault", "InvalidRequestContent"},
      {v1::BatchAccount::descriptor(), "BatchAccounts.CreateBatchAccount",
       "MissingRequiredProperty"},
      {v1::CloudJob::descriptor(), "Jobs.AddJob", "MissingRequiredProperty"},
      {v1::Tenant::descriptor(), "Tokens.IssueToken", "invalid_request"},
      {v1::Info::descriptor(), "Emulator.GetKeyAccess", "InvalidInput"},
  };
  for (const auto& [message, name, code] : kCases) {
    const absl::Status status = MissingFieldErrorOf(FindMethod(message, name))("a.b[0].c");
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << name;
    EXPECT_THAT(status, ErrorCodeIs(code)) << name;
    const std::optional<ErrorInfo> info = GetErrorInfo(status);
    ASSERT_TRUE(info.has_value()) << name;
    EXPECT_EQ(info->http_status, 400) << name;
    EXPECT_EQ(info->target, "a.b[0].c") << name;
  }
}

TEST(BatchMissingFieldErrorTest, NamesThePropertyInItsDetails) {
  const std::optional<ErrorInfo> info =
      GetErrorInfo(BatchMissingFieldError("parameters.properties.encryption.keySource"));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->details, (std::vector<ErrorDetail>{
                               {"PropertyName", "keySource"},
                               {"PropertyPath", "parameters.properties.encryption.keySource"}}));
  EXPECT_EQ(GetErrorInfo(BatchMissingFieldError("job"))->details.front().message, "job");
}

TEST(CallDroppedErrorTest, IsNoErrorOfTheServer) {
  EXPECT_THAT(CallDroppedError(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(GetErrorInfo(CallDroppedError())->http_status, 499);
}

}  // namespace
}  // namespace lazuli::emulator
