// File: emulator/https/transport/unique_fd.h
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_UNIQUE_FD_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace lazuli::emulator::transport {

// A file descriptor that is closed with its owner. Not thread safe.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { Reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = other.Release();
    }
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_UNIQUE_FD_H_
