// File: tests/fuzz/mutator.h
#ifndef LAZULI_TESTS_FUZZ_MUTATOR_H_
#define LAZULI_TESTS_FUZZ_MUTATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"

namespace lazuli::fuzz {

// Makes inputs of seeds, the same for the same seed. Not thread safe.
class Mutator {
 public:
  // `seeds` is not empty.
  Mutator(uint64_t seed, std::vector<std::string> seeds, std::vector<std::string> dictionary);

  // One of the seeds with one to eight changes: bits flipped, bytes set, ranges cut, doubled or
  // moved, texts of the dictionary put in, the end of another seed put on.
  std::string Next();

 private:
  void Change(std::string* input);
  void Insert(const std::string& text, std::string* input);

  RandomStream random_;
  const std::vector<std::string> seeds_;
  const std::vector<std::string> dictionary_;
};

}  // namespace lazuli::fuzz

#endif  // LAZULI_TESTS_FUZZ_MUTATOR_H_
