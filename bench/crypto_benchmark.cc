// The vault's cryptography beside BoringSSL itself, and the making of keys.
//
// "Bare" is the one call that does the work, on a key parsed beforehand. "Warm" is the engine with
// the key in its cache, "cold" the engine with no cache at all.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl.h"
#include "base/real_time.h"
#include "bench/algorithm_pairs.h"
#include "bench/figures.h"
#include "benchmark/benchmark.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"

namespace lazuli::bench {
namespace {

using keyvault::crypto::CryptoEngine;
using keyvault::crypto::EncryptionAlgorithm;
using keyvault::crypto::KeyMaterial;
using keyvault::crypto::KeyPool;
using keyvault::crypto::SignatureAlgorithm;

constexpr char kKid[] = "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
constexpr int kRsaSizes[] = {2048, 3072, 4096};
constexpr size_t kMaxModulusBytes = 512;
constexpr char kFirstCreation[] = "create_first";
constexpr char kCreations[] = "create_from_pool";

// What KeyPool is to reach: RSA-2048 creation within 2 ms at the median.
constexpr double kCreationMicros = 2000;

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
    std::exit(1);
  }
  return *std::move(value);
}

void Check(bool ok) {
  if (!ok) {
    std::fprintf(stderr, "BoringSSL failed.\n");
    std::exit(1);
  }
}

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Keys, ciphertexts and digests, made once. The engines differ in what they remember.
struct Fixture {
  Fixture() {
    for (const int bits : kRsaSizes) {
      rsa[bits] = OrDie(KeyMaterial::GenerateRsa(bits, 65537));
      const absl::string_view der = rsa[bits]->private_der().view();
      bare_rsa[bits].reset(
          RSA_private_key_from_bytes(reinterpret_cast<const uint8_t*>(der.data()), der.size()));
      Check(bare_rsa[bits] != nullptr);
      wrapped[bits] =
          OrDie(warm.Encrypt(*rsa[bits], kKid, EncryptionAlgorithm::kRsaOaep, plaintext));
    }
  }

  CryptoEngine warm;
  CryptoEngine cold{0};
  const std::string plaintext = std::string(32, 'k');
  const std::string digest = std::string(32, 'd');
  std::map<int, KeyMaterial::Ptr> rsa;
  std::map<int, bssl::UniquePtr<RSA>> bare_rsa;
  std::map<int, std::string> wrapped;
};

using Operation = std::function<void()>;

Operation BareUnwrap(const Fixture& fixture, int bits) {
  return [&fixture, bits] {
    RSA* key = fixture.bare_rsa.at(bits).get();
    const std::string& wrapped = fixture.wrapped.at(bits);
    uint8_t plaintext[kMaxModulusBytes];
    size_t size = 0;
    Check(RSA_decrypt(key, &size, plaintext, sizeof(plaintext), Bytes(wrapped), wrapped.size(),
                      RSA_PKCS1_OAEP_PADDING));
  };
}

Operation BareWrap(const Fixture& fixture, int bits) {
  return [&fixture, bits] {
    uint8_t wrapped[kMaxModulusBytes];
    size_t size = 0;
    Check(RSA_encrypt(fixture.bare_rsa.at(bits).get(), &size, wrapped, sizeof(wrapped),
                      Bytes(fixture.plaintext), fixture.plaintext.size(), RSA_PKCS1_OAEP_PADDING));
  };
}

Operation BareSignRsa(const Fixture& fixture, int bits) {
  return [&fixture, bits] {
    uint8_t signature[kMaxModulusBytes];
    unsigned size = 0;
    Check(RSA_sign(NID_sha256, Bytes(fixture.digest), fixture.digest.size(), signature, &size,
                   fixture.bare_rsa.at(bits).get()));
  };
}

Operation EngineUnwrap(CryptoEngine& engine, const Fixture& fixture, int bits) {
  return [&engine, &fixture, bits] {
    Check(engine
              .Decrypt(*fixture.rsa.at(bits), kKid, EncryptionAlgorithm::kRsaOaep,
                       fixture.wrapped.at(bits))
              .ok());
  };
}

Operation EngineWrap(CryptoEngine& engine, const Fixture& fixture, int bits) {
  return [&engine, &fixture, bits] {
    Check(
        engine
            .Encrypt(*fixture.rsa.at(bits), kKid, EncryptionAlgorithm::kRsaOaep, fixture.plaintext)
            .ok());
  };
}

Operation EngineSign(CryptoEngine& engine, const Fixture& fixture, const KeyMaterial& key,
                     SignatureAlgorithm algorithm) {
  return [&engine, &fixture, &key, algorithm] {
    Check(engine.Sign(key, kKid, algorithm, fixture.digest).ok());
  };
}

// An operation of the engine beside the bare one.
struct Pair {
  std::string name;
  Operation bare;
  Operation engine;
  double good_ratio;
};

