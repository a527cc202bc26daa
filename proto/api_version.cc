#include "proto/api_version.h"

#include "proto/options.pb.h"

namespace lazuli {

int ApiVersionPlace(const google::protobuf::FileDescriptor& file, const std::string& since) {
  if (since.empty()) return 0;
  for (int i = 0; i < file.service_count(); ++i) {
    const v1::ServiceRule& rule = file.service(i)->options().GetExtension(v1::service);
    for (int place = 0; place < rule.api_versions_size(); ++place) {
      if (rule.api_versions(place) == since) return place;
    }
  }
  return 0;
}

}  // namespace lazuli
