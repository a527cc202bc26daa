#include "keyvault/vault_state.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/change_gate.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

// What was told, each state as a text under its name.
class Told final : public VaultStateSink {
 public:
  void OnVault(absl::string_view vault, const VaultNameState& state) override {
    told_[std::string(vault)] =
        absl::StrCat(state.incarnation, " ",
                     state.record == nullptr ? "free" : VaultStateName(state.record->state));
  }
  void OnName(absl::string_view vault, absl::string_view key, const KeyNameState* state) override {
    Put(absl::StrCat(vault, "/", key),
        state == nullptr ? ""
                         : absl::StrCat(state->versions_made, " ", ObjectStateName(state->state),
                                        " ", state->latest, " ", state->step));
  }
  void OnVersion(absl::string_view vault, absl::string_view key, absl::string_view version,
                 const KeyVersion* state) override {
    Put(absl::StrCat(vault, "/", key, "/", version),
        state == nullptr ? "" : absl::StrCat("enabled ", state->attributes.enabled));
  }
  void OnName(absl::string_view vault, absl::string_view secret,
              const SecretNameState* state) override {
    Put(absl::StrCat(vault, "/secrets/", secret),
        state == nullptr ? ""
                         : absl::StrCat(state->versions_made, " ", ObjectStateName(state->state),
                                        " ", state->latest, " ", state->step));
  }
  void OnVersion(absl::string_view vault, absl::string_view secret, absl::string_view version,
                 const SecretVersion* state) override {
    Put(absl::StrCat(vault, "/secrets/", secret, "/", version),
        state == nullptr ? "" : absl::StrCat("type ", state->content_type));
  }
  void OnName(absl::string_view vault, absl::string_view certificate,
              const CertificateNameState* state) override {
    Put(absl::StrCat(vault, "/certificates/", certificate),
        state == nullptr ? ""
                         : absl::StrCat(state->versions_made, " ", ObjectStateName(state->state),
                                        " ", state->latest, " ", state->step));
  }
  void OnVersion(absl::string_view vault, absl::string_view certificate, absl::string_view version,
                 const CertificateVersion* state) override {
    Put(absl::StrCat(vault, "/certificates/", certificate, "/", version),
        state == nullptr ? "" : absl::StrCat("issued ", state->is_issued()));
  }
  const std::map<std::string, std::string>& told() const { return told_; }

 private:
  void Put(const std::string& name, const std::string& text) {
    if (text.empty()) {
      told_.erase(name);
    } else {
      told_[name] = text;
    }
  }

  std::map<std::string, std::string> told_;
};

TEST(VaultStateTest, ChangesOfManyThreadsAreAllTold) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 60;
  TestEnvironment environment;
  VaultRegistry& registry = environment.registry();
  environment.CreateVault("shared");
  Told changes;
  registry.ExportAll(&changes);
  registry.StartTracking();
  ChangeGate gate;
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string own = absl::StrCat("own-", thread);
      const std::string key = absl::StrCat("key-", thread % 2);
      for (int round = 0; round < kRounds; ++round) {
        const ChangeGate::Change change(&gate);
        const VaultPtr shared = *registry.FindLive("shared");
        shared->AddKeyVersion(environment.now(), key, TestEnvironment::NewVersion(), "CreateKey")
            .status()
            .IgnoreError();
        KeyVersionUpdate update;
        update.enabled = round % 2 == 0;
        shared->UpdateKey(environment.now(), key, "", update).status().IgnoreError();
        if (round % 5 == thread) {
          shared->DeleteKey(environment.now(), key).status().IgnoreError();
          shared->PurgeKey(environment.now(), key).IgnoreError();
        }
        environment.AddKey(environment.CreateVault(own).get(), key);
        if (round % 7 != 0) continue;
        EXPECT_TRUE(registry.Delete(environment.Context(), TestEnvironment::Address(own)).ok());
        EXPECT_TRUE(
            registry.PurgeDeleted(environment.Context(), kTestSubscription, kTestLocation, own)
                .ok());
      }
      --running;
    });
  }
  while (running > 0) {
    const ChangeGate::Quiet quiet(&gate);
    registry.ExportChanges(&changes);
    Told all;
    registry.ExportAll(&all);
    EXPECT_EQ(changes.told(), all.told());
  }
  for (std::thread& thread : threads) thread.join();
  registry.ExportChanges(&changes);
  Told all;
  registry.ExportAll(&all);
  EXPECT_EQ(changes.told(), all.told());
  EXPECT_GT(all.told().size(), 5u);
}

}  // namespace
}  // namespace lazuli::keyvault
