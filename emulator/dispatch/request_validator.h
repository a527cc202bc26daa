// File: emulator/dispatch/request_validator.h
//
// What can be said about a request from its description alone: checked once for all methods, so
// that operations need not.
#ifndef LAZULI_EMULATOR_DISPATCH_REQUEST_VALIDATOR_H_
#define LAZULI_EMULATOR_DISPATCH_REQUEST_VALIDATOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/dispatch/errors.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Compiled for one request type. Immutable and thread safe; copies share what was compiled.
class RequestValidator {
 public:
  // For a method of the API: the fields of its path are required, and a missing field is reported
  // in the words of its plane. INTERNAL when the path names a field that is no string of the
  // request.
  static absl::StatusOr<RequestValidator> Compile(const google::protobuf::MethodDescriptor& method);
  // `path_fields` are names of string fields of `request`.
  static absl::StatusOr<RequestValidator> Compile(const google::protobuf::Descriptor& request,
                                                  const std::vector<std::string>& path_fields,
                                                  MissingFieldError missing_field);

  // The first breach in order of declaration, depth first, or OK:
  //
  // - A field of the path is absent or empty. A version may be (MayBeLeftOut).
  // - A `required` field is absent from a message that is present: for a list or map that it is
  //   empty, for an enum also that it holds its unspecified value. `missing_field` makes the error.
  // - A `not_emulated` field is set: UNIMPLEMENTED (base/error.h). A false bool asks for nothing
  //   and passes.
  // - A string, or the key of a map, is not UTF-8 or longer than limits::kMaxStringBytes; an enum
  //   holds a number without a name; a time lies outside of the years 0001 to 9999 or a duration
  //   beyond MaxTimeSpan() either way, or they are malformed: INVALID_ARGUMENT, InvalidInput.
  //
  // Each names the field's path as JSON spells it. `read_only` fields are not looked into: nobody
  // reads them.
  absl::Status Validate(const google::protobuf::Message& request) const;

 private:
  struct Plans;

  explicit RequestValidator(std::shared_ptr<const Plans> plans);

  std::shared_ptr<const Plans> plans_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_REQUEST_VALIDATOR_H_
