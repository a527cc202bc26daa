#include "emulator/arm/management_filter.h"

#include <string>

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;

TEST(ManagementFilterTest, ReadsWhatClientsSend) {
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ManagementFilter filter,
      ManagementFilter::Parse("resourceType eq 'Microsoft.KeyVault/vaults'"));
  ASSERT_EQ(filter.alternatives().size(), 1u);
  ASSERT_EQ(filter.alternatives()[0].size(), 1u);
  const FilterTerm& term = filter.alternatives()[0][0];
  EXPECT_EQ(term.kind, FilterTerm::Kind::kEqual);
  EXPECT_EQ(term.name, "resourcetype");
  EXPECT_THAT(term.values, ElementsAre("Microsoft.KeyVault/vaults"));
}

TEST(ManagementFilterTest, ReadsFunctionsNegationsAndQuotes) {
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ManagementFilter filter,
      ManagementFilter::Parse(
          " atScope() AND assignedTo( 'it''s' ) and substringof('x',Name) or name "
          "NE ''"));
  ASSERT_EQ(filter.alternatives().size(), 2u);
  ASSERT_EQ(filter.alternatives()[0].size(), 3u);
  EXPECT_EQ(filter.alternatives()[0][0].name, "atscope");
  EXPECT_EQ(filter.alternatives()[0][0].kind, FilterTerm::Kind::kFunction);
  EXPECT_TRUE(filter.alternatives()[0][0].values.empty());
  EXPECT_THAT(filter.alternatives()[0][1].values, ElementsAre("it's"));
  EXPECT_THAT(filter.alternatives()[0][2].values, ElementsAre("x", "name"));
  EXPECT_EQ(filter.alternatives()[1][0].kind, FilterTerm::Kind::kNotEqual);
  EXPECT_THAT(filter.alternatives()[1][0].values, ElementsAre(""));
}

TEST(ManagementFilterTest, HoldsWhenEmptyOrWhenAnAlternativeDoes) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const ManagementFilter none, ManagementFilter::Parse("  "));
  EXPECT_TRUE(none.Holds([](const FilterConjunction&) { return false; }));
  LAZULI_ASSERT_OK_AND_ASSIGN(const ManagementFilter two,
                              ManagementFilter::Parse("a eq '1' or b eq '2'"));
  EXPECT_TRUE(two.Holds([](const FilterConjunction& terms) { return terms[0].name == "b"; }));
  EXPECT_FALSE(two.Holds([](const FilterConjunction&) { return false; }));
}

TEST(ManagementFilterTest, RefusesWhatItDoesNotUnderstand) {
  for (const std::string& text :
       {std::string("name"), std::string("name eq"), std::string("name eq x"),
        std::string("name gt 'x'"), std::string("name eq 'x"), std::string("not name eq 'x'"),
        std::string("(a eq '1' or b eq '2') and c eq '3'"), std::string("name in ('x')"),
        std::string("name eq 'x' name eq 'y'"), std::string("name eq 'x' and"),
        std::string("f('x'"), std::string("f('x' 'y')"), std::string("f(,)"), std::string("'x'"),
        std::string("name = 'x'"), std::string("f(()"), std::string("\xff")}) {
    EXPECT_THAT(ManagementFilter::Parse(text), ErrorCodeIs("InvalidFilterInQueryString")) << text;
  }
}

}  // namespace
}  // namespace lazuli::emulator
