// Subscriptions, groups, identities and role assignments as records, together with the directory
// that they rest upon.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/memory_records.h"
#include "base/random.h"
#include "base/records.h"
#include "base/spoiled_records.h"
#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_directory_records.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignment_records.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/arm/user_assigned_identity_records.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/directory_records.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

struct Stored {
  explicit Stored(uint64_t seed = 7) : ids(seed) { directory.AddListener(&roles); }

  void WriteAll(RecordWriter* writer) {
    for (RecordSource* source : sources) source->WriteAll(writer);
  }
  void StartTracking() {
    WriteAll(&records);
    for (RecordSource* source : sources) source->StartTracking();
  }
  void WriteChanges() {
    for (RecordSource* source : sources) source->WriteChanges(&records);
  }
  absl::Status Restore(const RecordReader& reader) {
    for (RecordSource* source : sources) LAZULI_RETURN_IF_ERROR(source->Restore(reader));
    return absl::OkStatus();
  }
  MemoryRecords::Tables All() {
    MemoryRecords all;
    WriteAll(&all);
    return all.tables();
  }

  const IdDeriver ids;
  ManualClock clock{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events{100'000};
  Directory directory{ids, &clock, &events};
  ResourceDirectory resources{&directory, ids, &clock, &events};
  RoleAssignments roles{&directory, &resources, ids, &clock, &events};
  UserAssignedIdentities identities{&directory, &resources, &roles};
  DirectoryRecords directory_records{&directory};
  ResourceDirectoryRecords resource_records{&resources};
  UserAssignedIdentityRecords identity_records{&identities};
  RoleAssignmentRecords role_records{&roles};
  const std::vector<RecordSource*> sources = {&directory_records, &resource_records,
                                              &identity_records, &role_records};
  MemoryRecords records;
};

std::string Text(const std::optional<Tags>& tags) {
  return tags.has_value()
             ? absl::StrCat("<", absl::StrJoin(*tags, ",", absl::PairFormatter("=")), ">")
             : "-";
}

// Everything that callers see.
std::string Everything(const Stored& stored) {
  std::string text;
  for (const Tenant& tenant : stored.directory.ListTenants()) {
    absl::StrAppend(&text, tenant.tenant_id, " ", tenant.display_name, "\n");
  }
  for (const Subscription& subscription : stored.resources.ListSubscriptions()) {
    const std::string& id = subscription.subscription_id;
    absl::StrAppend(&text, id, " ", subscription.tenant_id, " ", subscription.display_name, "\n");
    const auto groups = stored.resources.ListResourceGroups(id);
    LAZULI_EXPECT_OK(groups.status());
    for (const ResourceGroup& group : *groups) {
      absl::StrAppend(&text, "  ", group.id.text(), " ", group.location, " ", Text(group.tags), " ",
                      group.managed_by, "\n");
    }
    const auto identities = stored.identities.List(id, "");
    LAZULI_EXPECT_OK(identities.status());
    for (const UserAssignedIdentity& identity : *identities) {
      absl::StrAppend(&text, "  ", identity.id.text(), " ", identity.location, " ",
                      Text(identity.tags), " ", identity.principal->object_id, " ",
                      identity.principal->app_id, "\n");
    }
  }
  for (const RoleAssignment::Ptr& assignment : stored.roles.ListAround(ResourceId())) {
    absl::StrAppend(&text, assignment->ArmId(), " ", assignment->role->name, " ",
                    assignment->principal_id, " ", assignment->description, " ",
                    absl::FormatTime(assignment->created_on), " ",
                    absl::FormatTime(assignment->updated_on), " ",
                    stored.roles.ListOf(assignment->principal_id).size(), "\n");
  }
  return text;
}

std::string SomeSubscription(const Stored& stored, RandomStream& random) {
  const std::vector<Subscription> all = stored.resources.ListSubscriptions();
  return all[random.NextBelow(all.size())].subscription_id;
}

std::string SomePrincipal(const Stored& stored, RandomStream& random) {
  const std::vector<Principal::Ptr> all = stored.directory.ListPrincipals();
  return all[random.NextBelow(all.size())]->object_id;
}

std::optional<Tags> SomeTags(RandomStream& random) {
  switch (random.NextBelow(3)) {
    case 0:
      return std::nullopt;
    case 1:
      return Tags();
    default:
      return Tags{{"Team", "a"}, {"cost", absl::StrCat(random.NextBelow(9))}};
  }
}

void MutateRoles(Stored& stored, uint64_t number, RandomStream& random) {
  const std::string subscription = SomeSubscription(stored, random);
  const ResourceId scopes[] = {ResourceId(), ResourceId::Subscription(subscription),
                               ResourceId::ResourceGroup(subscription, "one")};
  const ResourceId scope = scopes[random.NextBelow(3)];
  if (random.NextBelow(4) == 0) {
    const auto around = stored.roles.ListAround(scope);
    if (around.size() < 2) return;
    const RoleAssignment::Ptr gone = around[random.NextBelow(around.size())];
    stored.roles.Delete(gone->scope, gone->name);
    return;
  }
  RoleAssignmentSpec spec;
  spec.role_definition_id = std::string(random.NextBelow(2) == 0 ? kReaderRoleId : kOwnerRoleId);
  spec.principal_id = SomePrincipal(stored, random);
  spec.description = absl::StrCat("because ", number);
  const std::string name =
      absl::StrCat("ABCDEF00-0000-4000-8000-0000000000", 10 + random.NextBelow(30));
  stored.roles.Put(scope, name, spec).status().IgnoreError();
}

// One change, or none where the state refuses it: the same at the same state.
void Mutate(Stored& stored, uint64_t number) {
  RandomStream random(number, "mutation");
  stored.clock.Set(stored.clock.Now() + random.NextDuration(absl::Hours(1)));
  const std::string names[] = {"one", "ONE", "two", "Three"};
  const std::string group = names[random.NextBelow(4)];
  const uint64_t kind = random.NextBelow(14);
  const std::string subscription = SomeSubscription(stored, random);
  switch (kind) {
    case 0: {
      const auto tenant = stored.directory.CreateTenant("", "tenant");
      LAZULI_ASSERT_OK(tenant.status());
      LAZULI_ASSERT_OK(
          stored.resources.CreateOrUpdateSubscription("", tenant->tenant_id, "made").status());
      break;
    }
    case 1:
      LAZULI_ASSERT_OK(
          stored.resources.CreateOrUpdateSubscription(subscription, "", absl::StrCat("S", number))
              .status());
      break;
    case 2:
      if (subscription == kDefaultSubscriptionId) break;
      stored.resources.DeleteSubscription(subscription).IgnoreError();
      break;
    case 3:
    case 4:
      stored.resources
          .CreateOrUpdateResourceGroup(subscription, group, "West US", SomeTags(random), "manager")
          .status()
          .IgnoreError();
      break;
    case 5:
      stored.resources.UpdateResourceGroup(subscription, group, SomeTags(random), "other")
          .status()
          .IgnoreError();
      break;
    case 6:
      stored.resources.DeleteResourceGroup(CallContext(), subscription, group).IgnoreError();
      break;
    case 7:
    case 8:
      stored.identities
          .CreateOrUpdate(subscription, group, absl::StrCat("Identity", number % 3), "westus",
                          SomeTags(random))
          .status()
          .IgnoreError();
      break;
    case 9:
      stored.identities
          .Update(subscription, group, absl::StrCat("identity", number % 3), "", SomeTags(random))
          .status()
          .IgnoreError();
      break;
    case 10:
      stored.identities.Delete(subscription, group, absl::StrCat("identity", number % 3))
          .status()
          .IgnoreError();
      break;
    default:
      MutateRoles(stored, number, random);
  }
}

class RandomResourceRecordsTest : public testing::TestWithParam<int> {};

TEST_P(RandomResourceRecordsTest, AnotherProcessGoesOnWhereOneEnded) {
  Stored stored;
  uint64_t number = static_cast<uint64_t>(GetParam()) * 100'000;
  for (int i = 0; i < 20; ++i) Mutate(stored, ++number);
  stored.StartTracking();
  for (int i = 0; i < 240; ++i) {
    Mutate(stored, ++number);
    if (i % 3 == 0) stored.WriteChanges();
    if (i % 60 != 0) continue;
    EXPECT_EQ(stored.records.tables(), stored.All());
  }
  stored.WriteChanges();
  ASSERT_EQ(stored.records.tables(), stored.All());

  Stored restored;
  restored.clock.Set(stored.clock.Now());
  LAZULI_ASSERT_OK(restored.Restore(stored.records));
  EXPECT_EQ(Everything(restored), Everything(stored));
  EXPECT_EQ(restored.All(), stored.records.tables());
  EXPECT_EQ(restored.events.last_sequence(), 0u) << "restoring is no event";

  for (int i = 0; i < 150; ++i) {
    Mutate(stored, ++number);
    Mutate(restored, number);
    ASSERT_EQ(Everything(restored), Everything(stored)) << number;
  }
  EXPECT_EQ(restored.All(), stored.All());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomResourceRecordsTest, testing::Range(0, 10));

// Its name is derived from the seed, so that one of this process would stand beside the stored one.
TEST(ResourceRecordsTest, TheAdministratorsRoleIsTheStoredOne) {
  Stored stored(1);
  MemoryRecords records;
  stored.WriteAll(&records);
  Stored restored(2);
  LAZULI_ASSERT_OK(restored.Restore(records));
  EXPECT_EQ(Everything(restored), Everything(stored));

  const RoleAssignment::Ptr owner = stored.roles.ListOf(kAdminObjectId).front();
  ASSERT_NE(stored.roles.Delete(owner->scope, owner->name), nullptr);
  MemoryRecords without;
  stored.WriteAll(&without);
  Stored again(2);
  LAZULI_ASSERT_OK(again.Restore(without));
  EXPECT_TRUE(again.roles.ListOf(kAdminObjectId).empty());
}

TEST(ResourceRecordsTest, SpoiledRecordsAreRefusedAndNamed) {
  Stored stored;
  for (uint64_t number = 1; number <= 120; ++number) Mutate(stored, number);
  MemoryRecords whole;
  stored.WriteAll(&whole);
  ASSERT_EQ(whole.tables().size(), 8u) << "an empty table tries nothing";
  ExpectSpoiledRecordsAreRefused(whole, 1, [](const RecordReader& records) {
    Stored restored;
    absl::Status status = restored.Restore(records);
    if (status.ok()) {
      Everything(restored);
      restored.All();
    }
    return status;
  });
}

}  // namespace
}  // namespace lazuli::emulator
