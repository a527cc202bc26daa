// File: emulator/https/entra/graph_handler.h
//
// graph.microsoft.com, as much of it as az and the SDKs ask to find out who is who:
//
//   GET  /v1.0/me                                   refused, as for every application
//   GET  /v1.0/servicePrincipals[/ID | (appId='X')], /v1.0/applications likewise
//   GET  /v1.0/directoryObjects/ID, /v1.0/organization
//   GET  /v1.0/users, /v1.0/groups                  there are none
//   POST /v1.0/directoryObjects/getByIds, .../ID/getMemberGroups
//
// Lists take $filter, $search by displayName, $select, $top and $skiptoken.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_HANDLER_H_

#include <boost/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/ids.h"
#include "emulator/https/entra/entra_answer.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

// Shows each caller its own tenant, and asks for no permission beyond a token. Thread safe; answers
// on the calling thread.
class GraphHandler final : public HttpHandler {
 public:
  // `real_clock` is the machine's, which dates the errors. The pointers outlive the handler.
  GraphHandler(const Directory* directory, TokenVerifier* verifier, const Clock* real_clock,
               IdDeriver ids);

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  // One request taken apart.
  struct Call {
    const HttpRequest& http;
    const HttpTarget& target;
    Caller caller;
    // The collection and what follows it: "servicePrincipals", then "ID" of "/ID" or of "('ID')".
    std::string collection;
    std::string key;
    // The rest of the path, if any: "getMemberGroups".
    std::string rest;
    // "https://graph.microsoft.com/v1.0".
    std::string root;
  };

  absl::StatusOr<Caller> Authenticate(const HttpRequest& request) const;
  absl::StatusOr<boost::json::object> Serve(const HttpRequest& request) const;
  absl::StatusOr<boost::json::object> Get(const Call& call) const;
  absl::StatusOr<boost::json::object> Post(const Call& call) const;
  // The members of a collection that the caller's tenant has, by id.
  absl::StatusOr<boost::json::array> Members(const Call& call) const;
  absl::StatusOr<boost::json::object> List(const Call& call) const;
  absl::StatusOr<boost::json::object> Member(const Call& call) const;
  absl::StatusOr<boost::json::object> GetByIds(const Call& call) const;
  HttpResponse ErrorAnswer(const absl::Status& error, const RequestIds& ids) const;

  const Directory* const directory_;
  TokenVerifier* const verifier_;
  const Clock* const real_clock_;
  const IdDeriver ids_;
  RequestIdSource request_ids_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_HANDLER_H_
