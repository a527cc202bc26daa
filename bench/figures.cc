#include "bench/figures.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

namespace lazuli::bench {

double ThreadCpuMicros() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

class Medians::Reporter : public benchmark::ConsoleReporter {
 public:
  explicit Reporter(std::map<std::string, Result>* results)
      : benchmark::ConsoleReporter(OO_Tabular), results_(results) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      const bool is_median = run.run_type == Run::RT_Aggregate && run.aggregate_name == "median";
      const bool is_only_one = run.run_type == Run::RT_Iteration && run.repetitions <= 1;
      if (run.error_occurred || (!is_median && !is_only_one)) {
        continue;
      }
      const double to_micros = 1e6 / benchmark::GetTimeUnitMultiplier(run.time_unit);
      (*results_)[run.run_name.function_name] = {run.GetAdjustedRealTime() * to_micros,
                                                 run.counters};
    }
    benchmark::ConsoleReporter::ReportRuns(runs);
  }

 private:
  std::map<std::string, Result>* const results_;
};

Medians::Medians(int argc, char** argv) {
  // Before the caller's own, so that those win.
  const char* const defaults[] = {
      "--benchmark_repetitions=3",
      "--benchmark_min_time=0.3",
      "--benchmark_report_aggregates_only=true",
  };
  std::vector<std::string> arguments = {argc > 0 ? argv[0] : "benchmark"};
  arguments.insert(arguments.end(), std::begin(defaults), std::end(defaults));
  for (int i = 1; i < argc; ++i) {
    arguments.push_back(argv[i]);
  }
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  benchmark::Initialize(&count, pointers.data());
  Reporter reporter(&results_);
  if (!benchmark::ReportUnrecognizedArguments(count, pointers.data())) {
    benchmark::RunSpecifiedBenchmarks(&reporter);
  }
  benchmark::Shutdown();
}

std::optional<double> Medians::RealMicros(const std::string& name) const {
  const auto found = results_.find(name);
  return found == results_.end() ? std::nullopt : std::optional<double>(found->second.real_micros);
}

std::optional<double> Medians::Counter(const std::string& name, const std::string& counter) const {
  const auto found = results_.find(name);
  if (found == results_.end()) {
    return std::nullopt;
  }
  const auto value = found->second.counters.find(counter);
  return value == found->second.counters.end() ? std::nullopt
                                               : std::optional<double>(value->second.value);
}

void RunPaired(benchmark::State& state, const std::function<void()>& limit,
               const std::function<void()>& measured) {
  // Whatever is done once is done before.
  limit();
  measured();
  std::vector<double> limit_micros;
  std::vector<double> measured_micros;
  for (auto _ : state) {
    const double begin = ThreadCpuMicros();
    limit();
    const double middle = ThreadCpuMicros();
    measured();
    const double end = ThreadCpuMicros();
    limit_micros.push_back(middle - begin);
    measured_micros.push_back(end - middle);
  }
  state.counters["limit_us"] = MedianOf(std::move(limit_micros));
  state.counters["measured_us"] = MedianOf(std::move(measured_micros));
}

void PrintFigures(const std::vector<Figure>& figures) {
  std::printf("\n%-52s %12s %12s %8s %8s\n", "figure", "measured", "limit", "ratio", "asked");
  for (const Figure& figure : figures) {
    if (!figure.measured.has_value() || (figure.limit_is_needed && !figure.limit.has_value())) {
      std::printf("%-52s left out\n", figure.name.c_str());
      continue;
    }
    if (!figure.limit.has_value()) {
      std::printf("%-52s %9.1f %-2s for reading\n", figure.name.c_str(), *figure.measured,
                  figure.unit.c_str());
      continue;
    }
    const double ratio = *figure.measured / *figure.limit;
    std::printf("%-52s %9.1f %-2s %9.1f %-2s %8.3f %8.3f %s\n", figure.name.c_str(),
                *figure.measured, figure.unit.c_str(), *figure.limit, figure.unit.c_str(), ratio,
                figure.good_ratio, ratio <= figure.good_ratio ? "ok" : "OVER");
  }
}

}  // namespace lazuli::bench
