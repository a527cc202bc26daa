#include "emulator/arm/resource_directory.h"

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/arm/resource_id.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kSub = kDefaultSubscriptionId;
constexpr absl::string_view kOtherSub = "aaaaaaaa-0000-4000-8000-0000000000aa";
constexpr absl::string_view kOtherTenant = "bbbbbbbb-0000-4000-8000-0000000000bb";
constexpr absl::string_view kNobody = "99999999-0000-4000-8000-000000000000";

ListedResource Listed(const std::string& id) { return {.id = id, .location = "w", .tags = {}}; }

class ResourceDirectoryTest : public testing::Test {
 protected:
  absl::Status Put(absl::string_view name, absl::string_view location = "westeurope") {
    return resources_.CreateOrUpdateResourceGroup(kSub, name, location, std::nullopt).status();
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
};

TEST_F(ResourceDirectoryTest, HoldsTheDefaultSubscriptionAtStart) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Subscription subscription, resources_.GetSubscription(kSub));
  EXPECT_EQ(subscription.tenant_id, std::string(kDefaultTenantId));
  LAZULI_EXPECT_OK(resources_.CheckSubscription(kSub));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string tenant, resources_.TenantOf(kSub));
  EXPECT_EQ(tenant, std::string(kDefaultTenantId));
  EXPECT_EQ(resources_.ListSubscriptions().size(), 1u);
}

TEST_F(ResourceDirectoryTest, NamesWhatIsMissing) {
  EXPECT_THAT(resources_.CheckSubscription("x"), ErrorCodeIs("InvalidSubscriptionId"));
  EXPECT_THAT(resources_.CheckSubscription(kNobody), ErrorCodeIs("SubscriptionNotFound"));
  EXPECT_THAT(resources_.CheckResourceGroup(kNobody, "g"), ErrorCodeIs("SubscriptionNotFound"));
  EXPECT_THAT(resources_.CheckResourceGroup(kSub, "g"),
              StatusIs(absl::StatusCode::kNotFound, "Resource group 'g' could not be found."));
}

TEST_F(ResourceDirectoryTest, MakesAndRenamesSubscriptions) {
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, ""));
  LAZULI_ASSERT_OK(resources_.CreateOrUpdateSubscription(kOtherSub, kOtherTenant, "one"));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const Subscription renamed,
      resources_.CreateOrUpdateSubscription(absl::AsciiStrToUpper(kOtherSub), "", "two"));
  EXPECT_EQ(renamed.display_name, "two");
  EXPECT_EQ(renamed.tenant_id, std::string(kOtherTenant));
  EXPECT_THAT(resources_.CreateOrUpdateSubscription(kOtherSub, kDefaultTenantId, ""),
              ErrorCodeIs("SubscriptionTenantMismatch"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const Subscription derived,
                              resources_.CreateOrUpdateSubscription("", "", ""));
  EXPECT_TRUE(IsGuid(derived.subscription_id));
  EXPECT_EQ(derived.tenant_id, std::string(kDefaultTenantId));
  EXPECT_THAT(resources_.CreateOrUpdateSubscription("x", "", ""),
              ErrorCodeIs("InvalidSubscriptionId"));
  EXPECT_THAT(resources_.CreateOrUpdateSubscription("", kNobody, ""),
              ErrorCodeIs("TenantNotFound"));
  EXPECT_THAT(resources_.CreateOrUpdateSubscription("", "", std::string(65, 'x')),
              ErrorCodeIs("InvalidInput"));
  EXPECT_EQ(resources_.ListSubscriptions().size(), 3u);
}

TEST_F(ResourceDirectoryTest, ASubscriptionIsDeletedOnceNothingIsInIt) {
  LAZULI_ASSERT_OK(Put("g"));
  EXPECT_EQ(resources_.DeleteSubscription(kSub).code(), absl::StatusCode::kFailedPrecondition);
  LAZULI_ASSERT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
  LAZULI_EXPECT_OK(resources_.DeleteSubscription(kSub));
  EXPECT_THAT(resources_.CheckSubscription(kSub), ErrorCodeIs("SubscriptionNotFound"));
  LAZULI_EXPECT_OK(resources_.DeleteSubscription(kSub));
}

TEST_F(ResourceDirectoryTest, RefusesCallersOfAnotherTenant) {
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, ""));
  LAZULI_ASSERT_OK(resources_.CreateOrUpdateSubscription(kOtherSub, kOtherTenant, ""));
  Caller caller;
  caller.tenant_id = std::string(kDefaultTenantId);
  caller.issuer = "https://sts.windows.net/x/";
  LAZULI_EXPECT_OK(resources_.CheckCallerTenant(caller, kSub));
  EXPECT_THAT(resources_.CheckCallerTenant(caller, kOtherSub),
              ErrorCodeIs("InvalidAuthenticationTokenTenant"));
  EXPECT_THAT(resources_.CheckCallerTenant(caller, kOtherSub),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(std::string(kOtherTenant))));
  EXPECT_THAT(resources_.CheckCallerTenant(caller, kNobody), ErrorCodeIs("SubscriptionNotFound"));
}

