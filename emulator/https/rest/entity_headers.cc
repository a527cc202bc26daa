#include "emulator/https/rest/entity_headers.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "emulator/https/message/http_target.h"
#include "emulator/https/rest/next_link.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

namespace {

// The id that the body of `request` gives to what it adds; empty where it gives none.
std::string IdOfAdded(const Route& route, const Message& request) {
  if (route.body_field == nullptr || route.body_field->message_type() == nullptr ||
      route.body_field->is_repeated()) {
    return "";
  }
  const FieldDescriptor* id = route.body_field->message_type()->FindFieldByName("id");
  if (id == nullptr || id->type() != FieldDescriptor::TYPE_STRING) return "";
  const Message& body = request.GetReflection()->GetMessage(request, route.body_field);
  return body.GetReflection()->GetString(body, id);
}

// As in RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

}  // namespace

void AddEntityHeaders(const Exchange& exchange, const Route& route, const Message& request,
                      const Message& response, HttpResponse* answer) {
  std::string url = absl::StrCat(CallerOrigin(exchange), exchange.target.path);
  if (answer->status == 201) {
    const std::string id = IdOfAdded(route, request);
    if (!id.empty()) {
      url = absl::StrCat(absl::StripSuffix(url, "/"), "/", PercentEncode(id));
      answer->headers.Set("Location", url);
    }
  }
  answer->headers.Set("DataServiceId", url);
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
