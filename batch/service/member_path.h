// File: batch/service/member_path.h
//
// The members of answers by their names in JSON, as $filter and $select name them.
#ifndef LAZULI_BATCH_SERVICE_MEMBER_PATH_H_
#define LAZULI_BATCH_SERVICE_MEMBER_PATH_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace lazuli::batch {

// The member of that name, with its case; nullptr if there is none.
const google::protobuf::FieldDescriptor* FindMember(const google::protobuf::Descriptor& type,
                                                    absl::string_view name);

// True for what Batch shows in pools, nodes, jobs or tasks and the emulator does not, having none
// of it: may be selected, and is absent.
bool IsMemberElsewhere(absl::string_view name);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_MEMBER_PATH_H_
