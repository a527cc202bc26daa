// File: keyvault/test_environment.h
//
// For tests of this folder: a registry on a manual clock, with everything that it tells recorded.
#ifndef LAZULI_KEYVAULT_TEST_ENVIRONMENT_H_
#define LAZULI_KEYVAULT_TEST_ENVIRONMENT_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "keyvault/access_listener.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/key_version.h"
#include "keyvault/role_checker.h"
#include "keyvault/secret_version.h"
#include "keyvault/vault.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {

inline constexpr char kTestTenant[] = "11111111-1111-1111-1111-111111111111";
inline constexpr char kTestSubscription[] = "22222222-2222-2222-2222-222222222222";
inline constexpr char kTestObject[] = "aaaaaaaa-0000-0000-0000-000000000001";
inline constexpr char kTestApplication[] = "bbbbbbbb-0000-0000-0000-000000000001";
inline constexpr char kTestLocation[] = "westus2";

// Writes down "vault/key: cause" for each call, the vault with its name space. Thread safe.
class RecordingListener final : public AccessListener {
 public:
  void OnAccessChanged(const std::string& name_space, const std::string& vault_name,
                       const std::string& key_name, const std::string& cause) override;
  // What was told since the last call.
  std::vector<std::string> Take();

 private:
  Mutex mu_;
  std::vector<std::string> told_ ABSL_GUARDED_BY(mu_);
};

// Knows "object|scope|data action" triples, each compared as it is.
class FakeRoleChecker final : public RoleChecker {
 public:
  void Grant(absl::string_view object_id, absl::string_view scope, absl::string_view data_action);
  RoleAnswer FindDataAction(const Caller& caller, absl::string_view scope,
                            absl::string_view data_action) const override;
  // Advises the role "R", from the time that was set.
  RoleAdvice Advise(const Caller& caller, absl::string_view scope,
                    absl::string_view data_action) const override;
  void SetCountsFrom(absl::Time time) { counts_from_ = time; }

 private:
  std::set<std::string> granted_;
  std::optional<absl::Time> counts_from_;
};

// Everything that the tests of vaults and keys work with, at 2030-01-01T00:00:00.25Z.
class TestEnvironment {
 public:
  explicit TestEnvironment(const VaultRegistryOptions& options = {});

  VaultRegistry& registry() { return registry_; }
  RecordingListener& listener() { return listener_; }
  crypto::CryptoEngine& engine() { return engine_; }
  EventLog& events() { return events_; }
  absl::Time now() const { return driver_.clock().Now(); }
  void AdvanceTo(absl::Time time);
  void AdvanceBy(absl::Duration duration) { AdvanceTo(now() + duration); }
  // Timers that have yet to fire.
  size_t timers() { return driver_.timers().size(); }

  // A call by kTestObject at the present time.
  CallContext Context() const;
  // Settings that are enough for a vault: standard, no policies.
  static VaultInput Input();
  static AccessPolicy Policy(absl::string_view object_id, std::vector<std::string> keys);
  static VaultAddress Address(absl::string_view name, absl::string_view group = "rg");
  // Creates a vault, which must succeed.
  VaultPtr CreateVault(absl::string_view name, const VaultInput& input = Input());
  // Adds a version with usable defaults, which must succeed. All keys share one EC material.
  KeyVersionPtr AddKey(Vault* vault, absl::string_view name, KeyAttributes attributes = {});
  static NewKeyVersion NewVersion();
  // What a secret of that value is made of.
  static SecretVersion NewSecret(absl::string_view value);
  // All changes of state so far as "kind resource: from -> to (cause)".
  std::vector<std::string> EventTexts() const;
  // What subscribers of Azure's events were told so far, as "3 KeyExpired vault/key": the day
  // from the beginning on.
  std::vector<std::string> NotificationTexts() const;

 private:
  ClockDriver driver_;
  EventLog events_;
  crypto::CryptoEngine engine_;
  crypto::KeyPool key_pool_{0};
  RecordingListener listener_;
  VaultRegistry registry_;
};

// The same P-256 key at each call.
crypto::KeyMaterial::Ptr SharedEcMaterial();

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TEST_ENVIRONMENT_H_
