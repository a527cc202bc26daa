#include "base/random.h"

#include <algorithm>
#include <string>

#include "base/encoding.h"

namespace lazuli {
namespace {

uint64_t RotateLeft(uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

}  // namespace

// The state is a hash of seed and name, so that streams are independent however alike their names
// are.
RandomStream::RandomStream(uint64_t seed, absl::string_view name) {
  std::string input = "lazuli random stream";
  for (int shift = 56; shift >= 0; shift -= 8) input.push_back(static_cast<char>(seed >> shift));
  input.append(name.data(), name.size());
  const std::string digest = Sha256(input);
  for (int word = 0; word < 4; ++word) {
    state_[word] = 0;
    for (int i = 0; i < 8; ++i) {
      state_[word] = (state_[word] << 8) | static_cast<uint8_t>(digest[word * 8 + i]);
    }
  }
}

// xoshiro256**, by David Blackman and Sebastiano Vigna (public domain).
uint64_t RandomStream::NextUint64() {
  const uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

uint64_t RandomStream::NextBelow(uint64_t bound) {
  if (bound <= 1) return 0;
  // 2^64 modulo bound: numbers below it would make small results likelier than others.
  const uint64_t surplus = (0 - bound) % bound;
  uint64_t number = NextUint64();
  while (number < surplus) number = NextUint64();
  return number % bound;
}

double RandomStream::NextUnit() {
  constexpr double kTwoToThe53rd = 9007199254740992.0;
  return static_cast<double>((NextUint64() >> 11) + 1) / kTwoToThe53rd;
}

absl::Duration RandomStream::NextDuration(absl::Duration max) {
  const int64_t max_millis = std::max<int64_t>(absl::ToInt64Milliseconds(max), 1);
  return absl::Milliseconds(static_cast<int64_t>(NextBelow(max_millis)) + 1);
}

}  // namespace lazuli
