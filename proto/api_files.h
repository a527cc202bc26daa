// File: proto/api_files.h
//
// Every description of the API, linked into the program: for whoever looks for a method by its
// name, and for what is tested on all of it and must not miss a part.
#ifndef LAZULI_PROTO_API_FILES_H_
#define LAZULI_PROTO_API_FILES_H_

#include <vector>

#include "google/protobuf/descriptor.h"

namespace lazuli {

// The files of the package lazuli.v1, in order of their names.
std::vector<const google::protobuf::FileDescriptor*> ApiFiles();

// Every message type of those files that JSON may show: nested ones too, but not the entries of
// maps, and not RpcStatus.
std::vector<const google::protobuf::Descriptor*> ApiMessages();

}  // namespace lazuli

#endif  // LAZULI_PROTO_API_FILES_H_