// What AlgorithmPairs leaves out: larger RSA keys, and keys that are parsed anew for each call.
std::vector<Pair> Pairs(Fixture& fixture) {
  constexpr double kWarm = 1.05;
  constexpr double kCold = 2.5;
  std::vector<Pair> pairs;
  for (const int bits : kRsaSizes) {
    const std::string size = "_" + std::to_string(bits);
    const KeyMaterial& key = *fixture.rsa.at(bits);
    const auto rs256 = SignatureAlgorithm::kRs256;
    pairs.push_back({"unwrap" + size + "_cold", BareUnwrap(fixture, bits),
                     EngineUnwrap(fixture.cold, fixture, bits), kCold});
    pairs.push_back({"sign" + size + "_cold", BareSignRsa(fixture, bits),
                     EngineSign(fixture.cold, fixture, key, rs256), kCold});
    if (bits == kRsaSizes[0]) continue;
    pairs.push_back({"unwrap" + size + "_warm", BareUnwrap(fixture, bits),
                     EngineUnwrap(fixture.warm, fixture, bits), kWarm});
    pairs.push_back({"sign" + size + "_warm", BareSignRsa(fixture, bits),
                     EngineSign(fixture.warm, fixture, key, rs256), kWarm});
    pairs.push_back({"wrap" + size + "_warm", BareWrap(fixture, bits),
                     EngineWrap(fixture.warm, fixture, bits), kWarm});
  }
  return pairs;
}

double CreationSeconds(KeyPool& pool) {
  const absl::Time begin = RealNow();
  OrDie(pool.CreateRsa(2048));
  return absl::ToDoubleSeconds(RealNow() - begin);
}

// Made while its caller waits: the pool starts with it.
void FirstCreation(benchmark::State& state) {
  for (auto _ : state) {
    KeyPool pool;
    state.SetIterationTime(CreationSeconds(pool));
  }
}

// From a warm pool, eight at once, then two a second, which the pool has to keep up with.
void Creations(benchmark::State& state) {
  constexpr int kBurst = 8;
  constexpr int kFollowing = 12;
  for (auto _ : state) {
    KeyPool pool;
    pool.Warm();
    std::vector<double> burst;
    for (int i = 0; i < kBurst; ++i) {
      burst.push_back(CreationSeconds(pool));
    }
    std::vector<double> following;
    for (int i = 0; i < kFollowing; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      following.push_back(CreationSeconds(pool));
    }
    state.counters["burst_us"] = MedianOf(burst) * 1e6;
    state.counters["following_us"] = MedianOf(following) * 1e6;
    state.SetIterationTime(MedianOf(burst));
  }
}

void RegisterAlgorithms(const std::vector<AlgorithmPair>& pairs) {
  for (const AlgorithmPair& pair : pairs) {
    benchmark::RegisterBenchmark(pair.name.c_str(), [&pair](benchmark::State& state) {
      RunPaired(state, pair.bare, pair.engine);
    })->Unit(benchmark::kMicrosecond);
  }
}

void Register(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    benchmark::RegisterBenchmark(pair.name.c_str(), [&pair](benchmark::State& state) {
      RunPaired(state, pair.bare, pair.engine);
    })->Unit(benchmark::kMicrosecond);
  }
  using Run = void (*)(benchmark::State&);
  const std::pair<const char*, Run> creations[] = {{kFirstCreation, FirstCreation},
                                                   {kCreations, Creations}};
  for (const auto& [name, run] : creations) {
    benchmark::RegisterBenchmark(name, run)
        ->Unit(benchmark::kMicrosecond)
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(1);
  }
}

std::vector<Figure> FiguresOf(const std::vector<AlgorithmPair>& pairs, const Medians& medians) {
  std::vector<Figure> figures;
  for (const AlgorithmPair& pair : pairs) {
    Figure figure{pair.name + ", engine beside bare call", "us",
                  medians.Counter(pair.name, "measured_us"), medians.Counter(pair.name, "limit_us"),
                  pair.good_ratio};
    for (std::optional<double>* micros : {&figure.measured, &figure.limit}) {
      if (micros->has_value()) **micros /= pair.repeats;
    }
    if (figure.limit.has_value()) figure.good_ratio = pair.GoodRatio(*figure.limit);
    figures.push_back(std::move(figure));
  }
  return figures;
}

void Report(const std::vector<Pair>& pairs, const std::vector<AlgorithmPair>& algorithms,
            const Medians& medians) {
  std::vector<Figure> figures = FiguresOf(algorithms, medians);
  for (const Pair& pair : pairs) {
    figures.push_back({pair.name + ", engine beside bare call", "us",
                       medians.Counter(pair.name, "measured_us"),
                       medians.Counter(pair.name, "limit_us"), pair.good_ratio});
  }
  figures.push_back({"RSA-2048 creation, 8 in a burst, median", "us",
                     medians.Counter(kCreations, "burst_us"), kCreationMicros, 1.0});
  figures.push_back({"RSA-2048 creation, then 2 a second, median", "us",
                     medians.Counter(kCreations, "following_us"), kCreationMicros, 1.0});
  PrintFigures(figures);
  if (const std::optional<double> first = medians.RealMicros(kFirstCreation)) {
    std::printf("The first RSA-2048 creation of a process: %.1f ms\n", *first / 1000);
  }
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) {
  lazuli::bench::Fixture fixture;
  const std::vector<lazuli::bench::Pair> pairs = lazuli::bench::Pairs(fixture);
  const std::vector<lazuli::bench::AlgorithmPair> algorithms =
      lazuli::bench::AlgorithmPairs(fixture.warm);
  lazuli::bench::Register(pairs);
  lazuli::bench::RegisterAlgorithms(algorithms);
  const lazuli::bench::Medians medians(argc, argv);
  lazuli::bench::Report(pairs, algorithms, medians);
  return 0;
}
