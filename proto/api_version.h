// File: proto/api_version.h
//
// The order of a service's api-versions, as the options `api_versions` and `since` of
// proto/options.proto tell it.
#ifndef LAZULI_PROTO_API_VERSION_H_
#define LAZULI_PROTO_API_VERSION_H_

#include <limits>
#include <string>

#include "google/protobuf/descriptor.h"

namespace lazuli {

// Stands for whoever sees all, whatever it is that came last: gRPC, and services without a list.
inline constexpr int kEveryApiVersion = std::numeric_limits<int>::max();

// The place of `since` among the api-versions of the services of `file`, oldest first: what it is
// said of is there for versions of this place and behind it. 0 when `since` is empty or no service
// of the file lists it.
int ApiVersionPlace(const google::protobuf::FileDescriptor& file, const std::string& since);

}  // namespace lazuli

#endif  // LAZULI_PROTO_API_VERSION_H_
