#include "emulator/arm/odata_filter.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;

TEST(ODataFilterTest, ReadsWhatClientsSend) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const ODataFilter filter,
                              ODataFilter::Parse("resourceType eq 'Microsoft.KeyVault/vaults'"));
  ASSERT_EQ(filter.alternatives().size(), 1u);
  ASSERT_EQ(filter.alternatives()[0].size(), 1u);
  const FilterTerm& term = filter.alternatives()[0][0];
  EXPECT_EQ(term.kind, FilterTerm::Kind::kEqual);
  EXPECT_EQ(term.name, "resourcetype");
  EXPECT_THAT(term.values, ElementsAre("Microsoft.KeyVault/vaults"));
}

TEST(ODataFilterTest, ReadsFunctionsNegationsAndQuotes) {
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ODataFilter filter,
      ODataFilter::Parse(" atScope() AND assignedTo( 'it''s' ) and substringof('x',Name) or name "
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

TEST(ODataFilterTest, HoldsWhenEmptyOrWhenAnAlternativeDoes) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const ODataFilter none, ODataFilter::Parse("  "));
  EXPECT_TRUE(none.Holds([](const FilterConjunction&) { return false; }));
  LAZULI_ASSERT_OK_AND_ASSIGN(const ODataFilter two, ODataFilter::Parse("a eq '1' or b eq '2'"));
  EXPECT_TRUE(two.Holds([](const FilterConjunction& terms) { return terms[0].name == "b"; }));
  EXPECT_FALSE(two.Holds([](const FilterConjunction&) { return false; }));
}

TEST(ODataFilterTest, RefusesWhatItDoesNotUnderstand) {
  std::string long_one = "a eq '1'";
  for (int i = 0; i < 50; ++i) absl::StrAppend(&long_one, " and a eq '1'");
  for (const std::string& text :
       {std::string("name"), std::string("name eq"), std::string("name eq x"),
        std::string("name gt 'x'"), std::string("name eq 'x"), std::string("(name eq 'x')"),
        std::string("name eq 'x' name eq 'y'"), std::string("name eq 'x' and"),
        std::string("f('x'"), std::string("f('x' 'y')"), std::string("f(,)"), std::string("'x'"),
        std::string("name = 'x'"), std::string("f(()"), std::string("\xff"), long_one}) {
    EXPECT_THAT(ODataFilter::Parse(text), ErrorCodeIs("InvalidFilterInQueryString")) << text;
  }
}

}  // namespace
}  // namespace lazuli::emulator
