// The history of every change: as a list, and as a stream that begins in the past and goes on with
// what happens.
#include <atomic>
#include <memory>
#include <string>
#include <thread>  // NOLINT: a follower reads while the test acts
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"
#include "proto/time.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

constexpr char kWatch[] = "lazuli.v1.Emulator/WatchEvents";

// Makes at least one event.
void Act(TestServer& server, int number) {
  Must(server.api().PutIdentity(absl::StrCat("identity-", number)).status());
}

// Follows the history from `after` until it has seen the event `until`.
std::vector<v1::EventRecord> Follow(GrpcClient& client, uint64_t after, uint64_t until) {
  std::vector<v1::EventRecord> seen;
  v1::WatchEventsRequest request;
  request.set_after(after);
  v1::EventRecord event;
  Must(client.Watch(kWatch, request, &event, [&] {
    seen.push_back(event);
    return event.sequence() < until;
  }));
  return seen;
}

// Sequences from `first` on, without a gap, and the same events as the list holds.
void ExpectWhole(const std::vector<v1::EventRecord>& seen, uint64_t first, TestServer& server) {
  const std::vector<v1::EventRecord> listed = Must(server.api().EventsAfter(first - 1));
  ASSERT_GE(listed.size(), seen.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(seen[i].sequence(), first + i);
    EXPECT_EQ(seen[i].SerializeAsString(), listed[i].SerializeAsString());
  }
}

TEST(EventsTest, AStreamBeginsInThePastAndGoesOn) {
  TestServer server;
  for (int i = 0; i < 5; ++i) Act(server, i);
  const uint64_t past = server.LastSequence();
  ASSERT_GE(past, 5u);
  const std::vector<v1::EventRecord> all = Follow(server.admin(), 0, past);
  EXPECT_EQ(all.size(), past);
  ExpectWhole(all, 1, server);

  std::vector<v1::EventRecord> live;
  std::thread follower([&] { live = Follow(server.admin(), past - 2, past + 5); });
  for (int i = 5; i < 10; ++i) Act(server, i);
  follower.join();
  EXPECT_EQ(live.size(), 7u);
  ExpectWhole(live, past - 1, server);
}

TEST(EventsTest, WithoutAPositionOnlyWhatComesIsTold) {
  TestServer server;
  Act(server, 0);
  const uint64_t past = server.LastSequence();
  std::atomic<bool> told{false};
  std::atomic<uint64_t> first{0};
  std::thread follower([&] {
    v1::EventRecord event;
    Must(server.admin().Watch(kWatch, v1::WatchEventsRequest(), &event, [&] {
      first = event.sequence();
      told = true;
      return false;
    }));
  });
  // When the stream opens is not known: act until it has told something.
  for (int i = 1; !told; ++i) Act(server, i);
  follower.join();
  EXPECT_GT(first, past);
}

TEST(EventsTest, BeyondTheRingIsOutOfRange) {
  ServerOptions options = TestOptions();
  options.event_history = 10;
  TestServer server(options);
  for (int i = 0; i < 30; ++i) Act(server, i);
  const auto kept =
      server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", v1::ListEventsRequest());
  LAZULI_ASSERT_OK(kept);
  EXPECT_EQ(kept->value_size(), 10);
  const uint64_t oldest = kept->value(0).sequence();

  v1::ListEventsRequest list;
  list.set_after(oldest - 2);
  const absl::Status listed =
      server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", list).status();
  EXPECT_EQ(listed.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(listed.message()), HasSubstr(absl::StrCat(oldest)));
  list.set_after(oldest - 1);
  EXPECT_EQ(
      Must(server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", list)).value_size(),
      10);

  v1::WatchEventsRequest watch;
  watch.set_after(0);
  v1::EventRecord event;
  EXPECT_THAT(server.admin().Watch(kWatch, watch, &event, [] { return true; }),
              StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(Follow(server.admin(), oldest - 1, oldest + 9).size(), 10u);
}

TEST(EventsTest, AListComesInPages) {
  TestServer server;
  for (int i = 0; i < 20; ++i) Act(server, i);
  v1::ListEventsRequest request;
  request.set_after(0);
  request.set_limit(7);
  uint64_t count = 0;
  while (true) {
    const auto page = server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", request);
    LAZULI_ASSERT_OK(page);
    if (page->value().empty()) break;
    EXPECT_LE(page->value_size(), 7);
    EXPECT_EQ(page->value(0).sequence(), count + 1);
    count += page->value_size();
    request.set_after(page->last_sequence());
  }
  EXPECT_EQ(count, server.LastSequence());
  for (const int limit : {0, -1, 10'001}) {
    request.set_limit(limit);
    EXPECT_THAT(server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", request),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << limit;
  }
}

TEST(EventsTest, ManyFollowersSeeTheSame) {
  TestServer server;
  constexpr int kFollowers = 20;
  constexpr int kActs = 50;
  const uint64_t start = server.LastSequence();
  Act(server, 0);
  const uint64_t an_act = server.LastSequence() - start;
  const uint64_t last = start + an_act * kActs;
  std::vector<std::vector<v1::EventRecord>> seen(kFollowers);
  std::vector<std::thread> followers;
  for (int f = 0; f < kFollowers; ++f) {
    followers.emplace_back([&server, &seen, f, last] {
      const std::unique_ptr<GrpcClient> client = server.ConnectAs(std::string(kAdminAppId));
      seen[f] = Follow(*client, 0, last);
    });
  }
  for (int i = 1; i < kActs; ++i) Act(server, i);
  for (std::thread& follower : followers) follower.join();
  for (const auto& events : seen) {
    EXPECT_EQ(events.size(), last);
    ExpectWhole(events, 1, server);
  }
}

TEST(EventsTest, AFollowerWhoLeavesLeavesNothingBehind) {
  TestServer server;
  Act(server, 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Follow(server.admin(), 0, 1).size(), 1u);
  Act(server, 1);
  LAZULI_EXPECT_OK(server.api().Now());
}

TEST(EventsTest, TellWhatChangedAndWhy) {
  TestServer server;
  Must(server.api().PutVault("event-vault", {}).status());
  const uint64_t before = server.LastSequence();
  Must(server.api().AdvanceBy(absl::Hours(1)).status());
  Must(server.api().CreateRsaKey("event-vault", "event-key").status());
  Must(server.api().DeleteKey("event-vault", "event-key").status());
  bool deleted = false;
  for (const v1::EventRecord& event : Must(server.api().EventsAfter(before))) {
    EXPECT_EQ(FromProto(event.time()), TestStart() + absl::Hours(1));
    EXPECT_FALSE(event.cause().empty());
    if (event.kind() != "key" || event.to() != "Deleted") continue;
    deleted = true;
    EXPECT_EQ(event.from(), "Live");
    EXPECT_THAT(event.resource(), HasSubstr("event-vault"));
    EXPECT_THAT(event.resource(), HasSubstr("event-key"));
  }
  EXPECT_TRUE(deleted);
}

}  // namespace
}  // namespace lazuli::emulator
