// File: tests/crash/writer.h
//
// Random changes of the objects of tests/crash/model.h, each with what it makes of the model.
#ifndef LAZULI_TESTS_CRASH_WRITER_H_
#define LAZULI_TESTS_CRASH_WRITER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "base/random.h"
#include "emulator/client/api.h"
#include "tests/crash/model.h"

namespace lazuli::emulator {

// One call that changes something.
struct ModelledChange {
  std::string what;  // for messages
  std::function<absl::Status(Api&)> call;
  std::function<void(Model*)> expect;  // what the call makes of the model
};

// Gives the resource group another tag, which derives from `number`.
ModelledChange TagGroup(int number);

// A change that fits `model`. `number` is another one each time: names derive from it.
ModelledChange DrawChange(const Model& model, int number, RandomStream* random);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_CRASH_WRITER_H_
