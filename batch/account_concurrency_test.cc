// Probes, calls, updates, timers and deletions at the same time. The assertions are few: what is
// looked for is a race or a deadlock.
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

class AccountConcurrencyTest : public AccountFixture {
 protected:
  static constexpr int kRounds = 300;

  static void RunAll(const std::vector<std::function<void()>>& bodies) {
    std::vector<std::thread> threads;
    threads.reserve(bodies.size());
    for (const auto& body : bodies) threads.emplace_back(body);
    for (std::thread& thread : threads) thread.join();
  }
  void Toggle(int round) {
    keys.SetVersion("vault", "key", 1,
                    [round](KeyDescription& key) { key.enabled = round % 2 == 1; });
    account().ReevaluateKeyAccess(now(), "toggled");
  }
};

TEST_F(AccountConcurrencyTest, ProbesCallsUpdatesAndTimers) {
  options().key_access.restoration_window = absl::Milliseconds(1);
  MakeAccountWithKey();
  std::atomic<int> served{0};
  std::atomic<int> refused{0};
  RunAll({
      [&] {
        for (int i = 0; i < kRounds; ++i) Toggle(i);
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) account().ReevaluateKeyAccess(now(), "other");
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) AdvanceBy(absl::Milliseconds(1));
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) {
          const absl::Status status =
              account().WithWorkloadHandle(Context(), [&](WorkloadHandle&, absl::Time now) {
                // Let through, the call has the data key for as long as it runs.
                EXPECT_FALSE(workload().Seal("x").empty());
                workload().Schedule(now + absl::Milliseconds(1), "node");
                return absl::OkStatus();
              });
          (status.ok() ? served : refused)++;
        }
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) {
          AccountChange change;
          change.tags = {{"round", absl::StrCat(i)}};
          if (i % 3 == 0) {
            change.encryption =
                EncryptionSpec{Key(FakeKeyEncryptionClient::Kid("vault", "key", 1))};
          }
          account().Update(Context(), change).IgnoreError();
          account().Describe();
          account().GetKeyAccess();
          account().ListQueuedTransitions();
          account().DumpRecords();
          account().ListSharedKeys().status().IgnoreError();
        }
      },
  });
  EXPECT_EQ(served + refused, kRounds);
  // In the end it settles.
  Toggle(1);
  AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  EXPECT_TRUE(account().GetKeyAccess().data_key_present);
}

TEST_F(AccountConcurrencyTest, CreationsAndDeletionsAgainstProbesAndCalls) {
  const AccountSpec spec = SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1));
  registry();
  RunAll({
      [&] {
        for (int i = 0; i < kRounds; ++i) {
          registry().CreateAccount(spec, now()).status().IgnoreError();
        }
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) registry().DeleteAccount(spec.id, now());
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) {
          registry().ReevaluateKeyAccess({spec.id.ArmId()}, now(), "test");
        }
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) {
          const auto found = registry().Find("account");
          if (!found.ok()) continue;
          (*found)
              ->WithWorkloadHandle(Context(),
                                   [](WorkloadHandle&, absl::Time) { return absl::OkStatus(); })
              .IgnoreError();
          (*found)->Update(Context(), AccountChange()).IgnoreError();
        }
      },
      [&] {
        for (int i = 0; i < kRounds; ++i) AdvanceBy(absl::Minutes(1));
      },
  });
  registry().DeleteAccount(spec.id, now());
  EXPECT_EQ(clock_.timers().size(), 0u);
}

}  // namespace
}  // namespace lazuli::batch
