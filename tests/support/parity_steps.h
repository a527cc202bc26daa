// File: tests/support/parity_steps.h
//
// A life of vaults, keys, accounts and tasks that calls every method of the API at least once.
#ifndef LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_
#define LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_

#include <string>
#include <utility>
#include <vector>

namespace lazuli::emulator {

struct ParityStep {
  std::string method;  // "Keys/GetKey"
  // In protobuf's text format; "$NAME" stands for what an earlier step saved.
  std::string request;
  // Names, and where in the answer's JSON the text stands: {"$KID", "/key/kid"}. Of a name that
  // begins with "$BYTES" the text is base64url.
  std::vector<std::pair<std::string, std::string>> saves;
  // An error is expected.
  bool fails = false;
};

// In an emulator with nothing in it but what is there at start.
std::vector<ParityStep> ParitySteps();

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_
