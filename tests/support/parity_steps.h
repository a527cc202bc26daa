// File: tests/support/parity_steps.h
//
// A life of vaults, keys, accounts and tasks that calls every method of the API at least once.
#ifndef LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_
#define LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"

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

// What the answers of one emulator gave to its later steps.
class StepValues {
 public:
  // The step's request with the values in their places. Ends the test program when it is none.
  void Fill(const ParityStep& step, google::protobuf::Message* request) const;
  // Keeps what `step` saves of `json`. Ends the test program when it is not there.
  void Save(const ParityStep& step, const std::string& json);

 private:
  std::map<std::string, std::string> values_;
};

// In an emulator with nothing in it but what is there at start.
std::vector<ParityStep> ParitySteps();

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_PARITY_STEPS_H_
