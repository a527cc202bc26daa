#include "keyvault/object_index.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/names.h"
#include "keyvault/object_lifecycle.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Named {
  std::string name;
  int number = 0;
};

struct Entry {
  std::string name;
  ObjectState state = ObjectState::kAbsent;
  std::shared_ptr<const Named> latest;
};

using Index = ObjectIndex<Entry>;

void Put(Index* index, absl::string_view name, ObjectState state, int number = 0) {
  Entry* entry = index->Find(name);
  if (entry == nullptr) {
    auto made = std::make_unique<Entry>();
    made->name = std::string(name);
    entry = index->Add(std::move(made));
  }
  entry->state = state;
  entry->latest = std::make_shared<const Named>(Named{entry->name, number});
  index->Update(entry);
}

std::vector<std::string> Names(const std::vector<Entry*>& entries) {
  std::vector<std::string> names;
  for (const Entry* const entry : entries) names.push_back(entry->name);
  return names;
}

TEST(ObjectIndexTest, FindsInAnyLetterCaseWhatThereIsOrWas) {
  Index index;
  EXPECT_EQ(index.Find("key"), nullptr);
  Put(&index, "Key", ObjectState::kLive, 1);
  ASSERT_NE(index.Find("kEY"), nullptr);
  EXPECT_EQ(index.Find("kEY")->name, "Key");
  ASSERT_NE(index.FindLatest("KEY"), nullptr);
  EXPECT_EQ((*index.FindLatest("KEY"))->number, 1);
  Put(&index, "key", ObjectState::kLive, 2);
  EXPECT_EQ((*index.FindLatest("KEY"))->number, 2);
  EXPECT_EQ(index.Find("keys"), nullptr);
  EXPECT_EQ(index.FindLatest("ke"), nullptr);
  for (const ObjectState state : {ObjectState::kAbsent, ObjectState::kDeleting,
                                  ObjectState::kDeleted, ObjectState::kRecovering}) {
    Put(&index, "key", state);
    EXPECT_EQ(index.FindLatest("key"), nullptr);
    EXPECT_NE(index.Find("key"), nullptr);
  }
}

TEST(ObjectIndexTest, AnObjectThatIsNotLiveIsNotHeld) {
  Index index;
  Put(&index, "key", ObjectState::kLive);
  Entry* const entry = index.Find("key");
  const std::weak_ptr<const Named> latest = entry->latest;
  entry->state = ObjectState::kAbsent;
  entry->latest.reset();
  index.Update(entry);
  EXPECT_TRUE(latest.expired());
}

TEST(ObjectIndexTest, AnEntryWithoutObjectMayBeSpeltAnew) {
  Index index;
  Put(&index, "Key", ObjectState::kLive);
  Put(&index, "Key", ObjectState::kAbsent);
  index.Find("Key")->name = "kEY";
  Put(&index, "key", ObjectState::kLive);
  EXPECT_THAT(Names(index.LiveAfter("", 9).entries), ElementsAre("kEY"));
  EXPECT_THAT(Names(index.All()), ElementsAre("kEY"));
}

TEST(ObjectIndexTest, WalksLiveAndDeletedObjectsInOrder) {
  Index index;
  // Of the same first sixteen characters, and shorter than that; digits come before letters.
  const std::string same = "abcdefghijklmnop";
  for (const std::string& name :
       {absl::StrCat(same, "b"), std::string("B"), std::string("a"), same,
        absl::StrCat(absl::AsciiStrToUpper(same), "a"), std::string("9"), std::string("a-")}) {
    Put(&index, name, ObjectState::kLive);
  }
  Put(&index, "c", ObjectState::kDeleted);
  Put(&index, "aa", ObjectState::kDeleting);
  const std::string upper = "ABCDEFGHIJKLMNOPa";
  EXPECT_THAT(Names(index.LiveAfter("", 99).entries),
              ElementsAre("9", "a", "a-", same, upper, same + "b", "B"));
  EXPECT_THAT(Names(index.LiveAfter("A", 2).entries), ElementsAre("a-", same));
  EXPECT_THAT(Names(index.LiveAfter(same, 1).entries), ElementsAre(upper));
  EXPECT_THAT(Names(index.LiveAfter(same + "A", 9).entries), ElementsAre(same + "b", "B"));
  EXPECT_THAT(Names(index.LiveAfter(std::string("a\0", 2), 1).entries), ElementsAre("a-"));
  EXPECT_THAT(Names(index.LiveAfter("\xff", 9).entries), IsEmpty());
  EXPECT_THAT(Names(index.DeletedAfter("", 9).entries), ElementsAre("c"));
  EXPECT_THAT(Names(index.DeletedAfter("c", 9).entries), IsEmpty());
  EXPECT_THAT(Names(index.All()),
              ElementsAre("9", "a", "a-", "aa", same, upper, same + "b", "B", "c"));
  EXPECT_TRUE(index.LiveAfter("", 6).more);
  EXPECT_FALSE(index.LiveAfter("", 7).more);
  EXPECT_FALSE(index.DeletedAfter("", 1).more);
  index.Clear();
  EXPECT_THAT(index.All(), IsEmpty());
  EXPECT_EQ(index.Find("a"), nullptr);
}

// Against a map, which is in the right order by itself.
TEST(ObjectIndexTest, StaysRightThroughManyChanges) {
  constexpr ObjectState kStates[] = {ObjectState::kAbsent, ObjectState::kLive,
                                     ObjectState::kDeleting, ObjectState::kDeleted};
  std::mt19937 random(7);
  Index index;
  std::map<std::string, std::pair<ObjectState, int>, IgnoreCaseLess> expected;
  for (int step = 0; step < 20'000; ++step) {
    const auto number = static_cast<int>(random() % 500);
    const std::string name =
        absl::StrCat(number % 3 == 0 ? "K" : "k", "ey-of-the-same-length-", number);
    const ObjectState state = kStates[random() % 4];
    Put(&index, name, state, step);
    expected[name] = {state, step};
  }
  std::vector<std::string> all, live, deleted;
  for (const auto& [name, what] : expected) {
    all.push_back(name);
    if (what.first == ObjectState::kDeleted) deleted.push_back(name);
    const auto* const latest = index.FindLatest(absl::AsciiStrToUpper(name));
    ASSERT_EQ(latest != nullptr, what.first == ObjectState::kLive) << name;
    if (latest == nullptr) continue;
    EXPECT_EQ((*latest)->number, what.second) << name;
    live.push_back(name);
  }
  EXPECT_EQ(Names(index.All()), all);
  EXPECT_EQ(Names(index.LiveAfter("", 1000).entries), live);
  EXPECT_EQ(Names(index.DeletedAfter("", 1000).entries), deleted);
}

}  // namespace
}  // namespace lazuli::keyvault
