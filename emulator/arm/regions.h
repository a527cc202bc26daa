// File: emulator/arm/regions.h
//
// Azure's public regions, as lists of locations show them. Nothing depends on them: the emulator
// takes any name for a region. Source: Azure documentation, "Azure regions list".
#ifndef LAZULI_EMULATOR_ARM_REGIONS_H_
#define LAZULI_EMULATOR_ARM_REGIONS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lazuli::emulator {

// Lives for ever.
struct Region {
  absl::string_view name;          // "westus2"
  absl::string_view display_name;  // "West US 2"
  absl::string_view prefix;        // of the regional display name: "US"
  absl::string_view geography_group;
  absl::string_view longitude;  // degrees
  absl::string_view latitude;
  absl::string_view physical_location;
  bool recommended = true;
};

// In Azure's order: recommended ones first.
absl::Span<const Region> Regions();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_REGIONS_H_
