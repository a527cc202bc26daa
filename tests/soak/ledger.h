// File: tests/soak/ledger.h
#ifndef LAZULI_TESTS_SOAK_LEDGER_H_
#define LAZULI_TESTS_SOAK_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "tests/soak/caller.h"

namespace lazuli::soak {

// What all clients together saw. Thread safe.
class Ledger {
 public:
  void Count(const std::string& method, const Outcome& outcome) {
    MutexLock lock(&mu_);
    ++requests_;
    ++methods_[method];
    if (outcome.kind == Outcome::kRefused) ++codes_[outcome.code];
    if (outcome.kind == Outcome::kLost) ++lost_;
  }

  // Something that must not be. The first of them are kept.
  void Wrong(const std::string& what) {
    MutexLock lock(&mu_);
    ++wrong_;
    if (first_wrong_.size() < 20) first_wrong_.push_back(what);
  }

  struct Totals {
    int64_t requests = 0;
    int64_t lost = 0;  // connections, with the answer that they had to bring
    int64_t wrong = 0;
    std::vector<std::string> first_wrong;
    std::map<std::string, int64_t> codes;    // of refusals
    std::map<std::string, int64_t> methods;  // that were called
  };
  Totals totals() const {
    MutexLock lock(&mu_);
    return {requests_, lost_, wrong_, first_wrong_, codes_, methods_};
  }

 private:
  mutable Mutex mu_;
  int64_t requests_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t lost_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t wrong_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::string> first_wrong_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> codes_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> methods_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::soak

#endif  // LAZULI_TESTS_SOAK_LEDGER_H_
