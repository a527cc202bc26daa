#include "tests/soak/scene.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/real_time.h"
#include "emulator/identity/well_known.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"
#include "proto/faults.pb.h"
#include "proto/keys.pb.h"
#include "proto/time.h"
#include "tests/support/test_server.h"

namespace lazuli::soak {

using emulator::Api;
using emulator::Must;

namespace {

// Between two looks at something that takes its time.
constexpr absl::Duration kLook = absl::Milliseconds(200);

// The vault of an account's key: deleted, closed and changed by chaos.
std::string KeyVaultName(int account) { return absl::StrCat("soak-keys-", account); }

void BuildAccount(Api* api, int number) {
  const std::string name = AccountName(number);
  std::string key_identifier;
  std::string identity_id;
  if (number < kAccountsUnderChaos) {
    const std::string vault = KeyVaultName(number);
    Must(api->PutVault(vault, Api::VaultSpec()));
    const v1::Identity identity = Must(api->PutIdentity(absl::StrCat("soak-identity-", number)));
    identity_id = identity.id();
    Must(api->ChangePolicy(vault, "add", identity.properties().principal_id(),
                           {"get", "wrapKey", "unwrapKey"}));
    key_identifier = Must(api->CreateRsaKey(vault, "key")).key().kid();
  }
  Must(api->PutAccount(name, identity_id, key_identifier));
  Must(api->AddPool(name, kStandingPool, 2, 4));
}

v1::FaultRule Rule(const std::string& id, const std::string& operation, int64_t every) {
  v1::FaultRule rule;
  rule.set_id(id);
  rule.mutable_match()->set_operation(operation);
  rule.mutable_match()->set_every(every);
  return rule;
}

// The accounts of [first, first + 2) lose their key and get it back, again and again, for a reason
// drawn from all that can be undone.
v1::ChaosStep RevokeAgainAndAgain(int first, const v1::ListCausesResponse& causes) {
  v1::ChaosStep step;
  step.add_revoke(AccountName(first));
  step.add_revoke(AccountName(first + 1));
  for (const v1::ChaosCause& cause : causes.value()) {
    if (!cause.undo().empty()) step.add_causes(cause.name());
  }
  step.set_repeat(1000);
  step.set_every("4m");
  step.set_jitter("20s");
  return step;
}

bool IsAccessible(Api* api, int account) {
  const auto access = api->KeyAccess(AccountName(account));
  return access.ok() && (access->state() == v1::KEY_ACCESS_STATE_ACCESSIBLE ||
                         access->state() == v1::KEY_ACCESS_STATE_PLATFORM);
}

std::vector<std::string> WhatIsLeft(Api* api) {
  std::vector<std::string> found;
  for (int i = 0; i < kVaults; ++i) {
    v1::GetKeysRequest request;
    request.set_vault_name(VaultName(i));
    const auto keys = Must(api->Call<v1::KeyListResult>("Keys/GetKeys", request));
    for (const v1::KeyItem& key : keys.value()) {
      if (!absl::EndsWith(key.kid(), kStandingKey)) found.push_back(key.kid());
    }
    const auto deleted = Must(api->Call<v1::DeletedKeyListResult>("Keys/GetDeletedKeys", request));
    for (const v1::DeletedKeyItem& key : deleted.value()) found.push_back(key.recovery_id());
  }
  for (int i = 0; i < kAccounts; ++i) {
    v1::ListJobsRequest jobs;
    jobs.set_account(AccountName(i));
    const auto listed_jobs = Must(api->Call<v1::ListJobsResponse>("Jobs/ListJobs", jobs));
    for (const v1::CloudJob& job : listed_jobs.value()) {
      found.push_back(absl::StrCat("job ", job.id(), " of ", AccountName(i)));
    }
    v1::ListPoolsRequest pools;
    pools.set_account(AccountName(i));
    const auto listed_pools = Must(api->Call<v1::ListPoolsResponse>("Pools/ListPools", pools));
    for (const v1::CloudPool& pool : listed_pools.value()) {
      if (pool.id() != kStandingPool) {
        found.push_back(absl::StrCat("pool ", pool.id(), " of ", AccountName(i)));
      }
    }
  }
  std::set<std::string> standing;
  for (int i = 0; i < kAccounts; ++i) standing.insert(AccountName(i));
  v1::ListBatchAccountsByResourceGroupRequest accounts;
  accounts.set_subscription_id(std::string(emulator::kDefaultSubscriptionId));
  accounts.set_resource_group_name(kGroup);
  const auto listed_accounts = Must(api->Call<v1::ListBatchAccountsResponse>(
      "BatchAccounts/ListBatchAccountsByResourceGroup", accounts));
  for (const v1::BatchAccount& account : listed_accounts.value()) {
    if (standing.count(account.name()) == 0) found.push_back("account " + account.name());
  }
  return found;
}

}  // namespace

std::string VaultName(int number) { return absl::StrCat("soak-work-", number); }

std::string AccountName(int number) { return absl::StrCat("soak", number); }

std::string AccountHost(int number) {
  return absl::StrCat(AccountName(number), ".westus2.batch.azure.com");
}

void BuildScene(Api* api) {
  Must(api->PutResourceGroup());
  for (int i = 0; i < kVaults; ++i) {
    // What clients delete they purge, so that vaults stay small.
    Api::VaultSpec spec;
    spec.purge_protection = false;
    Must(api->PutVault(VaultName(i), spec));
    Must(api->CreateRsaKey(VaultName(i), kStandingKey));
  }
  for (int i = 0; i < kAccounts; ++i) BuildAccount(api, i);
}

void StartFaults(Api* api) {
  std::vector<v1::FaultRule> rules;
  rules.push_back(Rule("errors", "Keys/GetKey", 20));
  v1::FaultError& error = *rules.back().mutable_action()->mutable_error();
  error.set_status(503);
  error.set_code(kFaultCode);
  *error.mutable_retry_after() = ToProto(absl::Seconds(1));

  rules.push_back(Rule("slow", "Keys/WrapKey", 10));
  *rules.back().mutable_action()->mutable_delay()->mutable_real() = ToProto(absl::Milliseconds(50));

  rules.push_back(Rule("drop-before", kDroppedBefore, 20));
  rules.back().mutable_action()->set_drop(v1::FAULT_DROP_BEFORE_EFFECT);

  rules.push_back(Rule("drop-after", kDroppedAfter, 20));
  rules.back().mutable_action()->set_drop(v1::FAULT_DROP_AFTER_EFFECT);

  rules.push_back(Rule("throttle", "Pools/ListPools", 1));
  v1::FaultThrottle& throttle = *rules.back().mutable_action()->mutable_throttle();
  throttle.set_calls(30);
  *throttle.mutable_window() = ToProto(absl::Minutes(1));
  for (const v1::FaultRule& rule : rules) {
    Must(api->Call<v1::FaultRule>("Faults/CreateFaultRule", rule));
  }
}

void StartChaos(Api* api) {
  const auto causes = Must(api->Call<v1::ListCausesResponse>("Chaos/ListCauses", v1::Empty()));
  v1::StartChaosRequest request;
  v1::ChaosStep& first = *request.mutable_schedule()->add_steps();
  first = RevokeAgainAndAgain(0, causes);
  first.set_at("30s");
  first.set_restore_at("90s");
  v1::ChaosStep& second = *request.mutable_schedule()->add_steps();
  second = RevokeAgainAndAgain(2, causes);
  second.set_at("2m");
  second.set_restore_at("3m");
  Must(api->Call<v1::ChaosState>("Chaos/StartChaos", request));
}

FaultCounts EndFaults(Api* api) {
  FaultCounts counts;
  const auto rules =
      Must(api->Call<v1::ListFaultRulesResponse>("Faults/DeleteAllFaultRules", v1::Empty()));
  for (const v1::FaultRule& rule : rules.value()) {
    if (rule.action().has_error()) counts.errors += rule.acted();
    if (rule.action().has_drop()) counts.drops += rule.acted();
    if (rule.action().has_throttle()) counts.throttled += rule.acted();
  }
  return counts;
}

ChaosResult EndChaos(Api* api, absl::Duration patience) {
  v1::StopChaosRequest request;
  request.set_restore(true);
  Must(api->Call<v1::ChaosState>("Chaos/StopChaos", request));
  ChaosResult result;
  const absl::Time give_up = RealNow() + patience;
  for (int i = 0; i < kAccounts; ++i) {
    while (!IsAccessible(api, i) && RealNow() < give_up) absl::SleepFor(kLook);
    if (!IsAccessible(api, i)) {
      result.problems.push_back(absl::StrCat(AccountName(i), " has not come back"));
    }
  }
  const auto report = Must(api->Call<v1::ChaosReport>("Chaos/GetChaosReport", v1::Empty()));
  result.absences = report.absences_size();
  for (const v1::Violation& violation : report.violations()) {
    result.problems.push_back(absl::StrCat(
        "invariant ", violation.invariant(), " of ", violation.account(), ": ", violation.message(),
        " (seed ", violation.seed(), ", ", violation.step(), ")"));
  }
  return result;
}

std::vector<std::string> Leftovers(Api* api, absl::Duration patience) {
  const absl::Time give_up = RealNow() + patience;
  while (true) {
    std::vector<std::string> found = WhatIsLeft(api);
    if (found.empty() || RealNow() > give_up) return found;
    absl::SleepFor(kLook);
  }
}

}  // namespace lazuli::soak
