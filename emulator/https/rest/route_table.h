// File: emulator/https/rest/route_table.h
//
// Which method of the API a request means, by its plane, its verb and its path. Built once at start
// from the methods' options.
#ifndef LAZULI_EMULATOR_HTTPS_REST_ROUTE_TABLE_H_
#define LAZULI_EMULATOR_HTTPS_REST_ROUTE_TABLE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/rest/url_fields.h"
#include "google/protobuf/descriptor.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// Operations whose answers over HTTP depend on more than their result.
enum class Oddity {
  kNone,
  kPutVault,           // says at first that the new vault's name is being registered
  kPurgeVault,         // its result is a status of its own
  kDelete,             // 204 when there is none, and that at once
  kPutOrUpdate,        // 201 for what is new, 200 for what was there
  kCreateCertificate,  // tells where the request for it is
};

// One method as HTTP reaches it, with all that a call would else look up in descriptors. Immutable.
struct Route {
  const Method* method = nullptr;
  std::string verb;  // "GET"
  int status = 200;  // of success
  Oddity oddity = Oddity::kNone;
  bool serves_managed_hsm = false;  // of Key Vault's data plane: the operations on keys
  // The first place in the order of its service's api-versions that has the method.
  int since = 0;
  bool is_empty = false;  // the answer has no body
  // The answer has no body, and its fields are the headers that they are named after.
  bool is_all_headers = false;
  // Set from the host name: the vault's name or the Batch account's endpoint. May be null.
  const google::protobuf::FieldDescriptor* host_field = nullptr;
  // Set from the path.
  std::vector<const google::protobuf::FieldDescriptor*> path_fields;
  // The body fills this field, or, with `is_whole_body`, the request.
  const google::protobuf::FieldDescriptor* body_field = nullptr;
  bool is_whole_body = false;
  // Set from the query, by JSON's name in lower case.
  absl::flat_hash_map<std::string, const google::protobuf::FieldDescriptor*> query_fields;
  // Set from headers of these names ("If-Match").
  std::vector<std::pair<std::string, const google::protobuf::FieldDescriptor*>> header_fields;
  // Of the answer: the token of the next page, which becomes a link. May be null.
  const google::protobuf::FieldDescriptor* next_link_field = nullptr;
  // Of an answer that is an entity of Batch. May be null.
  const google::protobuf::FieldDescriptor* etag_field = nullptr;
  const google::protobuf::FieldDescriptor* last_modified_field = nullptr;
  // Batch: what follows "$metadata#" in odata.metadata.
  std::string odata_metadata;
  // What holds URLs and hosts of the emulated services.
  UrlFields request_urls;
  UrlFields response_urls;
};

// Immutable and thread safe once built.
class RouteTable {
 public:
  struct Match {
    const Route* route = nullptr;  // null: none
    // Values of the path's fields. Point into the segments, but for a scope.
    std::vector<std::pair<const google::protobuf::FieldDescriptor*, std::string>> values;
    // Without a route: the verbs that the path has, e.g. "GET, PUT". Empty: no route has the path.
    std::string allowed_verbs;
  };

  // Of all unary methods with an HTTP rule. INTERNAL when a rule cannot be read, or when two
  // methods of a plane have the same verb and path. `methods` outlives the table.
  static absl::StatusOr<RouteTable> Build(const MethodRegistry& methods);

  RouteTable(RouteTable&&) = default;
  RouteTable& operator=(RouteTable&&) = default;

  // `segments` are decoded and not empty; literal ones match without regard to case, and a literal
  // one is preferred to a field. A version may be left out of a path.
  Match Find(v1::Plane plane, absl::string_view verb,
             const std::vector<std::string>& segments) const;

  // In no particular order.
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Segment {
    // In lower case; of a field, what follows it in its segment, as in "{id}:reset".
    std::string literal;
    const google::protobuf::FieldDescriptor* field = nullptr;  // null: a literal
  };
  struct Pattern {
    std::vector<Segment> segments;
    // Takes any number of leading segments; null but for a scope.
    const google::protobuf::FieldDescriptor* scope = nullptr;
    const Route* route = nullptr;
  };
  // By number of segments; the most specific first.
  struct PlaneTable {
    std::vector<std::vector<Pattern>> by_size;
    std::vector<Pattern> scoped;
  };

  RouteTable() = default;

  absl::Status AddPattern(v1::Plane plane, Pattern pattern);
  static bool Matches(const Pattern& pattern, const std::vector<std::string>& segments,
                      size_t offset);
  static bool Take(const Pattern& pattern, absl::string_view verb,
                   const std::vector<std::string>& segments, Match* match);

  std::vector<std::unique_ptr<Route>> routes_;
  std::map<v1::Plane, PlaneTable> planes_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ROUTE_TABLE_H_
