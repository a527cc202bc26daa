#include "keyvault/test_environment.h"

#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"
#include "keyvault/key_operation.h"

namespace lazuli::keyvault {
namespace {

constexpr uint64_t kSeed = 7;
constexpr size_t kEventHistory = 10'000;

ClockOptions ManualAt(absl::Time start) {
  ClockOptions options;
  options.mode = ClockMode::kManual;
  options.start_time = start;
  return options;
}

// How kinds of events begin that stand for what Azure sends to subscribers.
constexpr absl::string_view kNotification = "Microsoft.KeyVault.";

bool IsNotification(const Event& event) { return absl::StartsWith(event.kind, kNotification); }

// A quarter of a second past the full one, so that rounding shows.
absl::Time TestStart() {
  return absl::FromCivil(absl::CivilSecond(2030, 1, 1), absl::UTCTimeZone()) +
         absl::Milliseconds(250);
}

absl::Time WholeSecond(absl::Time time) { return absl::FromUnixSeconds(absl::ToUnixSeconds(time)); }

}  // namespace

void RecordingListener::OnAccessChanged(const std::string& name_space,
                                        const std::string& vault_name, const std::string& key_name,
                                        const std::string& cause) {
  MutexLock lock(&mu_);
  told_.push_back(absl::StrCat(QualifiedName(vault_name, name_space), "/", key_name, ": ", cause));
}

std::vector<std::string> RecordingListener::Take() {
  MutexLock lock(&mu_);
  return std::exchange(told_, {});
}

void FakeRoleChecker::Grant(absl::string_view object_id, absl::string_view scope,
                            absl::string_view data_action) {
  granted_.insert(absl::StrCat(object_id, "|", scope, "|", data_action));
}

RoleAnswer FakeRoleChecker::FindDataAction(const Caller& caller, absl::string_view scope,
                                           absl::string_view data_action) const {
  if (granted_.count(absl::StrCat(caller.object_id, "|", scope, "|", data_action)) == 0) return {};
  return {.allowed = true,
          .assignment_id = absl::StrCat(scope, "/assignment"),
          .role = "R",
          .scope = std::string(scope)};
}

RoleAdvice FakeRoleChecker::Advise(const Caller&, absl::string_view, absl::string_view) const {
  return {.considered = {"nothing"}, .role = "R", .counts_from = counts_from_};
}

TestEnvironment::TestEnvironment(const VaultRegistryOptions& options)
    : driver_(ManualAt(TestStart())),
      events_(kEventHistory),
      registry_(options, IdDeriver(kSeed), &driver_.timers(), &events_, &engine_) {
  registry_.SetAccessListener(&listener_);
  registry_.SetKeyMaker(
      [this](const crypto::KeyMaterial& like, const crypto::Interrupted& interrupted) {
        return key_pool_.CreateLike(like, interrupted);
      });
  registry_.SetRsaKeyMaker([this](int bits) { return key_pool_.CreateRsa(bits); });
}

void TestEnvironment::AdvanceTo(absl::Time time) {
  const absl::StatusOr<absl::Time> reached = driver_.AdvanceTo(time);
  ASSERT_TRUE(reached.ok()) << reached.status();
}

CallContext TestEnvironment::Context() const {
  CallContext context;
  context.caller.tenant_id = kTestTenant;
  context.caller.object_id = kTestObject;
  context.caller.app_id = kTestApplication;
  context.caller.issuer = absl::StrCat("https://sts.windows.net/", kTestTenant, "/");
  context.client_address = "127.0.0.1";
  context.subscription_tenant_id = kTestTenant;
  context.now = now();
  return context;
}

VaultInput TestEnvironment::Input() {
  VaultInput input;
  input.tenant_id = kTestTenant;
  input.sku_name = "standard";
  input.access_policies.emplace();
  return input;
}

AccessPolicy TestEnvironment::Policy(absl::string_view object_id, std::vector<std::string> keys) {
  AccessPolicy policy;
  policy.tenant_id = kTestTenant;
  policy.object_id = std::string(object_id);
  policy.keys = std::move(keys);
  return policy;
}

VaultAddress TestEnvironment::Address(absl::string_view name, absl::string_view group) {
  return {kTestSubscription, std::string(group), std::string(name)};
}

VaultPtr TestEnvironment::CreateVault(absl::string_view name, const VaultInput& input) {
  const absl::StatusOr<VaultRecordPtr> record =
      registry_.CreateOrUpdate(Context(), Address(name), kTestLocation, input);
  EXPECT_TRUE(record.ok()) << record.status();
  return *registry_.FindLive(name);
}

NewKeyVersion TestEnvironment::NewVersion() {
  NewKeyVersion version;
  version.type = crypto::KeyType::kEc;
  version.key_ops = DefaultKeyOperations(version.type);
  version.material = SharedEcMaterial();
  return version;
}

KeyVersionPtr TestEnvironment::AddKey(Vault* vault, absl::string_view name,
                                      KeyAttributes attributes) {
  NewKeyVersion version = NewVersion();
  version.attributes = attributes;
  const absl::StatusOr<KeyVersionPtr> added =
      vault->AddKeyVersion(now(), name, std::move(version), "CreateKey");
  EXPECT_TRUE(added.ok()) << added.status();
  return *added;
}

SecretVersion TestEnvironment::NewSecret(absl::string_view value) {
  SecretVersion version;
  version.value = std::make_shared<const SecureBytes>(value);
  return version;
}

std::vector<std::string> TestEnvironment::EventTexts() const {
  std::vector<std::string> texts;
  const absl::StatusOr<std::vector<Event>> events = events_.ListAfter(0, kEventHistory);
  EXPECT_TRUE(events.ok()) << events.status();
  for (const Event& event : *events) {
    if (IsNotification(event)) continue;
    texts.push_back(absl::StrCat(event.kind, " ", event.resource, ": ", event.from, " -> ",
                                 event.to, " (", event.cause, ")"));
  }
  return texts;
}

std::vector<std::string> TestEnvironment::NotificationTexts() const {
  std::vector<std::string> texts;
  const absl::StatusOr<std::vector<Event>> events = events_.ListAfter(0, kEventHistory);
  EXPECT_TRUE(events.ok()) << events.status();
  for (const Event& event : *events) {
    if (!IsNotification(event)) continue;
    std::map<std::string, std::string> data(event.data.begin(), event.data.end());
    texts.push_back(absl::StrCat(absl::ToInt64Hours(event.time - WholeSecond(TestStart())) / 24,
                                 " ", event.kind.substr(kNotification.size()), " ",
                                 data["vaultName"], "/", data["objectName"]));
  }
  return texts;
}

crypto::KeyMaterial::Ptr SharedEcMaterial() {
  static const auto* const material =
      new crypto::KeyMaterial::Ptr(*crypto::KeyMaterial::GenerateEc(crypto::Curve::kP256));
  return *material;
}

}  // namespace lazuli::keyvault
