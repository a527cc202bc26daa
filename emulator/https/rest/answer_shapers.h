// File: emulator/https/rest/answer_shapers.h
//
// Azure's oddities in answers that only its wire has, each by name.
#ifndef LAZULI_EMULATOR_HTTPS_REST_ANSWER_SHAPERS_H_
#define LAZULI_EMULATOR_HTTPS_REST_ANSWER_SHAPERS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/exchange.h"
#include "emulator/https/rest/route_table.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// The first answer about a new vault says that its name is still being registered, and its URI has
// no slash at the end; whoever asks again sees the vault as it is.
void ShapeNewVault(google::protobuf::Message* answer);

// Vaults show systemData from api-version 2021-04-01-preview on and publicNetworkAccess from
// 2021-06-01-preview on. `api_version` begins with a date.
void ShapeVaultByVersion(absl::string_view api_version, google::protobuf::Message* answer);

// The headers of the answer to the request for a certificate: where to ask for it, and when.
void AddRequestLocation(const Exchange& exchange, const google::protobuf::Message& operation,
                        HttpResponse* answer);

// What asking after the purge of a vault answers.
std::string PurgedVaultStatus(absl::Time now);

// `json`, an object, with Batch's odata.metadata as its first member.
std::string WithODataMetadata(const Exchange& exchange, const Route& route, absl::string_view json);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ANSWER_SHAPERS_H_
