#include "keyvault/backup/geography.h"

namespace lazuli::keyvault {
namespace {

struct Region {
  absl::string_view name;
  absl::string_view geography;
};

constexpr Region kRegions[] = {
    {"centralus", "unitedstates"},
    {"eastus", "unitedstates"},
    {"eastus2", "unitedstates"},
    {"northcentralus", "unitedstates"},
    {"southcentralus", "unitedstates"},
    {"westcentralus", "unitedstates"},
    {"westus", "unitedstates"},
    {"westus2", "unitedstates"},
    {"westus3", "unitedstates"},
    {"canadacentral", "canada"},
    {"canadaeast", "canada"},
    {"brazilsouth", "brazil"},
    {"brazilsoutheast", "brazil"},
    {"northeurope", "europe"},
    {"westeurope", "europe"},
    {"francecentral", "france"},
    {"francesouth", "france"},
    {"germanynorth", "germany"},
    {"germanywestcentral", "germany"},
    {"italynorth", "italy"},
    {"norwayeast", "norway"},
    {"norwaywest", "norway"},
    {"polandcentral", "poland"},
    {"spaincentral", "spain"},
    {"swedencentral", "sweden"},
    {"swedensouth", "sweden"},
    {"switzerlandnorth", "switzerland"},
    {"switzerlandwest", "switzerland"},
    {"uksouth", "unitedkingdom"},
    {"ukwest", "unitedkingdom"},
    {"eastasia", "asiapacific"},
    {"southeastasia", "asiapacific"},
    {"australiacentral", "australia"},
    {"australiacentral2", "australia"},
    {"australiaeast", "australia"},
    {"australiasoutheast", "australia"},
    {"centralindia", "india"},
    {"southindia", "india"},
    {"westindia", "india"},
    {"japaneast", "japan"},
    {"japanwest", "japan"},
    {"koreacentral", "korea"},
    {"koreasouth", "korea"},
    {"southafricanorth", "southafrica"},
    {"southafricawest", "southafrica"},
    {"uaecentral", "uae"},
    {"uaenorth", "uae"},
    {"israelcentral", "israel"},
    {"qatarcentral", "qatar"},
};

}  // namespace

std::string GeographyOf(absl::string_view location) {
  for (const Region& region : kRegions) {
    if (region.name == location) return std::string(region.geography);
  }
  return std::string(location);
}

}  // namespace lazuli::keyvault
