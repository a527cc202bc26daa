// File: keyvault/testing/vault_model.h
//
// What vaults and keys are to do, said once more as simply as possible: no locks, no timers, no
// records, no cryptography. A second opinion for the model-based test, which shares no code with
// what is tested.
#ifndef LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_
#define LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "keyvault/testing/step.h"

namespace lazuli::keyvault {

// All times in milliseconds since 1970, unless named seconds.
class VaultModel {
 public:
  struct Rules {
    int64_t deleting = 0;
    int64_t recovering = 0;
    int64_t purging = 0;
    // Wrong on purpose, for tests of whoever compares: each is a mistake that emulators make.
    bool rotation_keeps_expiry = false;
    bool recovery_loses_policy = false;
    bool expired_keys_sign = false;
    bool restoring_loses_versions = false;
  };

  VaultModel(const Rules& rules, int64_t now) : rules_(rules), now_(now) {}

  // What a call is answered with. Nullopt: the model has no opinion, so that the step is to be left
  // out. Of kAdvance the time that the clock is to show, in milliseconds.
  std::optional<std::string> Apply(const Step& step);
  // What subscribers were told since the last call, as "SECONDS KIND VAULT/KEY#N".
  std::vector<std::string> TakeEvents() { return std::exchange(events_, {}); }

 private:
  struct Version {
    int number = 0;  // the n-th under its name
    int material = 0;
    Shape shape = Shape::kP256;
    std::string operations;
    bool enabled = true;
    std::optional<int64_t> not_before;  // seconds, as the rest
    std::optional<int64_t> expires;
    int64_t created = 0;
    int64_t updated = 0;
    std::optional<std::string> tag;
  };
  enum class State { kLive, kDeleting, kDeleted, kRecovering, kPurging };
  struct Policy {
    PolicyChoice::Meaning meaning;
    int64_t created = 0;
    int64_t updated = 0;
  };
  struct Key {
    State state = State::kLive;
    std::vector<Version> versions;
    std::optional<Policy> policy;
    std::optional<int64_t> near_told;  // the exp of which it was told
    std::optional<int64_t> expired_told;
    int64_t step_due = 0;  // of all but live keys
    int64_t deleted = 0;   // seconds
    int64_t purge = 0;     // seconds
    const Version& latest() const { return versions.back(); }
  };
  struct Vault {
    bool live = true;
    int retention_days = 0;
    bool purge_protection = false;
    int64_t purge = 0;  // seconds; of a deleted one
    std::map<int, Key> keys;
  };
  // What comes to a key with time.
  enum class Coming { kState, kNear, kExpired, kRotate };
  struct Due {
    int64_t time;
    int vault;
    int key;  // -1: the vault
    Coming coming;
  };
  struct Slot {
    int vault = 0;
    int key = 0;
    int number = 0;
    int material = 0;
    Shape shape = Shape::kP256;
  };

  // A key as it was, and where.
  struct Backup {
    int vault = 0;
    int key_number = 0;
    Key key;
  };

  int64_t seconds() const { return now_ / 1000; }

  std::string ApplyToVault(const Step& step);
  std::string ApplyToKey(const Step& step, Vault* vault);
  std::string ApplyToPolicy(const Step& step, Key* key);
  std::optional<std::string> ApplyCryptography(const Step& step);
  std::optional<std::string> ApplyBackup(const Step& step);
  std::string Advance(const Step& step);

  std::string AddVersion(const Step& step, Vault* vault, const KeyChoice& choice, int material);
  std::string Update(const Step& step, Vault* vault, Key* key);
  void Rotate(int vault, int key_number, Key* key);
  std::string Delete(const Step& step, Vault* vault, Key* key);
  std::string List(const Vault& vault, bool deleted) const;

  std::optional<Due> NextDue() const;
  std::vector<Due> DuesOf(int vault_number, int key_number, const Vault& vault,
                          const Key& key) const;
  void Fire(const Due& due);
  void Tell(const char* kind, int vault, int key_number, const Version& version);

  // Null when it is not live.
  Vault* LiveVault(int vault);
  static Key* LiveKey(Vault* vault, int key);
  // 0: the latest; null when there is none.
  static Version* Find(Key* key, int number);
  // Why the version may not be used, or nothing.
  std::string Refusal(const Version& version, const std::string& operation, bool outside) const;

  std::string VersionText(const Vault& vault, const Version& version, int key) const;
  std::string PolicyText(const std::optional<Policy>& policy) const;

  const Rules rules_;
  int64_t now_;
  std::map<int, Vault> vaults_;
  // Versions ever made under a vault's and a key's name.
  std::map<std::pair<int, int>, int> made_;
  int materials_ = 100;  // beyond those that are imported
  std::map<int, Slot> signatures_;
  std::map<int, Slot> wrapped_;
  std::map<int, Backup> backups_;
  std::vector<std::string> events_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_
