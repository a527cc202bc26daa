// File: tests/support/request_maker.h
//
// Requests made from the description of the API alone: complete ones, and ones with exactly one
// fault.
#ifndef LAZULI_TESTS_SUPPORT_REQUEST_MAKER_H_
#define LAZULI_TESTS_SUPPORT_REQUEST_MAKER_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Every unary method of the API.
std::vector<const google::protobuf::MethodDescriptor*> UnaryMethods();

// The names of the fields that a method's path holds and that must not be left out.
std::vector<std::string> PathFields(const google::protobuf::MethodDescriptor& method);

// A request with every field that the description requires, and no other. It passes every check
// that follows from the description; whether anything is done with it is another matter.
std::unique_ptr<google::protobuf::Message> CompleteRequest(
    const google::protobuf::MethodDescriptor& method);

// A request with one fault, and the JSON path of the field at fault.
struct FaultyRequest {
  std::string path;  // "properties.sku.name"
  std::unique_ptr<google::protobuf::Message> request;
};

// One for each field that is required, wherever it lies.
std::vector<FaultyRequest> RequestsWithAMissingField(
    const google::protobuf::MethodDescriptor& method);
// One for each field that is not emulated.
std::vector<FaultyRequest> RequestsWithAnUnemulatedField(
    const google::protobuf::MethodDescriptor& method);
// One for each text, longer than any may be.
std::vector<FaultyRequest> RequestsWithAnOverlongText(
    const google::protobuf::MethodDescriptor& method);
// One for each enum, of a number without a name.
std::vector<FaultyRequest> RequestsWithAnUnknownEnum(
    const google::protobuf::MethodDescriptor& method);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_REQUEST_MAKER_H_
