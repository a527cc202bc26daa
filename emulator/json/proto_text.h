// File: emulator/json/proto_text.h
//
// For tests: messages from protobuf's text format.
#ifndef LAZULI_EMULATOR_JSON_PROTO_TEXT_H_
#define LAZULI_EMULATOR_JSON_PROTO_TEXT_H_

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {

template <typename T>
T FromText(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_PROTO_TEXT_H_
