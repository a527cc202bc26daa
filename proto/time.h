// File: proto/time.h
//
// Between Abseil's time and the messages for it.
#ifndef LAZULI_PROTO_TIME_H_
#define LAZULI_PROTO_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace lazuli {

// Nanoseconds are kept; what lies beyond the message's range is clamped by nobody: give finite
// values.
google::protobuf::Timestamp ToProto(absl::Time time);
google::protobuf::Duration ToProto(absl::Duration duration);
absl::Time FromProto(const google::protobuf::Timestamp& time);
absl::Duration FromProto(const google::protobuf::Duration& duration);

}  // namespace lazuli

#endif  // LAZULI_PROTO_TIME_H_
