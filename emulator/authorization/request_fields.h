// File: emulator/authorization/request_fields.h
//
// The few fields of a request that say what a call is about.
#ifndef LAZULI_EMULATOR_AUTHORIZATION_REQUEST_FIELDS_H_
#define LAZULI_EMULATOR_AUTHORIZATION_REQUEST_FIELDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// True when the request's type has a string field of that name.
bool HasStringField(const google::protobuf::Message& request, const std::string& name);

// The value of the request's string field `name`, or "" when its type has none. Lives as long as
// the request.
absl::string_view StringField(const google::protobuf::Message& request, const std::string& name);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_REQUEST_FIELDS_H_
