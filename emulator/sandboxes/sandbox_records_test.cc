#include "emulator/sandboxes/sandbox_records.h"

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/memory_records.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/identity/directory.h"
#include "emulator/sandboxes/sandbox.h"
#include "emulator/sandboxes/sandboxes.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {
namespace {

class SandboxRecordsTest : public ::testing::Test {
 protected:
  SandboxRecordsTest() { directory_.AddListener(&roles_); }

  Sandboxes::Parts PartsOf(bool own_names) {
    Sandboxes::Parts parts;
    parts.directory = &directory_;
    parts.resources = &resources_;
    parts.roles = &roles_;
    parts.vaults = &vaults_;
    parts.ids = &ids_;
    parts.own_names = own_names;
    return parts;
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'767'225'600);
  const IdDeriver ids_{1};
  ManualClock clock_{now_};
  TimerQueue timers_;
  EventLog events_{1000};
  Directory directory_{ids_, &clock_, &events_};
  ResourceDirectory resources_{&directory_, ids_, &clock_, &events_};
  RoleAssignments roles_{&directory_, &resources_, ids_, &clock_, &events_};
  keyvault::crypto::CryptoEngine engine_;
  keyvault::VaultRegistry vaults_{{}, ids_, &timers_, &events_, &engine_};
  Sandboxes sandboxes_{PartsOf(true)};
  SandboxRecords records_{&sandboxes_};
};

TEST_F(SandboxRecordsTest, WhatWasWrittenIsRestored) {
  const Sandbox one = sandboxes_.Create("one", now_)->sandbox;
  LAZULI_ASSERT_OK(sandboxes_.Create("", now_));
  const MemoryRecords written(&records_);
  // Another server need not have the same switch.
  Sandboxes restored(PartsOf(false));
  SandboxRecords records(&restored);
  LAZULI_ASSERT_OK(records.Restore(written));
  const auto found = restored.Get("one");
  LAZULI_ASSERT_OK(found);
  EXPECT_EQ(found->tenant_id, one.tenant_id);
  EXPECT_EQ(found->subscription_id, one.subscription_id);
  EXPECT_EQ(found->resource_group, one.resource_group);
  EXPECT_EQ(found->client_id, one.client_id);
  EXPECT_EQ(found->object_id, one.object_id);
  EXPECT_EQ(found->created_at, now_);
  EXPECT_EQ(restored.NameSpaceOf(one.tenant_id), sandboxes_.NameSpaceOf(one.tenant_id));
  EXPECT_EQ(restored.made(), 1u);
  EXPECT_EQ(MemoryRecords(&records).tables(), written.tables());
}

TEST_F(SandboxRecordsTest, ChangesAddUpToAll) {
  MemoryRecords kept;
  records_.StartTracking();
  LAZULI_ASSERT_OK(sandboxes_.Create("", now_));
  LAZULI_ASSERT_OK(sandboxes_.Create("one", now_));
  records_.WriteChanges(&kept);
  EXPECT_EQ(kept.tables(), MemoryRecords(&records_).tables());
  CallContext ctx;
  ctx.now = now_;
  LAZULI_ASSERT_OK(sandboxes_.Delete(ctx, "one"));
  records_.WriteChanges(&kept);
  EXPECT_EQ(kept.tables(), MemoryRecords(&records_).tables());
  const size_t writes = kept.writes();
  records_.WriteChanges(&kept);
  EXPECT_EQ(kept.writes(), writes);
}

TEST_F(SandboxRecordsTest, WhatIsNoSandboxIsRefusedByName) {
  for (const std::string& value : {std::string("\xff\xff"), std::string()}) {
    MemoryRecords records;
    records.Put("sandbox", "one", value);
    EXPECT_THAT(
        records_.Restore(records),
        StatusIs(absl::StatusCode::kDataLoss,
                 ::testing::AllOf(::testing::HasSubstr("one"), ::testing::HasSubstr("sandbox"))));
  }
}

}  // namespace
}  // namespace lazuli::emulator
