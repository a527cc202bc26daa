// File: emulator/arm/locations_service.h
//
// Regions on the wire: lazuli.v1.Locations.
#ifndef LAZULI_EMULATOR_ARM_LOCATIONS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_LOCATIONS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "proto/resource_providers.pb.h"

namespace lazuli::emulator {

// Thread safe. The dispatcher has checked that the subscription exists.
class LocationsService {
 public:
  absl::Status ListLocations(const CallContext& context, const v1::ListLocationsRequest& request,
                             v1::ListLocationsResponse* response) const;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_LOCATIONS_SERVICE_H_
