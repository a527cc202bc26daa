// File: bench/algorithm_pairs.h
//
// Each algorithm of the engine beside the one call of BoringSSL that does the work, on a key that
// was made ready beforehand.
#ifndef LAZULI_BENCH_ALGORITHM_PAIRS_H_
#define LAZULI_BENCH_ALGORITHM_PAIRS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "keyvault/crypto/engine.h"

namespace lazuli::bench {

struct AlgorithmPair {
  std::string name;  // "decrypt_A256GCM"
  std::function<void()> bare;
  std::function<void()> engine;
  // Each of the two does the work so many times, since reading the clock takes as long as AES.
  int repeats = 1;
  // What the engine may add: a share of the bare call, and of short calls so many microseconds.
  double good_ratio = 1.0;
  double good_micros = 0.0;

  // The largest ratio that is good where the bare call takes `bare_micros`.
  double GoodRatio(double bare_micros) const;
};

// RSA with 2048 bits, all curves, all sizes of AES. `engine` outlives the pairs. Ends the process
// when BoringSSL fails.
std::vector<AlgorithmPair> AlgorithmPairs(keyvault::crypto::CryptoEngine& engine);

}  // namespace lazuli::bench

#endif  // LAZULI_BENCH_ALGORITHM_PAIRS_H_
