#include "keyvault/backup/geography.h"

#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

TEST(GeographyTest, RegionsOfOneGeographyAreTogether) {
  EXPECT_EQ(GeographyOf("westeurope"), GeographyOf("northeurope"));
  EXPECT_EQ(GeographyOf("eastus"), GeographyOf("westus3"));
  EXPECT_EQ(GeographyOf("uksouth"), GeographyOf("ukwest"));
  EXPECT_NE(GeographyOf("westeurope"), GeographyOf("eastus"));
  EXPECT_NE(GeographyOf("francecentral"), GeographyOf("westeurope"));
}

TEST(GeographyTest, AnInventedRegionIsItsOwn) {
  EXPECT_EQ(GeographyOf("moonbase"), "moonbase");
  EXPECT_NE(GeographyOf("moonbase"), GeographyOf("marsbase"));
}

}  // namespace
}  // namespace lazuli::keyvault
