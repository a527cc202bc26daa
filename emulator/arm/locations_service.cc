// File: emulator/arm/locations_service.cc
#include "emulator/arm/locations_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/arm/regions.h"

namespace lazuli::emulator {

absl::Status LocationsService::ListLocations(const CallContext&,
                                             const v1::ListLocationsRequest& request,
                                             v1::ListLocationsResponse* response) const {
  for (const Region& region : Regions()) {
    v1::Location* const location = response->add_value();
    location->set_id(
        absl::StrCat("/subscriptions/", request.subscription_id(), "/locations/", region.name));
    location->set_name(std::string(region.name));
    location->set_type("Region");
    location->set_display_name(std::string(region.display_name));
    location->set_regional_display_name(
        absl::StrCat("(", region.prefix, ") ", region.display_name));
    v1::Location::Metadata* const metadata = location->mutable_metadata();
    metadata->set_region_type("Physical");
    metadata->set_region_category(region.recommended ? "Recommended" : "Other");
    metadata->set_geography_group(std::string(region.geography_group));
    metadata->set_longitude(std::string(region.longitude));
    metadata->set_latitude(std::string(region.latitude));
    metadata->set_physical_location(std::string(region.physical_location));
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
