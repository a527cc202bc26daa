#include "emulator/https/rest/entity_headers.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "emulator/https/rest/next_link.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;
using google::protobuf::Timestamp;

namespace {

// As in RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

}  // namespace

void AddEntityHeaders(const Exchange& exchange, const Route& route, const Message& response,
                      HttpResponse* answer) {
  answer->headers.Set("DataServiceId", absl::StrCat(CallerOrigin(exchange), exchange.target.path));
  if (const auto* revision = DynamicCastToGenerated<v1::ObjectRevision>(&response)) {
    if (revision->has_data_service_id()) {
      answer->headers.Set("DataServiceId", revision->data_service_id());
    }
    if (revision->has_location()) answer->headers.Set("Location", revision->location());
  }
  const google::protobuf::Reflection& reflection = *response.GetReflection();
  if (route.etag_field != nullptr && reflection.HasField(response, route.etag_field)) {
    answer->headers.Set("ETag", reflection.GetString(response, route.etag_field));
  }
  if (route.last_modified_field != nullptr &&
      reflection.HasField(response, route.last_modified_field)) {
    const Message& time = reflection.GetMessage(response, route.last_modified_field);
    answer->headers.Set("Last-Modified",
                        HttpDate(FromProto(*DynamicCastToGenerated<Timestamp>(&time))));
  }
}

}  // namespace lazuli::emulator
