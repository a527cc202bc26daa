// Random calls about secrets and moves of the clock, each answered by the service and by a model of
// it as simple as can be. What differs is made as short as it can be, and printed. Of keys, which
// share the lifecycle, keyvault/vault_model_test.cc does the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/random.h"
#include "gtest/gtest.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/service/secrets_service.h"
#include "keyvault/test_environment.h"
#include "keyvault/testing/shrink.h"
#include "keyvault/vault_environment.h"
#include "keyvault/vault_input.h"
#include "proto/common.pb.h"
#include "proto/secrets.pb.h"

namespace lazuli::keyvault {
namespace {

enum class Op {
  kSet,
  kGet,
  kDisable,
  kEnable,
  kDelete,
  kGetDeleted,
  kRecover,
  kPurge,
  kBackup,
  kRestore,
  kAdvance,
};
constexpr const char* kNames[] = {"set",     "get",   "disable", "enable",  "delete", "get deleted",
                                  "recover", "purge", "back up", "restore", "advance"};
// How often each comes.
constexpr int kWeights[] = {10, 8, 3, 5, 5, 3, 5, 3, 5, 5, 8};

constexpr char kVault[] = "vault";
constexpr int kSecrets = 2;
constexpr int kSlots = 2;  // of backups
constexpr int64_t kRetention = 7 * 86'400;
constexpr int64_t kAdvances[] = {5, 60, 3'600, 86'400, 8 * 86'400};  // seconds

struct Call {
  Op op = Op::kGet;
  int secret = 0;
  // 0: the latest; n: of those that were ever made under the name the n-th from behind.
  int version = 0;
  int choice = 0;  // the slot of a backup, how far the clock moves

  std::string Text() const {
    return absl::StrCat(kNames[static_cast<size_t>(op)], " s", secret, "#", version, " (", choice,
                        ")");
  }
};

Call RandomCall(RandomStream* random) {
  const auto below = [random](int bound) {
    return static_cast<int>(random->NextBelow(static_cast<uint64_t>(bound)));
  };
  int total = 0;
  for (const int weight : kWeights) total += weight;
  int left = below(total);
  size_t op = 0;
  while (left >= kWeights[op]) left -= kWeights[op++];
  Call call;
  call.op = static_cast<Op>(op);
  call.secret = below(kSecrets);
  call.version = below(2) == 0 ? 0 : below(5);
  call.choice = below(call.op == Op::kAdvance ? 5 : kSlots);
  return call;
}

struct Rules {
  // In milliseconds.
  int64_t deleting = 0;
  int64_t recovering = 0;
  int64_t purging = 0;
  // Wrong on purpose.
  bool shows_disabled = false;
  bool restores_the_latest_alone = false;
};

constexpr char kNotFound[] = "SecretNotFound";
constexpr char kBeingDeleted[] = "Conflict/ObjectIsBeingDeleted";
constexpr char kBeingRecovered[] = "Conflict/ObjectIsBeingRecovered";

class Model {
 public:
  // `now`: milliseconds since 1970.
  Model(const Rules& rules, int64_t now) : rules_(rules), now_(now) {}

  // Nullopt: the call means nothing here.
  std::optional<std::string> Apply(const Call& call) {
    if (call.op == Op::kAdvance) return Advance(kAdvances[static_cast<size_t>(call.choice)] * 1000);
    if (call.op == Op::kRestore) return Restore(call);
    const auto found = secrets_.find(call.secret);
    if (call.op == Op::kSet) return Set(call);
    if (found == secrets_.end()) return kNotFound;
    Secret& secret = found->second;
    const bool live = secret.state == State::kLive;
    switch (call.op) {
      case Op::kRecover:
      case Op::kPurge:
        return Leave(call, &secret);
      case Op::kGetDeleted:
        return secret.state == State::kDeleted ? DeletedText(call.secret, secret) : kNotFound;
      case Op::kDelete:
        if (!live) return kNotFound;
        secret.deleted = now_ / 1000;
        secret.state = rules_.deleting > 0 ? State::kDeleting : State::kDeleted;
        secret.due = rules_.deleting > 0 ? now_ + rules_.deleting : PurgeOf(secret) * 1000;
        return DeletedText(call.secret, secret);
      case Op::kBackup:
        if (!live) return kNotFound;
        backups_[call.choice] = {call.secret, secret};
        return "ok";
      default:
        break;
    }
    Version* const version = live ? Find(&secret, call) : nullptr;
    if (version == nullptr) return kNotFound;
    if (call.op == Op::kGet) {
      if (!version->enabled && !rules_.shows_disabled) return "Forbidden/SecretDisabled";
      return absl::StrCat(Text(call.secret, *version), " ", version->value);
    }
    version->enabled = call.op == Op::kEnable;
    version->updated = now_ / 1000;
    return Text(call.secret, *version);
  }

  // Of the secret that the call sets, which no other has.
  std::string NextValue() const { return absl::StrCat("value ", values_ + 1); }

 private:
  enum class State { kLive, kDeleting, kDeleted, kRecovering, kPurging };
  struct Version {
    int number = 0;
    std::string value;
    bool enabled = true;
    int64_t created = 0;
    int64_t updated = 0;
  };
  struct Secret {
    State state = State::kLive;
    std::vector<Version> versions;
    int64_t deleted = 0;
    int64_t due = 0;  // of all but live ones
  };
  struct Backup {
    int name = 0;
    Secret secret;
  };

  static int64_t PurgeOf(const Secret& secret) { return secret.deleted + kRetention; }
  // Null when it has no such version.
  Version* Find(Secret* secret, const Call& call) {
    if (call.version == 0) return &secret->versions.back();
    const int number = made_[call.secret] - call.version + 1;
    for (Version& version : secret->versions) {
      if (version.number == number) return &version;
    }
    return nullptr;
  }
  static std::string Text(int name, const Version& version) {
    return absl::StrCat("s", name, "#", version.number, version.enabled ? " on " : " off ",
                        version.created, " ", version.updated);
  }
  static std::string DeletedText(int name, const Secret& secret) {
    return absl::StrCat(secret.deleted, " ", PurgeOf(secret), " ",
                        Text(name, secret.versions.back()));
  }

  // Why the name cannot be taken while a call is under way, or nothing.
  static std::string Busy(State state) {
    if (state == State::kDeleting || state == State::kPurging) return kBeingDeleted;
    return state == State::kRecovering ? kBeingRecovered : "";
  }

  std::string Set(const Call& call) {
    const auto found = secrets_.find(call.secret);
    if (found != secrets_.end() && found->second.state != State::kLive) {
      const std::string busy = Busy(found->second.state);
      return busy.empty() ? "Conflict/ObjectIsDeletedButRecoverable" : busy;
    }
    Version version;
    version.value = NextValue();
    ++values_;
    version.number = ++made_[call.secret];
    version.created = version.updated = now_ / 1000;
    secrets_[call.secret].versions.push_back(version);
    return Text(call.secret, version);
  }

  std::string Leave(const Call& call, Secret* secret) {
    if (secret->state == State::kLive) {
      return call.op == Op::kPurge ? kNotFound
                                   : "MethodNotAllowed/RequestNotAllowedOnNonDeletedObject";
    }
    if (const std::string busy = Busy(secret->state); !busy.empty()) return busy;
    if (call.op == Op::kRecover) {
      const std::string text = Text(call.secret, secret->versions.back());
      secret->state = rules_.recovering > 0 ? State::kRecovering : State::kLive;
      secret->due = now_ + rules_.recovering;
      return text;
    }
    secret->state = State::kPurging;
    secret->due = now_ + rules_.purging;
    if (rules_.purging == 0) secrets_.erase(call.secret);
    return "ok";
  }

  std::optional<std::string> Restore(const Call& call) {
    const auto backup = backups_.find(call.choice);
    if (backup == backups_.end()) return std::nullopt;
    const int name = backup->second.name;
    if (const auto found = secrets_.find(name); found != secrets_.end()) {
      const std::string busy = Busy(found->second.state);
      return busy.empty() ? "Conflict" : busy;
    }
    Secret secret = backup->second.secret;
    if (rules_.restores_the_latest_alone) secret.versions = {secret.versions.back()};
    secrets_[name] = secret;
    return Text(name, secret.versions.back());
  }

  std::string Advance(int64_t by) {
    const int64_t target = now_ + by;
    while (true) {
      int next = -1;
      for (const auto& [name, secret] : secrets_) {
        if (secret.state == State::kLive || secret.due > target) continue;
        if (next < 0 || secret.due < secrets_[next].due) next = name;
      }
      if (next < 0) break;
      Secret& secret = secrets_[next];
      if (secret.state == State::kDeleting) {
        secret.state = State::kDeleted;
        secret.due = PurgeOf(secret) * 1000;
      } else if (secret.state == State::kRecovering) {
        secret.state = State::kLive;
      } else {
        secrets_.erase(next);
      }
    }
    now_ = target;
    return absl::StrCat(now_);
  }

  const Rules rules_;
  int64_t now_;
  std::map<int, Secret> secrets_;
  std::map<int, int> made_;
  std::map<int, Backup> backups_;
  int values_ = 0;
};

// The service, in the model's words.
class Player {
 public:
  explicit Player(const Rules& rules) : environment_(OptionsOf(rules)) {
    VaultInput input = TestEnvironment::Input();
    input.retention_days = static_cast<int>(kRetention / 86'400);
    environment_.CreateVault(kVault, input);
  }

  int64_t now() const { return absl::ToUnixMillis(environment_.now()); }

  // `value`: of a secret that the call sets.
  std::string Apply(const Call& call, const std::string& value) {
    const CallContext context = environment_.Context();
    v1::SecretBundle bundle;
    v1::DeletedSecretBundle deleted;
    switch (call.op) {
      case Op::kSet: {
        auto request = Of<v1::SetSecretRequest>(call);
        request.set_value(value);
        const absl::Status status = service_.SetSecret(context, request, &bundle);
        if (status.ok()) made_[call.secret].push_back(VersionOf(bundle.id()));
        return Answer(status, bundle);
      }
      case Op::kGet: {
        const absl::Status status =
            service_.GetSecret(context, Of<v1::GetSecretRequest>(call), &bundle);
        return absl::StrCat(Answer(status, bundle), status.ok() ? " " : "", bundle.value());
      }
      case Op::kDisable:
      case Op::kEnable: {
        auto request = Of<v1::UpdateSecretRequest>(call);
        request.mutable_attributes()->set_enabled(call.op == Op::kEnable);
        return Answer(service_.UpdateSecret(context, request, &bundle), bundle);
      }
      case Op::kDelete:
        return Answer(service_.DeleteSecret(context, Of<v1::SecretNameRequest>(call), &deleted),
                      deleted);
      case Op::kGetDeleted:
        return Answer(service_.GetDeletedSecret(context, Of<v1::SecretNameRequest>(call), &deleted),
                      deleted);
      case Op::kRecover:
        return Answer(
            service_.RecoverDeletedSecret(context, Of<v1::SecretNameRequest>(call), &bundle),
            bundle);
      case Op::kPurge: {
        v1::Empty empty;
        return Done(service_.PurgeDeletedSecret(context, Of<v1::SecretNameRequest>(call), &empty));
      }
      case Op::kBackup: {
        v1::BackupSecretResult result;
        const absl::Status status =
            service_.BackupSecret(context, Of<v1::SecretNameRequest>(call), &result);
        if (status.ok()) backups_[call.choice] = result.value();
        return Done(status);
      }
      case Op::kRestore: {
        v1::RestoreSecretRequest request;
        request.set_vault_name(kVault);
        request.set_value(backups_[call.choice]);
        return Answer(service_.RestoreSecret(context, request, &bundle), bundle);
      }
      case Op::kAdvance:
        environment_.AdvanceBy(absl::Seconds(kAdvances[static_cast<size_t>(call.choice)]));
        return absl::StrCat(now());
    }
    return "";
  }

 private:
  static VaultRegistryOptions OptionsOf(const Rules& rules) {
    VaultRegistryOptions options;
    options.object_deletion_delay = absl::Milliseconds(rules.deleting);
    options.object_recovery_delay = absl::Milliseconds(rules.recovering);
    options.object_purge_delay = absl::Milliseconds(rules.purging);
    return options;
  }

  template <typename Request>
  Request Of(const Call& call) {
    Request request;
    request.set_vault_name(kVault);
    request.set_secret_name(absl::StrCat("s", call.secret));
    if constexpr (requires { request.set_secret_version(""); }) {
      const std::vector<std::string>& made = made_[call.secret];
      const auto behind = static_cast<size_t>(call.version);
      if (behind > made.size()) {
        request.set_secret_version(std::string(32, 'f'));
      } else if (behind > 0) {
        request.set_secret_version(made[made.size() - behind]);
      }
    }
    return request;
  }

  static std::string VersionOf(const std::string& id) { return id.substr(id.rfind('/') + 1); }

  // ".../secrets/s0/VERSION" as "s0#1".
  std::string NameOf(const std::string& id) {
    const size_t end = id.rfind('/');
    const std::string name = id.substr(id.rfind('/', end - 1) + 1, 2);
    const std::vector<std::string>& made = made_[name == "s0" ? 0 : 1];
    const auto found = std::find(made.begin(), made.end(), VersionOf(id));
    return absl::StrCat(name, "#", found == made.end() ? 0 : found - made.begin() + 1);
  }
  std::string Text(const std::string& id, const v1::SecretAttributes& attributes) {
    return absl::StrCat(NameOf(id), attributes.enabled() ? " on " : " off ",
                        attributes.created().seconds(), " ", attributes.updated().seconds());
  }

  // "Code" or "Code/InnerCode".
  static std::string Done(const absl::Status& status) {
    if (status.ok()) return "ok";
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return absl::StrCat(info.code, info.inner_code.empty() ? "" : "/", info.inner_code);
  }
  std::string Answer(const absl::Status& status, const v1::SecretBundle& bundle) {
    return status.ok() ? Text(bundle.id(), bundle.attributes()) : Done(status);
  }
  std::string Answer(const absl::Status& status, const v1::DeletedSecretBundle& deleted) {
    if (!status.ok()) return Done(status);
    return absl::StrCat(deleted.deleted_date().seconds(), " ",
                        deleted.scheduled_purge_date().seconds(), " ",
                        Text(deleted.id(), deleted.attributes()));
  }

  TestEnvironment environment_;
  BackupSealer sealer_;
  SecretsService service_{&environment_.registry(), &sealer_};
  std::map<int, std::vector<std::string>> made_;
  std::map<int, std::string> backups_;
};

// What differs, or nothing.
std::string Compare(const std::vector<Call>& script, const Rules& rules) {
  Player player(rules);
  Model model(rules, player.now());
  for (const Call& call : script) {
    const std::string value = model.NextValue();
    const std::optional<std::string> expected = model.Apply(call);
    if (!expected.has_value()) continue;
    const std::string actual = player.Apply(call, value);
    if (actual != *expected) {
      return absl::StrCat(call.Text(), ": expected ", *expected, ", found ", actual);
    }
  }
  return "";
}

// The shortest script that differs, as a text of lines; empty when none does.
std::vector<std::string> RunModel(uint64_t seed, size_t calls, const Rules& rules) {
  RandomStream random(seed, "secrets model");
  std::vector<Call> script;
  for (size_t i = 0; i < calls; ++i) script.push_back(RandomCall(&random));
  if (Compare(script, rules).empty()) return {};
  script = Shrink<Call>(
      std::move(script),
      [&rules](const std::vector<Call>& shorter) { return !Compare(shorter, rules).empty(); },
      2'000);
  std::vector<std::string> lines;
  for (const Call& call : script) lines.push_back(call.Text());
  lines.push_back(Compare(script, rules));
  return lines;
}

class SecretsModelTest : public testing::TestWithParam<int> {};

TEST_P(SecretsModelTest, TheServiceDoesWhatTheModelSays) {
  Rules rules;
  if (GetParam() % 2 == 1) {
    rules.deleting = 20'500;
    rules.recovering = 31'000;
    rules.purging = 40'000;
  }
  EXPECT_EQ(RunModel(static_cast<uint64_t>(GetParam()), 1'000, rules), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SecretsModelTest, testing::Range(0, 20));

// A model that is wrong on purpose shows that differences are found and made short.
TEST(WrongSecretsModelTest, AShownDisabledSecretIsFound) {
  const std::vector<std::string> lines = RunModel(1, 1'000, {.shows_disabled = true});
  ASSERT_FALSE(lines.empty());
  EXPECT_LE(lines.size(), 6u) << "set, disable and get, and what differs";
}

TEST(WrongSecretsModelTest, ALostVersionIsFound) {
  const std::vector<std::string> lines = RunModel(1, 1'000, {.restores_the_latest_alone = true});
  ASSERT_FALSE(lines.empty());
  EXPECT_LE(lines.size(), 10u) << "set twice, back up, delete, purge, restore and get";
}

}  // namespace
}  // namespace lazuli::keyvault
