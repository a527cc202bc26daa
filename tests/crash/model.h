// File: tests/crash/model.h
//
// What a writer knows of the server that it changes: small enough to say, for each change, what
// the server must hold before and after it.
#ifndef LAZULI_TESTS_CRASH_MODEL_H_
#define LAZULI_TESTS_CRASH_MODEL_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "emulator/client/api.h"

namespace lazuli::emulator {

inline constexpr char kCrashVault[] = "crash-vault";
// Holds the key of kLockedAccount.
inline constexpr char kCrashKeyVault[] = "crash-key-vault";
inline constexpr char kCrashKey[] = "account-key";
// Protected by the platform's key: its work goes on whatever happens to keys.
inline constexpr char kCrashAccount[] = "crashbatch";
inline constexpr char kLockedAccount[] = "lockedbatch";
// Of kLockedAccount, with tasks that never change.
inline constexpr char kLockedJob[] = "locked-job";

struct ModelKey {
  bool deleted = false;
  int versions = 0;  // not seen of a deleted key
  std::string tag;   // of the latest version

  friend bool operator==(const ModelKey&, const ModelKey&) = default;
};

struct ModelJob {
  int active = 0;
  int completed = 0;

  friend bool operator==(const ModelJob&, const ModelJob&) = default;
};

struct Model {
  std::map<std::string, ModelKey> keys;  // of kCrashVault
  std::map<std::string, ModelJob> jobs;  // of kCrashAccount
  bool account_key_deleted = false;
  std::string access;  // of kLockedAccount: "accessible", "lost" or "restoring"
  std::string group_tag;

  friend bool operator==(const Model&, const Model&) = default;
  // One line an object.
  std::string ToString() const;
};

// Makes the vaults, the accounts, the key and kLockedJob, on a server that has none of them.
void MakeModelledObjects(Api& api);

// What the server holds. Fails the test where a read fails, and where two answers contradict one
// another: an account that is refused its data and one that serves, counts and the tasks counted.
Model Observe(Api& api);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_CRASH_MODEL_H_