TEST_F(ResourceDirectoryTest, MakesGroupsAndReplacesTheirTags) {
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ResourceDirectory::PutGroupResult made,
      resources_.CreateOrUpdateResourceGroup(kSub, "Group", "West Europe", Tags{{"a", "1"}}));
  EXPECT_TRUE(made.created);
  EXPECT_EQ(made.group.location, "westeurope");
  EXPECT_EQ(made.group.id.text(),
            absl::StrCat("/subscriptions/", std::string(kSub), "/resourceGroups/Group"));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ResourceDirectory::PutGroupResult again,
      resources_.CreateOrUpdateResourceGroup(kSub, "GROUP", "westeurope", std::nullopt));
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.group.id.name(), "Group");
  EXPECT_FALSE(again.group.tags.has_value());
  EXPECT_THAT(Put("group", "northeurope"), ErrorCodeIs("InvalidResourceGroupLocation"));
  LAZULI_ASSERT_OK(Put("another"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<ResourceGroup> groups,
                              resources_.ListResourceGroups(kSub));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].id.name(), "another");
  LAZULI_EXPECT_OK(resources_.GetResourceGroup(kSub, "gROUP"));
}

TEST_F(ResourceDirectoryTest, RefusesBadNamesPlacesAndTags) {
  for (const std::string& name :
       {std::string(), std::string(91, 'g'), std::string("a b"), std::string("a/b"),
        std::string("ends."), std::string("\xc3\xa4"), std::string("a\n")}) {
    EXPECT_THAT(Put(name), ErrorCodeIs("InvalidResourceGroup")) << name;
  }
  for (const std::string& name :
       {std::string(90, 'g'), std::string("-a.b_(c)"), std::string("1"), std::string(".a")}) {
    LAZULI_EXPECT_OK(Put(name));
  }
  EXPECT_THAT(Put("g", ""), ErrorCodeIs("LocationRequired"));
  EXPECT_THAT(Put("g", "  "), ErrorCodeIs("LocationRequired"));
  EXPECT_THAT(Put("g", "west/europe"), ErrorCodeIs("LocationNotAvailableForResourceGroup"));
  EXPECT_THAT(Put("g", std::string(65, 'w')), ErrorCodeIs("LocationNotAvailableForResourceGroup"));
  Tags many;
  for (int i = 0; i < 51; ++i) many[absl::StrCat("t", i)] = "";
  for (const Tags& tags : {many, Tags{{"", "v"}}, Tags{{std::string(513, 'n'), "v"}},
                           Tags{{"a<b", "v"}}, Tags{{"a", std::string(257, 'v')}}}) {
    EXPECT_THAT(resources_.CreateOrUpdateResourceGroup(kSub, "g", "w", tags),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(resources_.GetResourceGroup(kSub, "g"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ResourceDirectoryTest, KeepsAGroupWhoseResourcesNobodyRemoves) {
  std::vector<ListedResource> resources = {Listed("/a"), Listed("/b")};
  resources_.AddResources(
      [&resources](const std::string&, const std::string&) { return resources; }, nullptr);
  LAZULI_ASSERT_OK(Put("g"));
  const absl::Status blocked = resources_.DeleteResourceGroup(CallContext(), kSub, "g");
  EXPECT_THAT(blocked, ErrorCodeIs("ResourceGroupDeletionBlocked"));
  EXPECT_EQ(GetErrorInfo(blocked)->details.size(), 2u);
  LAZULI_EXPECT_OK(resources_.CheckResourceGroup(kSub, "g"));
  LAZULI_EXPECT_OK(resources_.HoldResourceGroup(kSub, "g"));
  resources.clear();
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "G"));
  EXPECT_THAT(resources_.DeleteResourceGroup(CallContext(), kSub, "g"),
              ErrorCodeIs("ResourceGroupNotFound"));
}

// A domain whose resources are all in one group.
struct FakeDomain {
  std::vector<std::string> names = {};
  absl::Status refusal = absl::OkStatus();

  void AddTo(ResourceDirectory* directory, std::vector<std::string>* removed) {
    directory->AddResources(
        [this](const std::string&, const std::string& group) {
          std::vector<ListedResource> resources;
          if (!group.empty() && group != "g") return resources;
          for (const std::string& name : names) {
            resources.push_back(Listed(ResourceId::Resource(kSub, "g", "M.K/t", name).text()));
          }
          return resources;
        },
        [this, removed](const CallContext&, const ResourceId& id) {
          if (!refusal.ok()) return refusal;
          removed->push_back(id.name());
          std::erase(names, id.name());
          return absl::OkStatus();
        });
  }
};

TEST_F(ResourceDirectoryTest, RemovesWhatAGroupHoldsInTheReverseOrderOfDomains) {
  FakeDomain first = {.names = {"a", "b"}};
  FakeDomain second = {.names = {"c", "d"}};
  std::vector<std::string> removed;
  first.AddTo(&resources_, &removed);
  second.AddTo(&resources_, &removed);
  LAZULI_ASSERT_OK(Put("g"));
  LAZULI_ASSERT_OK(Put("h"));
  LAZULI_ASSERT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "h"));
  EXPECT_TRUE(removed.empty());
  LAZULI_ASSERT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
  EXPECT_EQ(removed, (std::vector<std::string>{"c", "d", "a", "b"}));
  EXPECT_THAT(resources_.CheckResourceGroup(kSub, "g"), ErrorCodeIs("ResourceGroupNotFound"));
}

