// File: tests/soak/scene.h
//
// What stands while clients come and go, and what goes wrong on purpose meanwhile.
#ifndef LAZULI_TESTS_SOAK_SCENE_H_
#define LAZULI_TESTS_SOAK_SCENE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "emulator/client/api.h"

namespace lazuli::soak {

inline constexpr char kGroup[] = "soak";
// In every work vault: what clients wrap and sign with. Nobody takes it away.
inline constexpr char kStandingKey[] = "standing";
// In every account.
inline constexpr char kStandingPool[] = "standing";

inline constexpr int kVaults = 4;
inline constexpr int kAccounts = 8;
// The accounts below this number are under a customer's key that comes and goes.
inline constexpr int kAccountsUnderChaos = 4;

std::string VaultName(int number);
std::string AccountName(int number);
// As the data plane names it.
std::string AccountHost(int number);

// The code of the error that a fault rule gives.
inline constexpr char kFaultCode[] = "SoakFault";
// Calls whose connection a rule drops, before and after their effect.
inline constexpr char kDroppedBefore[] = "Jobs/GetJob";
inline constexpr char kDroppedAfter[] = "Tasks/AddTask";

// Makes the scene and sets it in motion, by an administrator's client. Each ends the program when
// the server refuses.
void BuildScene(emulator::Api* api);
void StartFaults(emulator::Api* api);
void StartChaos(emulator::Api* api);

// How often rules gave an error, dropped a connection, throttled.
struct FaultCounts {
  int64_t errors = 0;
  int64_t drops = 0;
  int64_t throttled = 0;
};
// Removes the rules and tells what they did.
FaultCounts EndFaults(emulator::Api* api);

struct ChaosResult {
  int64_t absences = 0;
  std::vector<std::string> problems;  // violations, and accounts that did not come back
};
// Ends the schedule, gives everything back, and waits for the accounts to serve.
ChaosResult EndChaos(emulator::Api* api, absl::Duration patience);

// What is still there after `patience` and belongs to no scene, in words. Jobs and pools that are
// being deleted take their time.
std::vector<std::string> Leftovers(emulator::Api* api, absl::Duration patience);

}  // namespace lazuli::soak

#endif  // LAZULI_TESTS_SOAK_SCENE_H_
