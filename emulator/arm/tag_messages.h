// File: emulator/arm/tag_messages.h
//
// Tags between messages and state.
#ifndef LAZULI_EMULATOR_ARM_TAG_MESSAGES_H_
#define LAZULI_EMULATOR_ARM_TAG_MESSAGES_H_

#include <optional>

#include "emulator/arm/resource_directory.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

inline Tags TagsOf(const v1::Tags& message) {
  return Tags(message.values().begin(), message.values().end());
}

inline void FillTags(const Tags& tags, v1::Tags* message) {
  message->mutable_values()->insert(tags.begin(), tags.end());
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_TAG_MESSAGES_H_
