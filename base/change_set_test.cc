#include "base/change_set.h"

#include <cstdint>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(ChangeSetTest, KeepsNothingUntilItIsTold) {
  ChangeSet<std::string> changed;
  const uint64_t before = ChangeGate::ChangesOfThisThread();
  changed.Mark("a");
  EXPECT_TRUE(changed.Take().empty());
  EXPECT_EQ(ChangeGate::ChangesOfThisThread(), before);
}

TEST(ChangeSetTest, GivesEachMarkedKeyOnce) {
  ChangeSet<std::string> changed;
  changed.Start();
  const uint64_t before = ChangeGate::ChangesOfThisThread();
  changed.Mark("b");
  changed.Mark("a");
  changed.Mark("b");
  EXPECT_EQ(changed.Take(), (std::set<std::string>{"a", "b"}));
  EXPECT_TRUE(changed.Take().empty());
  EXPECT_EQ(ChangeGate::ChangesOfThisThread(), before + 3);
}

}  // namespace
}  // namespace lazuli
