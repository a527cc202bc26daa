#include "batch/account_registry.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AccountRegistryTest : public AccountFixture {
 protected:
  std::vector<std::string> Names(const std::vector<std::shared_ptr<Account>>& accounts) {
    std::vector<std::string> names;
    for (const auto& account : accounts) names.push_back(account->id().name);
    return names;
  }
  static AccountSpec In(const std::string& group, const std::string& name,
                        const std::string& region, const std::string& subscription = "sub") {
    AccountSpec spec = Spec(name);
    spec.id.subscription_id = subscription;
    spec.id.resource_group = group;
    spec.region = region;
    return spec;
  }
};

TEST_F(AccountRegistryTest, FindsByIdWithoutRegardToCase) {
  MakeAccount(Spec());
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto found,
                              registry().Get(AccountId{"SUB", "Group", "account"}));
  EXPECT_EQ(found, account_);
  EXPECT_THAT(registry().Get(AccountId{"sub", "other", "account"}).status(),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(AccountRegistryTest, SameCreationAgainReturnsTheAccount) {
  MakeAccountWithKey();
  const AccountSpec spec = SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1));
  const uint64_t events = events_.last_sequence();
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto again, registry().CreateAccount(spec, now()));
  EXPECT_EQ(again, account_);
  EXPECT_EQ(events_.last_sequence(), events);
}

TEST_F(AccountRegistryTest, AnotherCreationOfTheSameAccountIsRefused) {
  MakeAccount(Spec());
  AccountSpec spec = Spec();
  spec.tags = {{"a", "b"}};
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(), ErrorCodeIs("AccountAlreadyExists"));
  spec = Spec();
  spec.identity.type = IdentityType::kSystemAssigned;
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(), ErrorCodeIs("AccountAlreadyExists"));
  spec = SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1));
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(), ErrorCodeIs("AccountAlreadyExists"));
  spec = Spec();
  spec.authentication_modes.pop_back();
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(), ErrorCodeIs("AccountAlreadyExists"));
  spec = Spec();
  spec.region = "eastus";
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(),
              ErrorCodeIs("InvalidResourceLocation"));
}

TEST_F(AccountRegistryTest, NamesAreUniqueInARegion) {
  MakeAccount(In("g1", "name", "westus2"));
  EXPECT_THAT(registry().CreateAccount(In("g2", "name", "westus2"), now()).status(),
              ErrorCodeIs("AccountAlreadyExists"));
  LAZULI_EXPECT_OK(registry().CreateAccount(In("g2", "name", "eastus"), now()));
  EXPECT_THAT(registry().CreateAccount(In("g3", "Name", "eastus2"), now()).status(),
              ErrorCodeIs("InvalidPropertyValue"));
}

TEST_F(AccountRegistryTest, DataPlaneNames) {
  MakeAccount(In("g1", "name", "westus2"));
  const auto west = account_;
  EXPECT_THAT(registry().Find("name"), IsOkAndHolds(west));
  EXPECT_THAT(registry().Find("NAME.WestUS2.batch.azure.com"), IsOkAndHolds(west));
  MakeAccount(In("g2", "name", "eastus"));
  const auto east = account_;
  EXPECT_THAT(registry().Find("name").status(), ErrorCodeIs("InvalidInput"));
  EXPECT_THAT(registry().Find("name.westus2.batch.azure.com"), IsOkAndHolds(west));
  EXPECT_THAT(registry().Find("name.eastus.batch.azure.com"), IsOkAndHolds(east));
  for (const char* const text :
       {"", "nam", "name2", "name.north.batch.azure.com", "name.eastus.example.com",
        "name.batch.azure.com", "name.", ".eastus.batch.azure.com"}) {
    EXPECT_THAT(registry().Find(text).status(), ErrorCodeIs("ResourceNotFound")) << text;
  }
  registry().DeleteAccount(east->id(), now());
  EXPECT_THAT(registry().Find("name"), IsOkAndHolds(west));
}

