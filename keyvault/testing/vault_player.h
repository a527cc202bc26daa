// File: keyvault/testing/vault_player.h
//
// Takes the steps of the model-based test with real vaults, keys and certificates, and tells what
// comes of them in the model's words.
#ifndef LAZULI_KEYVAULT_TESTING_VAULT_PLAYER_H_
#define LAZULI_KEYVAULT_TESTING_VAULT_PLAYER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "keyvault/access_control.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/test_environment.h"
#include "keyvault/testing/certificate_player.h"
#include "keyvault/testing/step.h"
#include "keyvault/testing/version_numbers.h"
#include "keyvault/vault_environment.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// A fresh world, on a manual clock. RSA keys are a few fixed ones, so that no time goes into making
// them. Not thread safe.
class VaultPlayer {
 public:
  explicit VaultPlayer(const VaultRegistryOptions& options);

  // Milliseconds since 1970.
  int64_t now() const { return absl::ToUnixMillis(environment_.now()); }

  // `target`: where the clock goes with kAdvance, in milliseconds.
  std::string Apply(const Step& step, int64_t target);
  // As VaultModel::TakeEvents; besides, of certificates that are in another state than what is
  // behind them.
  std::vector<std::string> TakeEvents() { return std::exchange(told_, {}); }

 private:
  std::string ApplyToVault(const Step& step);
  std::string ApplyToKey(const Step& step);
  std::string Create(const Step& step);
  std::string Import(const Step& step);
  std::string Update(const Step& step);
  std::string Rotate(const Step& step);
  std::string SetPolicy(const Step& step);
  std::string List(const Step& step);
  std::string ListVersions(const Step& step);
  std::string ListDeleted(const Step& step);
  std::string Sign(const Step& step);
  std::string Verify(const Step& step);
  std::string Wrap(const Step& step);
  std::string Unwrap(const Step& step);
  std::string Backup(const Step& step);
  std::string Restore(const Step& step);

  // Learns of new versions, and writes down what subscribers are told.
  void FollowEvents();
  // Of the answer to a call that made or changed something; `status`: its result.
  std::string Answer(const absl::Status& status, const v1::KeyBundle& bundle);
  template <typename Bundle>
  std::string VersionText(const Bundle& bundle) const;
  template <typename Request>
  Request Of(const Step& step) const;
  // How the key that the step is about signs, which a disabled one tells too.
  struct Signing {
    v1::JsonWebKeySignatureAlgorithm algorithm;
    std::string digest;
  };
  Signing SigningOf(const Step& step);

  TestEnvironment environment_;
  FakeRoleChecker roles_;
  AccessControl access_{&environment_.registry(), &roles_};
  crypto::KeyPool pool_{0};
  BackupSealer sealer_;
  KeysService service_{&environment_.registry(), &access_, &environment_.engine(), &pool_,
                       /*change_gate=*/nullptr,  &sealer_};
  uint64_t seen_events_ = 0;
  VersionNumbers numbers_;
  CertificatePlayer certificates_;
  std::vector<std::string> told_;
  std::map<int, std::string> signatures_;
  struct Wrapped {
    Step step;
    std::string kid;
    std::string value;
  };
  std::map<int, Wrapped> wrapped_;
  struct Saved {
    std::string vault;
    std::string blob;
  };
  std::map<int, Saved> backups_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_VAULT_PLAYER_H_
