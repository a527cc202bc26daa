// File: emulator/https/rest/api_versions.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_API_VERSIONS_H_
#define LAZULI_EMULATOR_HTTPS_REST_API_VERSIONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/dispatch/method_registry.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// True for a date, 2022-10-01, and for one with a suffix of letters, digits, dots and hyphens:
// 2022-10-01-preview, 2022-10-01.16.0.
bool LooksLikeDate(absl::string_view version);

// The api-versions that each plane accepts, as its services' options list them. Immutable and
// thread safe.
class ApiVersions {
 public:
  explicit ApiVersions(const MethodRegistry& methods);

  // The place of `version` in its plane's list (proto/api_version.h); kEveryApiVersion for a plane
  // that accepts any date, and for control, which has no versions. Errors of
  // emulator/https/rest/errors.h: MissingApiVersionError for an empty one, UnknownApiVersionError.
  absl::StatusOr<int> Check(v1::Plane plane, absl::string_view version) const;

 private:
  struct List {
    absl::flat_hash_map<std::string, int> places;  // by version in lower case
    std::string latest;                            // that is no preview
  };

  std::map<v1::Plane, List> lists_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_API_VERSIONS_H_
