// File: batch/service/object_filter.h
#ifndef LAZULI_BATCH_SERVICE_OBJECT_FILTER_H_
#define LAZULI_BATCH_SERVICE_OBJECT_FILTER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::batch {

// A $filter, read once and asked of many answers:
//
//   state eq 'active' and (startswith(id,'a') or not (executionInfo/exitCode ne 0))
//
// Operators are eq, ne, lt, le, gt, ge, startswith, and, or, not. Literals are texts in single
// quotation marks ('' stands for one), whole numbers, true, false, and instants, as in
// DateTime'2024-05-01T00:00:00Z' or without the quotation. Names of members keep their case; texts
// and states are compared without regard to it. What a member that is absent is compared with, it
// only is unequal to. Immutable and thread safe.
class ObjectFilter {
 public:
  ObjectFilter(ObjectFilter&& other) noexcept;
  ObjectFilter& operator=(ObjectFilter&& other) noexcept;
  ~ObjectFilter();

  // InvalidQueryParameterValue, with what is wrong, for anything else; for members that `type` has
  // not or that are no plain values; for literals that do not fit their member; for more than 32
  // levels.
  static absl::StatusOr<ObjectFilter> Parse(absl::string_view text,
                                            const google::protobuf::Descriptor& type);

  // `object` is of the type.
  bool Matches(const google::protobuf::Message& object) const;

  // One part of it.
  struct Node;

 private:
  explicit ObjectFilter(std::unique_ptr<const Node> root);

  std::unique_ptr<const Node> root_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_OBJECT_FILTER_H_
