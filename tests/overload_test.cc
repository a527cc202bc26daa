// More work than the server can do, and callers who do not wait for it.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/real_time.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/keys.pb.h"
#include "tests/support/raw_call.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::Lt;

constexpr char kVault[] = "busy-vault";

ServerOptions WithWorkers(int workers) {
  ServerOptions options = TestOptions();
  options.workers = workers;
  return options;
}

// Seconds of work on one worker: the longest call there is.
std::string CreateLargeKey(int number) {
  v1::CreateKeyRequest request;
  request.set_vault_name(kVault);
  request.set_key_name(absl::StrCat("large-", number));
  request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  request.set_key_size(4096);
  return request.SerializeAsString();
}

// Next to nothing, but always on a worker.
std::string DeleteAMissingKey() {
  v1::KeyNameRequest request;
  request.set_vault_name(kVault);
  request.set_key_name("missing");
  return request.SerializeAsString();
}

TEST(OverloadTest, AFullQueueSaysWhenToComeAgain) {
  TestServer server(WithWorkers(1));
  Must(server.api().PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(server.admin().TokenFor(kAdminAppId, "")));
  // One call keeps the worker busy; the others fill its queue and more. Each connection carries at
  // most so many at once.
  std::vector<std::unique_ptr<RawChannel>> channels;
  std::vector<std::unique_ptr<RawChannel::Pending>> busy;
  channels.push_back(RawChannel::Connect(server.address()));
  for (int i = 0; i < 4; ++i) {
    busy.push_back(channels.front()->Start("lazuli.v1.Keys/CreateKey", CreateLargeKey(i), token));
  }
  std::vector<std::unique_ptr<RawChannel::Pending>> calls;
  constexpr int kPerChannel = limits::kMaxStreamsPerConnection - 6;
  constexpr int kChannels = static_cast<int>(limits::kWorkerQueueDepth) / kPerChannel + 2;
  for (int c = 0; c < kChannels; ++c) {
    channels.push_back(RawChannel::Connect(server.address()));
    for (int i = 0; i < kPerChannel; ++i) {
      calls.push_back(
          channels.back()->Start("lazuli.v1.Keys/DeleteKey", DeleteAMissingKey(), token));
    }
  }
  int served = 0;
  int refused = 0;
  for (const std::unique_ptr<RawChannel::Pending>& call : calls) {
    const absl::Status status = call->Wait();
    const ErrorInfo info = ErrorInfoOrDefault(status);
    if (status.code() == absl::StatusCode::kResourceExhausted) {
      EXPECT_EQ(info.http_status, 503);
      ASSERT_TRUE(info.retry_after.has_value());
      EXPECT_GE(*info.retry_after, absl::Seconds(1));
      ++refused;
    } else {
      EXPECT_EQ(info.code, "KeyNotFound") << status;
      ++served;
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_GE(served, static_cast<int>(limits::kWorkerQueueDepth) - 4);
  for (const std::unique_ptr<RawChannel::Pending>& call : busy) LAZULI_EXPECT_OK(call->Wait());
  // Whoever comes again is served.
  EXPECT_THAT(
      channels.back()->Call("lazuli.v1.Keys/DeleteKey", DeleteAMissingKey(), token).status(),
      ErrorCodeIs("KeyNotFound"));
}

TEST(OverloadTest, ABusyWorkerKeepsNobodyElseWaiting) {
  TestServer server(WithWorkers(1));
  Must(server.api().PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(server.admin().TokenFor(kAdminAppId, "")));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  const auto busy = channel->Start("lazuli.v1.Keys/CreateKey", CreateLargeKey(0), token);
  const absl::Time start = RealNow();
  for (int i = 0; i < 10; ++i) LAZULI_EXPECT_OK(server.api().GetVault(kVault));
  EXPECT_THAT(RealNow() - start, Lt(absl::Seconds(2)));
  LAZULI_EXPECT_OK(busy->Wait());
}

int CountKeys(TestServer& server) {
  v1::GetKeysRequest request;
  request.set_vault_name(kVault);
  return Must(server.api().Call<v1::KeyListResult>("Keys/GetKeys", request)).value_size();
}

TEST(OverloadTest, APassedDeadlineFreesWhatItHeld) {
  TestServer server(WithWorkers(2));
  Must(server.api().PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(server.admin().TokenFor(kAdminAppId, "")));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  std::vector<std::unique_ptr<RawChannel::Pending>> calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(channel->Start("lazuli.v1.Keys/CreateKey", CreateLargeKey(i), token,
                                   absl::Milliseconds(100)));
  }
  int late = 0;
  for (const auto& call : calls) {
    const absl::Status status = call->Wait();
    late += status.code() == absl::StatusCode::kDeadlineExceeded ? 1 : 0;
  }
  EXPECT_GT(late, 90);
  // A hundred such keys would take minutes: all but the ones that had begun were dropped.
  LAZULI_EXPECT_OK(server.api().CreateRsaKey(kVault, "small"));
  EXPECT_THAT(CountKeys(server), Lt(10));
}

TEST(OverloadTest, ACancelledCallFreesWhatItHeld) {
  TestServer server(WithWorkers(1));
  Must(server.api().PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(server.admin().TokenFor(kAdminAppId, "")));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  std::vector<std::unique_ptr<RawChannel::Pending>> calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(channel->Start("lazuli.v1.Keys/CreateKey", CreateLargeKey(i), token));
  }
  for (const auto& call : calls) call->Cancel();
  for (const auto& call : calls) EXPECT_EQ(call->Wait().code(), absl::StatusCode::kCancelled);
  LAZULI_EXPECT_OK(server.api().CreateRsaKey(kVault, "small"));
  EXPECT_THAT(CountKeys(server), Lt(10));
}

// Whatever is under way, a server that is told to end does.
TEST(OverloadTest, AnEndDoesNotWaitForWhatWouldTakeMinutes) {
  TestServer server(WithWorkers(1));
  Must(server.api().PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(server.admin().TokenFor(kAdminAppId, "")));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  std::vector<std::unique_ptr<RawChannel::Pending>> calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back(channel->Start("lazuli.v1.Keys/CreateKey", CreateLargeKey(i), token));
  }
  const absl::Time start = RealNow();
  server.server().Shutdown(absl::ZeroDuration());
  // At most the one key that was being made when the end came.
  EXPECT_THAT(RealNow() - start, Lt(absl::Seconds(30)));
  int ended = 0;
  for (const auto& call : calls) ended += call->Wait().ok() ? 0 : 1;
  EXPECT_GE(ended, 48);
}

}  // namespace
}  // namespace lazuli::emulator