TEST_F(AccountRegistryTest, EachNameSpaceHasNamesOfItsOwn) {
  MakeAccount(In("g1", "name", "westus2"));
  const auto shared = account_;
  AccountSpec spec = In("g1", "name", "westus2", "sub2");
  spec.id.name_space = "ns";
  MakeAccount(spec);
  const auto own = account_;
  spec.id.resource_group = "g2";
  EXPECT_THAT(registry().CreateAccount(spec, now()).status(), ErrorCodeIs("AccountAlreadyExists"));
  spec.id.name = "lonely";
  MakeAccount(spec);
  const auto lonely = account_;

  EXPECT_THAT(registry().Find("name"), IsOkAndHolds(shared));
  EXPECT_THAT(registry().Find("name.westus2.batch.azure.com", "ns"), IsOkAndHolds(own));
  EXPECT_THAT(registry().Find("name", "other").status(), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(registry().Find("lonely").status(), ErrorCodeIs("ResourceNotFound"));
  EXPECT_TRUE(registry().CheckName("lonely", "westus2").available);
  EXPECT_FALSE(registry().CheckName("lonely", "westus2", "ns").available);

  EXPECT_EQ(registry().GuessNameSpace("lonely"), "ns");
  EXPECT_EQ(registry().GuessNameSpace("name.westus2.batch.azure.com"), "");
  EXPECT_EQ(registry().GuessNameSpace("nobody"), "");
  EXPECT_THAT(registry().FindAnywhere("lonely"), IsOkAndHolds(lonely));
  EXPECT_THAT(registry().FindAnywhere("name"), IsOkAndHolds(shared));
  EXPECT_THAT(registry().FindAnywhere(own->arm_id()), IsOkAndHolds(own));
  EXPECT_THAT(registry().FindAnywhere("/subscriptions/none").status(),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(AccountRegistryTest, ListsInOrderOfIds) {
  for (const auto& [group, name] : std::vector<std::pair<std::string, std::string>>{
           {"beta", "b01"}, {"Alpha", "a02"}, {"alpha", "a01"}, {"alphabet", "c01"}}) {
    MakeAccount(In(group, name, "westus2"));
  }
  MakeAccount(In("alpha", "d01", "westus2", "sub2"));
  EXPECT_THAT(Names(registry().List("SUB", "")), ElementsAre("a01", "a02", "c01", "b01"));
  EXPECT_THAT(Names(registry().List("sub", "ALPHA")), ElementsAre("a01", "a02"));
  EXPECT_THAT(Names(registry().List("sub2", "")), ElementsAre("d01"));
  EXPECT_THAT(Names(registry().List("su", "")), ElementsAre());
}

TEST_F(AccountRegistryTest, DeletionFreesTheName) {
  MakeAccount(Spec());
  registry().DeleteAccount(AccountId{"SUB", "group", "account"}, now());
  registry().DeleteAccount(Spec().id, now());
  const auto first = account_;
  MakeAccount(Spec());
  EXPECT_NE(first, account_);
}

TEST_F(AccountRegistryTest, NameAvailability) {
  MakeAccount(Spec());
  EXPECT_TRUE(registry().CheckName("other", "westus2").available);
  EXPECT_TRUE(registry().CheckName("account", "eastus").available);
  EXPECT_EQ(registry().CheckName("account", "westus2").reason, "AlreadyExists");
  EXPECT_THAT(registry().CheckName("account", "westus2").message, HasSubstr("'account'"));
  EXPECT_EQ(registry().CheckName("Account", "westus2").reason, "Invalid");
}

TEST_F(AccountRegistryTest, ReevaluatesInOrderOfIdsAndPassesOverStrangers) {
  std::vector<std::string> ids = {"/nobody"};
  for (const char* const name : {"ccc", "aaa", "bbb"}) {
    AccountSpec spec = SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1));
    spec.id.name = name;
    MakeAccount(spec);
    ids.push_back(account_->arm_id());
  }
  ids.push_back(absl::AsciiStrToUpper(ids.back()));
  keys.RemoveVault("vault");
  const uint64_t before = events_.last_sequence();
  registry().ReevaluateKeyAccess(ids, now(), "vault deleted");
  std::vector<std::string> order;
  const std::vector<Event> events = events_.ListAfter(before, 100).value();
  for (const Event& event : events) {
    order.push_back(event.resource.substr(event.resource.rfind('/') + 1));
  }
  EXPECT_THAT(order, ElementsAre("aaa", "bbb", "ccc"));
}

TEST_F(AccountRegistryTest, OptionsAreChecked) {
  AccountEnvironment environment;
  environment.options.key_access.restoration_window = absl::Hours(1);
  EXPECT_THAT(AccountRegistry::Create(std::move(environment)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(AccountRegistryTest, AccountsOfARegionAreBounded) {
  for (int i = 0; i < 1000; ++i) MakeAccount(Spec(absl::StrCat("acc", i)));
  EXPECT_THAT(registry().CreateAccount(Spec("onemore"), now()).status(),
              ErrorCodeIs("SubscriptionQuotaExceeded"));
  LAZULI_EXPECT_OK(registry().CreateAccount(In("group", "onemore", "eastus"), now()));
}

}  // namespace
}  // namespace lazuli::batch
