// File: bench/figures.h
//
// What a benchmark program says at its end: each figure beside its limit. Absolute figures are for
// reading, ratios are for judging; a limit is therefore something measured in the same run wherever
// that can be.
#ifndef LAZULI_BENCH_FIGURES_H_
#define LAZULI_BENCH_FIGURES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"

namespace lazuli::bench {

// Runs the registered benchmarks as Google Benchmark's own main does (its flags work), with several
// repetitions, prints to standard output and keeps the medians. One run a process.
class Medians {
 public:
  Medians(int argc, char** argv);

  // Of benchmark `name`: the real time of an iteration in microseconds, and a counter of its own.
  // nullopt if a filter left the benchmark out or it failed.
  std::optional<double> RealMicros(const std::string& name) const;
  std::optional<double> Counter(const std::string& name, const std::string& counter) const;

 private:
  struct Result {
    double real_micros;
    benchmark::UserCounters counters;
  };
  class Reporter;

  std::map<std::string, Result> results_;
};

// Processor time of this thread so far, in microseconds.
double ThreadCpuMicros();
// The middle one of `values`; 0 if there is none.
double MedianOf(std::vector<double> values);

// Runs `limit` and `measured` in turn, one of each an iteration, and sets the counters "limit_us"
// and "measured_us" to the medians of the processor time of this thread. What disturbs the machine
// disturbs both alike, so that their ratio can be told within a percent where separate runs differ
// by ten.
void RunPaired(benchmark::State& state, const std::function<void()>& limit,
               const std::function<void()>& measured);

struct Figure {
  std::string name;
  std::string unit;
  std::optional<double> measured;
  // What `measured` is held against: measured in the same run, or fixed.
  std::optional<double> limit;
  // The largest measured/limit that is still good.
  double good_ratio = 1.0;
  // False for a figure that is only to be read.
  bool limit_is_needed = true;
};

// One line a figure: name, measured, limit, ratio, the ratio asked for, "ok" or "OVER". A figure of
// which a part was left out is so marked.
void PrintFigures(const std::vector<Figure>& figures);

}  // namespace lazuli::bench

#endif  // LAZULI_BENCH_FIGURES_H_
