#include "batch/account_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace lazuli::batch {
namespace {

absl::Time Start() { return absl::FromUnixSeconds(1'000'000); }

std::string Stamp(absl::Time now) { return absl::StrCat(absl::ToInt64Seconds(now - Start()), "s"); }

ClockOptions ManualClockOptions() {
  ClockOptions options;
  options.mode = ClockMode::kManual;
  options.start_time = Start();
  return options;
}

}  // namespace

TimerId FakeWorkload::Schedule(absl::Time due, const std::string& resource, bool stale) {
  return host_->Schedule(
      due, DeferredWork{"node", resource, "boot finished", [this, resource, stale](absl::Time now) {
                          if (stale) return false;
                          log.push_back(absl::StrCat(resource, " applied at ", Stamp(now)));
                          return true;
                        }});
}

std::vector<LossStep> FakeWorkload::PlanLoss(absl::string_view) {
  std::vector<LossStep> steps;
  for (const std::string& resource : running) {
    steps.push_back(LossStep{"task", resource, "active", [this, resource](absl::Time now) {
                               const auto at = std::find(running.begin(), running.end(), resource);
                               if (at == running.end()) return false;
                               running.erase(at);
                               host_->Cancel(cancelled_by_loss[resource]);
                               host_->RecordEvent("task", resource, "running", "active", "lost");
                               // By now nothing can be sealed any more.
                               log.push_back(absl::StrCat(resource, " lost at ", Stamp(now),
                                                          Seal("x").empty() ? "" : " with key"));
                               return true;
                             }});
  }
  return steps;
}

void FakeWorkload::OnAccessRestored(absl::Time now) {
  // The key must be there.
  log.push_back(absl::StrCat("restored at ", Stamp(now), Seal("x").empty() ? " without key" : ""));
}

std::vector<RestingBytes> FakeWorkload::DumpRecords() const {
  return {RestingBytes{"pool", "clear", "sealed"}};
}

void FakeWorkload::Clear() { log.push_back("cleared"); }

Workload& FakeWorkload::workload() { std::abort(); }

void FakeDependencyObserver::OnKeyDependencyChanged(
    const std::string&, const std::optional<KeyDependency>& dependency) {
  std::function<void()> on_told;
  {
    MutexLock lock(&mu_);
    told_.push_back(dependency);
    on_told = on_told_;
  }
  if (on_told) on_told();
}

void FakeDependencyObserver::SetOnTold(std::function<void()> on_told) {
  MutexLock lock(&mu_);
  on_told_ = std::move(on_told);
}

std::vector<std::optional<KeyDependency>> FakeDependencyObserver::told() const {
  MutexLock lock(&mu_);
  return told_;
}

AccountFixture::AccountFixture() : clock_(ManualClockOptions()), events_(100'000) {
  identities.AddUserAssigned(kIdentityId, "user");
}

AccountFixture::~AccountFixture() = default;

AccountRegistry& AccountFixture::registry() {
  if (registry_ == nullptr) {
    AccountEnvironment environment;
    environment.clock = &clock_.clock();
    environment.timers = &clock_.timers();
    environment.events = &events_;
    environment.keys = &keys;
    environment.identities = &identities;
    environment.observer = &observer;
    environment.workloads = factory_;
    if (factory_ == nullptr) {
      environment.workloads = [this](WorkloadHost* host, const std::string&, const std::string&) {
        auto workload = std::make_unique<FakeWorkload>(host);
        workload_ = workload.get();
        return workload;
      };
    }
    environment.ids = IdDeriver(7);
    environment.options = options_;
    registry_ = AccountRegistry::Create(std::move(environment)).value();
  }
  return *registry_;
}

CallContext AccountFixture::Context() const {
  CallContext ctx;
  ctx.subscription_tenant_id = "tenant";
  ctx.now = now();
  return ctx;
}

void AccountFixture::AdvanceBy(absl::Duration duration) {
  LAZULI_ASSERT_OK(clock_.AdvanceBy(duration));
}

void AccountFixture::KeyChanged(absl::string_view cause) {
  registry().ReevaluateKeyAccess({account_->arm_id()}, now(), cause);
}

AccountSpec AccountFixture::Spec(const std::string& name) {
  AccountSpec spec;
  spec.id = AccountId{"sub", "group", name};
  spec.tenant_id = "tenant";
  spec.region = "westus2";
  return spec;
}

AccountSpec AccountFixture::SpecWithKey(const std::string& key_identifier) {
  AccountSpec spec = Spec();
  spec.identity = IdentitySpec{IdentityType::kUserAssigned, {kIdentityId}};
  spec.encryption.customer_key = Key(key_identifier);
  return spec;
}

KeyIdentifier AccountFixture::Key(const std::string& text) {
  return KeyIdentifier::Parse(text).value();
}

void AccountFixture::MakeAccount(const AccountSpec& spec) {
  LAZULI_ASSERT_OK_AND_ASSIGN(account_, registry().CreateAccount(spec, now()));
}

void AccountFixture::MakeAccountWithKey() {
  MakeAccount(SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1)));
}

void AccountFixture::InAccount(const std::function<void()>& operation) {
  LAZULI_ASSERT_OK(
      account_->WithWorkloadHandle(Context(), [&operation](WorkloadHandle&, absl::Time) {
        operation();
        return absl::OkStatus();
      }));
}

std::vector<std::string> AccountFixture::Events(const std::string& kind) const {
  std::vector<std::string> result;
  const std::vector<Event> events = events_.ListAfter(0, 1'000'000).value();
  for (const Event& event : events) {
    if (event.kind == kind) {
      result.push_back(absl::StrCat(event.from, " -> ", event.to, ": ", event.cause));
    }
  }
  return result;
}

}  // namespace lazuli::batch