TEST_F(ResourceDirectoryTest, KeepsAGroupWhenARemovalFails) {
  FakeDomain stubborn = {.names = {"a"}, .refusal = absl::AbortedError("no")};
  FakeDomain willing = {.names = {"b"}};
  std::vector<std::string> removed;
  stubborn.AddTo(&resources_, &removed);
  willing.AddTo(&resources_, &removed);
  LAZULI_ASSERT_OK(Put("g"));
  EXPECT_THAT(resources_.DeleteResourceGroup(CallContext(), kSub, "g"),
              StatusIs(absl::StatusCode::kAborted));
  LAZULI_EXPECT_OK(resources_.HoldResourceGroup(kSub, "g"));
  stubborn.refusal = absl::OkStatus();
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
  EXPECT_EQ(removed, (std::vector<std::string>{"b", "a"}));
}

TEST_F(ResourceDirectoryTest, ListsResourcesById) {
  FakeDomain first = {.names = {"d", "B"}};
  FakeDomain second = {.names = {"c", "a"}};
  std::vector<std::string> removed;
  first.AddTo(&resources_, &removed);
  second.AddTo(&resources_, &removed);
  LAZULI_ASSERT_OK(Put("g"));
  LAZULI_ASSERT_OK(Put("h"));
  const auto names = [this](absl::string_view group) {
    std::string text;
    const auto listed = resources_.ListResources(kSub, group);
    EXPECT_TRUE(listed.ok());
    for (const ListedResource& resource : *listed) text.push_back(resource.id.back());
    return text;
  };
  EXPECT_EQ(names(""), "aBcd");
  EXPECT_EQ(names("g"), "aBcd");
  EXPECT_EQ(names("h"), "");
  EXPECT_THAT(resources_.ListResources(kSub, "x"), ErrorCodeIs("ResourceGroupNotFound"));
  EXPECT_THAT(resources_.ListResources("x", ""), ErrorCodeIs("InvalidSubscriptionId"));
}

TEST_F(ResourceDirectoryTest, ChangesWhatAPatchNames) {
  LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, "g", "w", Tags{{"a", "1"}}, "/m"));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      ResourceGroup group, resources_.UpdateResourceGroup(kSub, "G", std::nullopt, std::nullopt));
  EXPECT_EQ(group.tags, (Tags{{"a", "1"}}));
  EXPECT_EQ(group.managed_by, "/m");
  LAZULI_ASSERT_OK_AND_ASSIGN(group, resources_.UpdateResourceGroup(kSub, "g", Tags(), "/other"));
  EXPECT_EQ(group.tags, Tags());
  EXPECT_EQ(group.managed_by, "/other");
  EXPECT_THAT(resources_.UpdateResourceGroup(kSub, "g", Tags{{"", "v"}}, std::nullopt),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(resources_.UpdateResourceGroup(kSub, "x", std::nullopt, std::nullopt),
              ErrorCodeIs("ResourceGroupNotFound"));
}

TEST_F(ResourceDirectoryTest, KeepsAGroupThatIsHeld) {
  LAZULI_ASSERT_OK(Put("g"));
  EXPECT_THAT(resources_.HoldResourceGroup(kSub, "x"), ErrorCodeIs("ResourceGroupNotFound"));
  {
    LAZULI_ASSERT_OK_AND_ASSIGN(GroupHold first, resources_.HoldResourceGroup(kSub, "g"));
    LAZULI_ASSERT_OK_AND_ASSIGN(const GroupHold second, resources_.HoldResourceGroup(kSub, "G"));
    const GroupHold moved = std::move(first);
    EXPECT_THAT(resources_.DeleteResourceGroup(CallContext(), kSub, "g"),
                ErrorCodeIs("ResourceGroupBeingDeleted"));
  }
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
}

