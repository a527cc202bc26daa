// glibc has arc4random() since 2.36 only, and the static C++ library reaches for it as soon as
// something, here gRPC, makes a std::random_device. With this one in the binary it runs on 2.35 as
// well.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>

extern "C" std::uint32_t arc4random() noexcept {
  std::uint32_t value;
  if (getentropy(&value, sizeof(value)) != 0) std::abort();
  return value;
}
