// File: emulator/json/random_message.h
//
// For tests: messages filled at random.
#ifndef LAZULI_EMULATOR_JSON_RANDOM_MESSAGE_H_
#define LAZULI_EMULATOR_JSON_RANDOM_MESSAGE_H_

#include "base/random.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Sets each field of `message` and of what it contains with a chance of three in four, to a value
// that JSON can carry without loss: enum values that have a name, times and durations to 100 ns, or
// to the second where their format says so. Leaves `read_only` fields alone, which the decoder
// skips, and goes at most `max_depth` messages deep.
void FillRandomly(RandomStream* random, int max_depth, google::protobuf::Message* message);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_RANDOM_MESSAGE_H_
