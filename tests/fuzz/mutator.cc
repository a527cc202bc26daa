#include "tests/fuzz/mutator.h"

#include <utility>

namespace lazuli::fuzz {

namespace {

// An input that grew beyond this is cut: larger ones try the machine, not the code.
constexpr size_t kMaxSize = 1 << 16;

}  // namespace

Mutator::Mutator(uint64_t seed, std::vector<std::string> seeds, std::vector<std::string> dictionary)
    : random_(seed, "fuzz"), seeds_(std::move(seeds)), dictionary_(std::move(dictionary)) {}

std::string Mutator::Next() {
  std::string input = seeds_[random_.NextBelow(seeds_.size())];
  const uint64_t changes = 1 + random_.NextBelow(8);
  for (uint64_t i = 0; i < changes; ++i) Change(&input);
  if (input.size() > kMaxSize) input.resize(kMaxSize);
  return input;
}

void Mutator::Insert(const std::string& text, std::string* input) {
  input->insert(random_.NextBelow(input->size() + 1), text);
}

void Mutator::Change(std::string* input) {
  const size_t size = input->size();
  switch (random_.NextBelow(8)) {
    case 0:  // one bit
      if (size > 0)
        (*input)[random_.NextBelow(size)] ^= static_cast<char>(1 << random_.NextBelow(8));
      return;
    case 1:  // one byte
      if (size > 0) (*input)[random_.NextBelow(size)] = static_cast<char>(random_.NextBelow(256));
      return;
    case 2:  // a range goes
      if (size > 0) {
        const size_t at = random_.NextBelow(size);
        input->erase(at, 1 + random_.NextBelow(size - at));
      }
      return;
    case 3:  // a range comes twice
      if (size > 0) {
        const size_t at = random_.NextBelow(size);
        Insert(input->substr(at, 1 + random_.NextBelow(size - at)), input);
      }
      return;
    case 4:  // a byte many times over
      Insert(std::string(1 + random_.NextBelow(300), static_cast<char>(random_.NextBelow(256))),
             input);
      return;
    case 5:  // the beginning of one, the end of another
    {
      const std::string& other = seeds_[random_.NextBelow(seeds_.size())];
      input->resize(random_.NextBelow(size + 1));
      input->append(other, random_.NextBelow(other.size() + 1));
    }
      return;
    default:  // a word
      if (!dictionary_.empty()) Insert(dictionary_[random_.NextBelow(dictionary_.size())], input);
      return;
  }
}

}  // namespace lazuli::fuzz