TEST_F(ResourceDirectoryTest, LetsNobodyIntoAGroupThatIsBeingDeleted) {
  LAZULI_ASSERT_OK(Put("g"));
  absl::Status held;
  absl::Status put;
  resources_.AddResources(
      [&](const std::string&, const std::string& group) {
        held = resources_.HoldResourceGroup(kSub, group).status();
        put = Put(group);
        return std::vector<ListedResource>();
      },
      nullptr);
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
  EXPECT_THAT(held, ErrorCodeIs("ResourceGroupBeingDeleted"));
  EXPECT_THAT(put, ErrorCodeIs("ResourceGroupBeingDeleted"));
  LAZULI_EXPECT_OK(Put("g"));
}

TEST_F(ResourceDirectoryTest, AHoldMayOutliveItsGroupsDirectory) {
  GroupHold hold;
  {
    ResourceDirectory passing(&directory_, IdDeriver(1), &clock_, &events_);
    LAZULI_ASSERT_OK(passing.CreateOrUpdateResourceGroup(kSub, "g", "w", std::nullopt));
    LAZULI_ASSERT_OK_AND_ASSIGN(hold, passing.HoldResourceGroup(kSub, "g"));
  }
  hold = GroupHold();
}

TEST_F(ResourceDirectoryTest, ChecksThatScopesExist) {
  const std::string vault =
      ResourceId::Resource(kSub, "g", "Microsoft.KeyVault/vaults", "v").text();
  resources_.AddResources(
      [&vault](const std::string&, const std::string& group) {
        return group == "g" ? std::vector<ListedResource>{Listed(vault)}
                            : std::vector<ListedResource>();
      },
      nullptr);
  LAZULI_ASSERT_OK(Put("g"));
  struct Case {
    std::string scope;
    const char* error;
  };
  const std::string sub = absl::StrCat("/subscriptions/", std::string(kSub));
  const Case cases[] = {
      {"/", ""},
      {sub, ""},
      {absl::StrCat("/subscriptions/", std::string(kNobody)), "SubscriptionNotFound"},
      {"/subscriptions/x", "InvalidSubscriptionId"},
      {absl::StrCat(sub, "/resourceGroups/g"), ""},
      {absl::StrCat(sub, "/resourceGroups/h"), "ResourceGroupNotFound"},
      {vault, ""},
      {absl::StrCat(vault, "/keys/k"), ""},
      {absl::StrCat(vault, "x"), "ResourceNotFound"},
      {absl::StrCat(sub, "/providers/Microsoft.X/t/n"), "ResourceNotFound"},
  };
  for (const Case& c : cases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId scope, ResourceId::Parse(c.scope));
    const absl::Status status = resources_.CheckScope(scope);
    if (*c.error == '\0') {
      LAZULI_EXPECT_OK(status) << c.scope;
    } else {
      EXPECT_THAT(status, ErrorCodeIs(c.error)) << c.scope;
    }
  }
}

TEST_F(ResourceDirectoryTest, LimitsTheGroupsOfASubscription) {
  for (int i = 0; i < 980; ++i) LAZULI_ASSERT_OK(Put(absl::StrCat("g", i)));
  EXPECT_THAT(Put("one-more"), ErrorCodeIs("ResourceGroupQuotaExceeded"));
  LAZULI_EXPECT_OK(Put("g7"));
}

TEST_F(ResourceDirectoryTest, LogsGroups) {
  LAZULI_ASSERT_OK(Put("g"));
  LAZULI_ASSERT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "g"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> events, events_.ListAfter(0, 10));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "resourceGroup");
  EXPECT_EQ(events[0].to, "Succeeded");
  EXPECT_EQ(events[1].from, "Succeeded");
  EXPECT_EQ(events[1].to, "");
}

TEST_F(ResourceDirectoryTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 200; ++j) {
        const std::string name = absl::StrCat("g", j % 5);
        (void)Put(name);
        {
          const absl::StatusOr<GroupHold> hold = resources_.HoldResourceGroup(kSub, name);
          if (hold.ok()) {
            EXPECT_TRUE(resources_.CheckResourceGroup(kSub, name).ok());
          }
        }
        (void)resources_.DeleteResourceGroup(CallContext(), kSub, name);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int j = 0; j < 5; ++j) {
    const std::string name = absl::StrCat("g", j);
    if (resources_.CheckResourceGroup(kSub, name).ok()) {
      LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, name));
    }
  }
}

}  // namespace
}  // namespace lazuli::emulator
