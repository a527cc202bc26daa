// File: emulator/cli/demo/scenario.h
//
// The steps of the main job.
#ifndef LAZULI_EMULATOR_CLI_DEMO_SCENARIO_H_
#define LAZULI_EMULATOR_CLI_DEMO_SCENARIO_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "emulator/cli/demo/timeline.h"
#include "emulator/client/api.h"

namespace lazuli::emulator {

// Runs on a fresh server with a manual clock. Not thread safe.
class Scenario {
 public:
  // Both outlive this.
  Scenario(Api* api, Timeline* timeline) : api_(api), timeline_(timeline) {}

  // All chapters, in order; ends early when what the rest stands on could not be made. What went
  // otherwise than expected is counted by the timeline.
  void Run();

 private:
  // Each returns false when the next makes no sense without it.
  bool SetUpVaultAndAccounts();
  bool StartWork();
  bool TakeTheKeyAway();
  bool BringTheKeyBack();
  bool FinishTheWork();
  bool ChangeKeys();
  bool TryWhatIsRefused();
  bool ReturnToThePlatformKey();
  bool SearchTheRestingRecords();

  void Advance(absl::Duration duration);
  // "4 idle", "3 running, 1 idle": nodes of the pool by state.
  std::string NodesByState();
  // "16 active, 4 running": tasks of the job by state.
  std::string TasksByState();
  std::string AccessState();

  Api* const api_;
  Timeline* const timeline_;
  absl::Time start_;
  std::string account_principal_;
  std::string first_kid_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_DEMO_SCENARIO_H_
