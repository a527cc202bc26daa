// One sequential client, a manual clock, a start time and a seed: the same history, byte for byte.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/json/encoder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/identity.pb.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

std::string Json(const google::protobuf::Message& message) {
  EncodeOptions options;
  options.mask_secrets = true;
  return Must(EncodeJson(message, options));
}

// A long day of one client: everything that makes ids, moves time or leaves things to chance.
struct History {
  std::string events;
  std::string answers;  // what does not hold key material
  std::vector<std::string> ids;
};

History Live(uint64_t seed) {
  ServerOptions options = TestOptions();
  options.seed = seed;
  options.random_restoration_window = true;
  options.loss_step_delay = absl::Seconds(3);
  options.detection_delay = absl::Seconds(2);
  // As many threads as there may be: their order must not show.
  options.workers = 4;
  Scene scene({.versionless = true, .nodes = 5, .tasks = 30}, options);
  Api& api = scene.api();
  History history;
  const auto note = [&history](const google::protobuf::Message& message) {
    absl::StrAppend(&history.answers, Json(message), "\n");
  };

  v1::CreateServicePrincipalRequest principal;
  principal.set_display_name("someone");
  note(Must(
      api.Call<v1::CreateServicePrincipalResponse>("Directory/CreateServicePrincipal", principal)));
  note(Must(api.PutIdentity("an-identity")));
  for (int i = 0; i < 3; ++i) {
    Must(api.EnableKey(Scene::kVault, Scene::kKey, false).status());
    scene.Advance(absl::Seconds(10 + i));
    Must(api.AddPool(Scene::kAccount, absl::StrCat("late-pool-", i), 3).code() ==
                 absl::StatusCode::kPermissionDenied
             ? absl::OkStatus()
             : absl::InternalError("the account is still there"));
    scene.Advance(absl::Minutes(1));
    Must(api.EnableKey(Scene::kVault, Scene::kKey, true).status());
    scene.Advance(absl::Minutes(10) + absl::Seconds(2));
    history.ids.push_back(Must(api.CreateRsaKey(Scene::kVault, Scene::kKey)).key().kid());
    Must(api.AddTasks(Scene::kAccount, Scene::kJob, absl::StrCat("more-", i), 20, "exit 1"));
    scene.Advance(absl::Hours(2));
  }
  Must(api.AddPool(Scene::kAccount, "another-pool", 4));
  scene.Advance(absl::Minutes(5));
  for (const v1::ComputeNode& node : Must(api.ListNodes(Scene::kAccount, "another-pool"))) {
    history.ids.push_back(node.id());
    note(node);
  }
  for (const v1::CloudTask& task : Must(api.ListTasks(Scene::kAccount, Scene::kJob))) note(task);
  note(Must(api.GetAccount(Scene::kAccount)));
  note(scene.Access());
  Must(api.DeleteKey(Scene::kVault, Scene::kKey).status());
  scene.Advance(absl::Hours(24 * 100));
  Must(api.DeleteAccount(Scene::kAccount));
  history.ids.push_back(scene.principal_id());
  for (const v1::EventRecord& event : Must(api.EventsAfter(0)))
    absl::StrAppend(&history.events, Json(event), "\n");
  return history;
}

TEST(DeterminismTest, TheSameSeedGivesTheSameHistory) {
  const History first = Live(42);
  EXPECT_GT(first.events.size(), 20'000u);
  const History second = Live(42);
  EXPECT_EQ(first.events, second.events);
  EXPECT_EQ(first.answers, second.answers);
  EXPECT_EQ(first.ids, second.ids);
}

TEST(DeterminismTest, AnotherSeedGivesOtherIds) {
  const History first = Live(42);
  const History other = Live(43);
  ASSERT_EQ(first.ids.size(), other.ids.size());
  for (size_t i = 0; i < first.ids.size(); ++i) EXPECT_NE(first.ids[i], other.ids[i]);
}

// One more call in between must not shift the ids of what comes after.
TEST(DeterminismTest, AnIdDependsOnItsParentAlone) {
  std::vector<std::string> kids;
  for (const bool more : {false, true}) {
    TestServer server;
    Must(server.api().PutVault("a-vault", {}).status());
    if (more) {
      Must(server.api().PutVault("b-vault", {}).status());
      Must(server.api().CreateRsaKey("b-vault", "key").status());
      Must(server.api().CreateRsaKey("a-vault", "another-key").status());
      Must(server.api().PutIdentity("an-identity").status());
    }
    kids.push_back(Must(server.api().CreateRsaKey("a-vault", "key")).key().kid());
  }
  EXPECT_EQ(kids[0], kids[1]);
}

}  // namespace
}  // namespace lazuli::emulator
