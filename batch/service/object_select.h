// File: batch/service/object_select.h
#ifndef LAZULI_BATCH_SERVICE_OBJECT_SELECT_H_
#define LAZULI_BATCH_SERVICE_OBJECT_SELECT_H_

#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::batch {

// A $select: the members of an answer that a caller wants. A value.
class ObjectSelect {
 public:
  // Names of members of `type`, separated by commas; of "executionInfo/exitCode" all of
  // executionInfo is kept. Empty: all of them. InvalidQueryParameterValue for a name that there is
  // not.
  static absl::StatusOr<ObjectSelect> Parse(absl::string_view text,
                                            const google::protobuf::Descriptor& type);

  // Clears every other member. `object` is of the type.
  void Apply(google::protobuf::Message* object) const;

 private:
  bool all_ = true;
  std::set<int> kept_;  // numbers of fields
};

// An $expand asks for statistics, of which there are none. InvalidQueryParameterValue for anything
// else.
absl::Status CheckExpand(absl::string_view text);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_OBJECT_SELECT_H_
