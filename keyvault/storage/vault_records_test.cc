#include "keyvault/storage/vault_records.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/memory_records.h"
#include "base/random.h"
#include "base/spoiled_records.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/key_version.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

constexpr size_t kAll = 1'000'000;
// Lies in a name space of its own.
constexpr char kOtherSubscription[] = "22222222-2222-2222-2222-333333333333";
constexpr char kOtherNameSpace[] = "ns";

// A registry whose changes go into records as they come.
struct Stored {
  explicit Stored(const VaultRegistryOptions& options) : environment(options) {
    // So that what a rotation makes is the same in all.
    environment.registry().SetKeyMaker(
        [](const crypto::KeyMaterial&, const crypto::Interrupted&) { return SharedEcMaterial(); });
  }

  void StartTracking() {
    source.WriteAll(&records);
    source.StartTracking();
  }

  TestEnvironment environment;
  VaultRecords source{&environment.registry()};
  MemoryRecords records;
};

VaultRegistryOptions SlowOptions() {
  VaultRegistryOptions options;
  options.allow_vaults_without_soft_delete = true;
  options.object_deletion_delay = absl::Seconds(30);
  options.object_recovery_delay = absl::Hours(20);
  options.object_purge_delay = absl::Minutes(2);
  return options;
}

std::string Text(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

std::string Text(bool value) { return value ? "true" : "false"; }

std::string Text(const TagMap& tags) { return absl::StrJoin(tags, ",", absl::PairFormatter("=")); }

template <typename T>
std::string Text(const std::optional<T>& value) {
  return value.has_value() ? absl::StrCat("<", Text(*value), ">") : "-";
}

std::string Text(const VaultRecord& vault) {
  const VaultSettings& settings = vault.settings;
  std::string text = absl::StrCat(
      vault.arm_id, " ", vault.location, " ", VaultStateName(vault.state), " ", Text(vault.tags),
      " by ", vault.created_by, " ", Text(vault.created_at), " ", vault.last_modified_by, " ",
      Text(vault.last_modified_at), " deleted ", Text(vault.deletion_date), " ",
      Text(vault.scheduled_purge_date), "; ", settings.tenant_id, " ", VaultSkuName(settings.sku));
  absl::StrAppend(&text, " ", settings.soft_delete, settings.purge_protection, " ",
                  settings.retention_days, " ", Text(settings.rbac_authorization),
                  settings.enabled_for_deployment, Text(settings.enabled_for_disk_encryption),
                  Text(settings.enabled_for_template_deployment), " ",
                  settings.network.public_network_access, settings.network.default_allow,
                  settings.network.bypass_azure_services);
  for (const IpRule& rule : settings.network.ip_rules) {
    absl::StrAppend(&text, " ", rule.text, "/", rule.network, "/", rule.mask);
  }
  for (const VirtualNetworkRule& rule : settings.network.virtual_network_rules) {
    absl::StrAppend(&text, " ", rule.subnet_id, Text(rule.ignore_missing_endpoint));
  }
  if (settings.managed_hsm.has_value()) {
    absl::StrAppend(&text, " ", settings.managed_hsm->sku_name, " of ",
                    absl::StrJoin(settings.managed_hsm->initial_admin_object_ids, ","));
  }
  for (const PrivateEndpointConnection& connection : vault.private_endpoint_connections) {
    absl::StrAppend(&text, " (", connection.name, " ", connection.endpoint_id, " ",
                    PrivateEndpointStatusName(connection.status), " ", connection.description, ")");
  }
  for (const AccessPolicy& policy : settings.access_policies.entries()) {
    Caller caller;
    caller.tenant_id = policy.tenant_id;
    caller.object_id = policy.object_id;
    caller.app_id = policy.application_id;
    absl::StrAppend(&text, " [", policy.object_id, " ", policy.application_id, " ",
                    absl::StrJoin(policy.keys, ","), " ", absl::StrJoin(policy.secrets, ","), ": ",
                    settings.access_policies.Find(caller, PermissionKind::kKeys, Permission::kGet)
                        .permissions.ToString(),
                    "]");
  }
  return text;
}

std::string Text(const KeyVersion& version) {
  std::string text =
      absl::StrCat(version.kid, " ", version.name, " ", version.version, " ",
                   crypto::KeyTypeName(version.type), " ", version.attributes.enabled, " ",
                   Text(version.attributes.not_before), " ", Text(version.attributes.expires), " ",
                   Text(version.created), " ", Text(version.updated), " ", Text(version.tags), " ",
                   version.stray_curve.has_value() ? crypto::CurveName(*version.stray_curve) : "");
  for (const KeyOperation operation : version.key_ops) {
    absl::StrAppend(&text, " ", KeyOperationName(operation));
  }
  absl::StrAppend(&text, " n ", version.material->n(), " x ", version.material->x());
  return text;
}

template <typename T>
std::vector<T> ItemsOf(const absl::StatusOr<Page<T>>& page) {
  LAZULI_EXPECT_OK(page.status());
  return page.ok() ? page->items : std::vector<T>();
}

std::string Text(const SecretVersion& version) {
  return absl::StrCat(version.id, " ", version.name, " ", version.version, " ",
                      version.value->view(), " ", version.content_type, " ",
                      version.attributes.enabled, " ", Text(version.attributes.not_before), " ",
                      Text(version.attributes.expires), " ", Text(version.created), " ",
                      Text(version.updated), " ", Text(version.tags), " ", version.kid, " ",
                      version.managed);
}

std::string Text(const ExpiryTold& told) {
  return absl::StrCat("near told ", Text(told.near), " expiry told ", Text(told.expired));
}

std::string Text(const SecretNameData& data) { return Text(data.told); }

std::string Text(const KeyNameData& data) {
  std::string text = Text(data.told);
  if (data.rotation_policy == nullptr) return text;
  const RotationPolicy& policy = *data.rotation_policy;
  for (const LifetimeAction& action : policy.actions) {
    absl::StrAppend(&text, " ", LifetimeActionTypeName(action.type), " ",
                    static_cast<int>(action.trigger), " ", action.duration.text());
  }
  if (policy.expiry_time.has_value()) absl::StrAppend(&text, " ", policy.expiry_time->text());
  return absl::StrCat(text, " ", Text(policy.created), " ", Text(policy.updated));
}

template <typename Traits>
std::string ObjectsOf(const Vault& vault) {
  std::string text;
  for (const auto& object : ItemsOf(vault.List<Traits>("", kAll))) {
    absl::StrAppend(&text, "  latest ", object->version, "\n");
    const auto data = vault.FindData<Traits>(object->name);
    LAZULI_EXPECT_OK(data.status());
    absl::StrAppend(&text, "  ", Text(*data), "\n");
    for (const auto& version : ItemsOf(vault.ListVersions<Traits>(object->name, "", kAll))) {
      absl::StrAppend(&text, "  ", Text(*version), "\n");
    }
  }
  for (const auto& object : ItemsOf(vault.ListDeleted<Traits>("", kAll))) {
    absl::StrAppend(&text, "  deleted ", Text(*object.latest), " ", Text(*object.deleted_date), " ",
                    Text(*object.scheduled_purge_date), "\n");
  }
  return text;
}

// Everything that callers see of vaults and their objects.
std::string Everything(TestEnvironment& environment) {
  std::string text;
  const VaultRegistry& registry = environment.registry();
  for (const char* subscription : {kTestSubscription, kOtherSubscription}) {
    for (const auto& record :
         ItemsOf<VaultRecordPtr>(registry.ListDeleted(subscription, "", kAll))) {
      absl::StrAppend(&text, Text(*record), "\n");
    }
    for (const auto& record : ItemsOf<VaultRecordPtr>(registry.List(subscription, "", "", kAll))) {
      const auto vault = registry.FindLive(record->name(), record->address.name_space);
      LAZULI_EXPECT_OK(vault.status());
      absl::StrAppend(&text, Text(*record), "\n", ObjectsOf<KeyTraits>(**vault),
                      ObjectsOf<SecretTraits>(**vault));
    }
  }
  absl::StrAppend(&text, environment.timers(), " timers");
  return text;
}

// Events from a number on, and when they were.
std::string EventsFrom(TestEnvironment& environment, uint64_t after) {
  std::string text;
  const absl::StatusOr<std::vector<Event>> events = environment.events().ListAfter(after, kAll);
  LAZULI_EXPECT_OK(events.status());
  for (const Event& event : *events) {
    absl::StrAppend(&text, Text(event.time), " ", event.resource, " ", event.from, ">", event.to,
                    " ", event.cause, "\n");
  }
  return text;
}

VaultInput RandomInput(RandomStream& random) {
  VaultInput input = TestEnvironment::Input();
  if (random.NextBelow(2) == 0) input.tags = TagMap{{"a", "1"}, {"b", "two"}};
  if (random.NextBelow(2) == 0) input.sku_name = "premium";
  if (random.NextBelow(3) == 0) input.enable_soft_delete = false;
  if (random.NextBelow(3) == 0) input.retention_days = 7 + static_cast<int>(random.NextBelow(80));
  if (random.NextBelow(6) == 0) input.purge_protection = true;
  if (random.NextBelow(3) == 0) input.rbac_authorization = random.NextBelow(2) == 0;
  if (random.NextBelow(3) == 0) input.enabled_for_disk_encryption = random.NextBelow(2) == 0;
  if (random.NextBelow(2) == 0) {
    input.network_acls.emplace();
    input.network_acls->default_action = "Deny";
    input.network_acls->ip_rules = {"10.0.0.0/8", "192.168.7.1"};
    constexpr char kSubnet[] =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/a";
    input.network_acls->virtual_network_rules = {{kSubnet, true}, {kSubnet, std::nullopt}};
  }
  AccessPolicy policy = TestEnvironment::Policy(kTestObject, {"get", "WrapKey"});
  policy.secrets = {"list"};
  input.access_policies->push_back(policy);
  if (random.NextBelow(2) == 0) {
    policy.application_id = kTestApplication;
    policy.keys = {"all", "purge"};
    input.access_policies->push_back(policy);
  }
  return input;
}

VaultInput ManagedHsmInput(RandomStream& random) {
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.tenant_id = kTestTenant;
  input.sku_name = "Standard_B1";
  input.initial_admin_object_ids = {kTestObject};
  if (random.NextBelow(6) == 0) input.purge_protection = true;
  return input;
}

void MutateKey(TestEnvironment& environment, Vault* vault, const std::string& name,
               RandomStream& random) {
  const absl::Time now = environment.now();
  switch (random.NextBelow(11)) {
    case 8: {
      const char* const rotates[] = {"P10D", "P30D"};
      const RotationPolicyInput input = {{{rotates[random.NextBelow(2)], std::nullopt, "Rotate"}},
                                         "P3M"};
      vault->SetRotationPolicy(now, name, *ReadRotationPolicy(input)).status().IgnoreError();
      break;
    }
    case 9: {
      const RotationPolicyInput input = {{{std::nullopt, "P90D", "Notify"}}, std::nullopt};
      vault->SetRotationPolicy(now, name, *ReadRotationPolicy(input)).status().IgnoreError();
      break;
    }
    case 10:
      vault->RotateKey(now, name).status().IgnoreError();
      break;
    case 0:
    case 1:
    case 2: {
      NewKeyVersion version = TestEnvironment::NewVersion();
      if (random.NextBelow(2) == 0) version.tags = TagMap{{"color", "blue"}};
      if (random.NextBelow(3) == 0) version.type = crypto::KeyType::kEcHsm;
      if (random.NextBelow(3) == 0) version.stray_curve = crypto::Curve::kP384;
      if (random.NextBelow(3) == 0) {
        version.attributes.expires = absl::FromUnixSeconds(4'000'000'000);
      }
      vault->AddKeyVersion(now, name, std::move(version), "CreateKey").status().IgnoreError();
      break;
    }
    case 3: {
      KeyVersionUpdate update;
      update.enabled = random.NextBelow(2) == 0;
      if (random.NextBelow(2) == 0) update.key_ops = std::vector<KeyOperation>{KeyOperation::kSign};
      if (random.NextBelow(2) == 0) update.not_before = absl::FromUnixSeconds(1'000'000);
      if (random.NextBelow(2) == 0) update.tags = TagMap();
      vault->UpdateKey(now, name, "", update).status().IgnoreError();
      break;
    }
    case 4:
    case 5:
      vault->DeleteKey(now, name).status().IgnoreError();
      break;
    case 6:
      vault->RecoverKey(now, name).status().IgnoreError();
      break;
    case 7:
      vault->PurgeKey(now, name).IgnoreError();
      break;
  }
}

void MutateSecret(TestEnvironment& environment, Vault* vault, const std::string& name,
                  RandomStream& random) {
  const absl::Time now = environment.now();
  switch (random.NextBelow(8)) {
    case 0:
    case 1:
    case 2: {
      SecretVersion version =
          TestEnvironment::NewSecret(absl::StrCat("value ", random.NextUint64()));
      if (random.NextBelow(2) == 0) version.content_type = "text/plain";
      if (random.NextBelow(2) == 0) version.tags = TagMap{{"color", "blue"}};
      if (random.NextBelow(3) == 0) {
        version.attributes.not_before = absl::FromUnixSeconds(1'000'000);
        version.attributes.expires = absl::FromUnixSeconds(4'000'000'000);
      }
      if (random.NextBelow(4) == 0) {
        version.managed = true;
        version.kid = "https://v.vault.azure.net/keys/k/1";
      }
      vault->Add<SecretTraits>(now, name, std::move(version), "SetSecret").status().IgnoreError();
      break;
    }
    case 3: {
      const auto change = [&](SecretVersion* secret) {
        secret->attributes.enabled = !secret->attributes.enabled;
        secret->content_type = "other";
        return absl::OkStatus();
      };
      vault->Update<SecretTraits>(now, name, "", change, "UpdateSecret").status().IgnoreError();
      break;
    }
    case 4:
    case 5:
      vault->Delete<SecretTraits>(now, name).status().IgnoreError();
      break;
    case 6:
      vault->Recover<SecretTraits>(now, name).status().IgnoreError();
      break;
    case 7:
      vault->Purge<SecretTraits>(now, name).IgnoreError();
      break;
  }
}

// One change, or none where the state refuses it: the same at the same state.
void Mutate(TestEnvironment& environment, uint64_t number) {
  RandomStream random(number, "mutation");
  const VaultAddress addresses[] = {{kTestSubscription, "rg", "alpha"},
                                    {kTestSubscription, "Other", "Beta"},
                                    {kOtherSubscription, "rg", "beta", kOtherNameSpace},
                                    ManagedHsmAddress(kTestSubscription, "rg", "Beta")};
  const std::string names[] = {"one", "Two", "TWO", "three"};
  const VaultAddress address = addresses[random.NextBelow(4)];
  VaultRegistry& registry = environment.registry();
  switch (random.NextBelow(17)) {
    case 0:
    case 1:
      registry
          .CreateOrUpdate(
              environment.Context(), address, kTestLocation,
              address.kind == VaultKind::kVault ? RandomInput(random) : ManagedHsmInput(random))
          .status()
          .IgnoreError();
      break;
    case 2:
      registry.Delete(environment.Context(), address).IgnoreError();
      break;
    case 3:
      registry.Recover(environment.Context(), address, kTestLocation).status().IgnoreError();
      break;
    case 4:
      registry
          .PurgeDeleted(environment.Context(), address.subscription_id, kTestLocation, address.name)
          .IgnoreError();
      break;
    case 5: {
      const std::string other = absl::StrCat("aaaaaaaa-0000-0000-0000-00000000000", number % 10);
      registry
          .ChangeAccessPolicies(environment.Context(), address, AccessPolicyChange::kAdd,
                                {TestEnvironment::Policy(other, {"list"})})
          .status()
          .IgnoreError();
      break;
    }
    case 6: {
      PrivateEndpointConnectionInput input;
      input.endpoint_id = "/pe";
      input.status = random.NextBelow(2) == 0 ? "Approved" : "Pending";
      input.description = absl::StrCat("by ", number);
      registry
          .PutPrivateEndpointConnection(environment.Context(), address,
                                        absl::StrCat("Pec", number % 3), input)
          .status()
          .IgnoreError();
      break;
    }
    case 7:
      environment.AdvanceBy(random.NextDuration(absl::Hours(random.NextBelow(4) == 0 ? 900 : 1)));
      break;
    default:
      if (const auto vault = registry.FindLive(address.name, address.name_space); vault.ok()) {
        const std::string& name = names[random.NextBelow(4)];
        if (random.NextBelow(3) == 0) {
          MutateSecret(environment, vault->get(), name, random);
        } else {
          MutateKey(environment, vault->get(), name, random);
        }
      }
  }
}

// `records` in a fresh registry at the same time as `environment`.
std::unique_ptr<Stored> RestoredLike(TestEnvironment& environment, const MemoryRecords& records,
                                     const VaultRegistryOptions& options) {
  auto restored = std::make_unique<Stored>(options);
  restored->environment.AdvanceTo(environment.now());
  LAZULI_EXPECT_OK(restored->source.Restore(records));
  return restored;
}

class RandomVaultRecordsTest : public testing::TestWithParam<int> {};

TEST_P(RandomVaultRecordsTest, AnotherProcessGoesOnWhereOneEnded) {
  const VaultRegistryOptions options = GetParam() % 2 == 0 ? SlowOptions() : VaultRegistryOptions();
  Stored stored(options);
  constexpr int kBefore = 20;
  constexpr int kMutations = 300;
  constexpr int kAfter = 150;
  uint64_t number = static_cast<uint64_t>(GetParam()) * 100'000;
  for (int i = 0; i < kBefore; ++i) Mutate(stored.environment, ++number);
  stored.StartTracking();
  for (int i = 0; i < kMutations; ++i) {
    Mutate(stored.environment, ++number);
    if (i % 3 == 0) stored.source.WriteChanges(&stored.records);
    if (i % 60 != 0) continue;
    EXPECT_EQ(stored.records.tables(), MemoryRecords(&stored.source).tables());
  }
  stored.source.WriteChanges(&stored.records);
  ASSERT_EQ(stored.records.tables(), MemoryRecords(&stored.source).tables());

  const auto restored = RestoredLike(stored.environment, stored.records, options);
  EXPECT_EQ(Everything(restored->environment), Everything(stored.environment));
  EXPECT_EQ(MemoryRecords(&restored->source).tables(), stored.records.tables());
  EXPECT_EQ(restored->environment.events().last_sequence(), 0u) << "restoring is no event";
  EXPECT_TRUE(restored->environment.listener().Take().empty());

  const uint64_t last_event = stored.environment.events().last_sequence();
  for (int i = 0; i < kAfter; ++i) {
    Mutate(stored.environment, ++number);
    Mutate(restored->environment, number);
  }
  // Whatever is still to end ends.
  stored.environment.AdvanceBy(absl::Hours(24 * 200));
  restored->environment.AdvanceBy(absl::Hours(24 * 200));
  EXPECT_EQ(EventsFrom(restored->environment, 0), EventsFrom(stored.environment, last_event));
  EXPECT_EQ(Everything(restored->environment), Everything(stored.environment));
  EXPECT_EQ(MemoryRecords(&restored->source).tables(), MemoryRecords(&stored.source).tables());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomVaultRecordsTest, testing::Range(0, 12));

TEST(VaultRecordsTest, EveryKindOfKeyComesBack) {
  Stored stored({});
  const VaultPtr vault = stored.environment.CreateVault("keys");
  const std::vector<std::pair<crypto::KeyType, crypto::KeyMaterial::Ptr>> keys = {
      {crypto::KeyType::kRsa, crypto::TestRsaKey()},
      {crypto::KeyType::kRsaHsm, crypto::TestRsa4096Key()},
      {crypto::KeyType::kEc, crypto::TestEcKey(crypto::Curve::kP256)},
      {crypto::KeyType::kEcHsm, crypto::TestEcKey(crypto::Curve::kP256K)},
      {crypto::KeyType::kEc, crypto::TestEcKey(crypto::Curve::kP521)},
      {crypto::KeyType::kOctHsm, crypto::TestSymmetricKey(128)},
      {crypto::KeyType::kOctHsm, crypto::TestSymmetricKey(192)},
      {crypto::KeyType::kOctHsm, crypto::TestSymmetricKey(256)}};
  for (const auto& [type, material] : keys) {
    NewKeyVersion version;
    version.type = type;
    version.material = material;
    LAZULI_ASSERT_OK(
        vault->AddKeyVersion(stored.environment.now(), "key", std::move(version), "ImportKey"));
  }
  const auto restored = RestoredLike(stored.environment, MemoryRecords(&stored.source), {});
  const auto again = *restored->environment.registry().FindLive("KEYS");
  const auto versions = ItemsOf(vault->ListKeyVersions("key", "", kAll));
  ASSERT_EQ(versions.size(), keys.size());
  for (const KeyVersionPtr& version : versions) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyVersionPtr same, again->FindKey("key", version->version));
    EXPECT_EQ(Text(*same), Text(*version));
    EXPECT_EQ(same->material->private_der().view(), version->material->private_der().view());
  }
}

TEST(VaultRecordsTest, WhatChangesOneKeyWritesOneOrTwoRecords) {
  Stored stored({});
  const VaultPtr vault = stored.environment.CreateVault("busy");
  for (int i = 0; i < 200; ++i) {
    stored.environment.AddKey(vault.get(), absl::StrCat("key", i));
  }
  stored.StartTracking();
  const auto writes_of = [&stored](auto change) {
    const size_t before = stored.records.writes();
    change();
    stored.source.WriteChanges(&stored.records);
    return stored.records.writes() - before;
  };
  TestEnvironment& environment = stored.environment;
  EXPECT_EQ(writes_of([] {}), 0u);
  EXPECT_EQ(writes_of([&] { environment.AddKey(vault.get(), "new"); }), 2u);
  EXPECT_EQ(writes_of([&] { environment.AddKey(vault.get(), "key7"); }), 2u);
  KeyVersionUpdate update;
  update.enabled = false;
  EXPECT_EQ(
      writes_of([&] { LAZULI_ASSERT_OK(vault->UpdateKey(environment.now(), "key7", "", update)); }),
      1u);
  EXPECT_EQ(
      writes_of([&] { LAZULI_ASSERT_OK(vault->DeleteKey(environment.now(), "key8").status()); }),
      1u);
  EXPECT_EQ(writes_of([&] { environment.CreateVault("busy"); }), 1u);
  EXPECT_EQ(stored.records.tables(), MemoryRecords(&stored.source).tables());
}

TEST(VaultRecordsTest, TimesThatPassedWhileNobodyRanEndAtOnceAndInOrder) {
  Stored stored({});
  VaultInput input = TestEnvironment::Input();
  input.retention_days = 7;
  const VaultPtr vault = stored.environment.CreateVault("one", input);
  stored.environment.CreateVault("two", input);
  for (const char* key : {"b", "a"}) {
    stored.environment.AddKey(vault.get(), key);
    LAZULI_ASSERT_OK(vault->DeleteKey(stored.environment.now(), key).status());
  }
  LAZULI_ASSERT_OK(stored.environment.registry().Delete(stored.environment.Context(),
                                                        TestEnvironment::Address("two")));
  const MemoryRecords records(&stored.source);

  Stored restored({});
  restored.environment.AdvanceBy(absl::Hours(24 * 30));
  LAZULI_ASSERT_OK(restored.source.Restore(records));
  EXPECT_EQ(restored.environment.timers(), 3u);
  restored.environment.AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(
      restored.environment.EventTexts(),
      (std::vector<std::string>{"key one/keys/b: Deleted ->  (retention ended)",
                                "key one/keys/a: Deleted ->  (retention ended)",
                                absl::StrCat("vault ", VaultArmId(TestEnvironment::Address("two")),
                                             ": Deleted ->  (retention ended)")}));
}

TEST(VaultRecordsTest, SpoiledRecordsAreRefusedAndNamed) {
  Stored stored(SlowOptions());
  for (uint64_t number = 1; number <= 120; ++number) Mutate(stored.environment, number);
  const VaultPtr vault = stored.environment.CreateVault("rsa");
  NewKeyVersion version;
  version.material = crypto::TestRsaKey();
  LAZULI_ASSERT_OK(
      vault->AddKeyVersion(stored.environment.now(), "key", std::move(version), "ImportKey"));
  const MemoryRecords whole(&stored.source);
  ASSERT_EQ(whole.tables().size(), 5u);
  ExpectSpoiledRecordsAreRefused(whole, 1, [](const RecordReader& records) {
    Stored restored(SlowOptions());
    absl::Status status = restored.source.Restore(records);
    if (status.ok()) {
      restored.environment.AdvanceBy(absl::Hours(24 * 100));
      Everything(restored.environment);
    }
    return status;
  });
}

TEST(VaultRecordsTest, ErrorsShowNothingOfAKey) {
  Stored stored({});
  const VaultPtr vault = stored.environment.CreateVault("rsa");
  NewKeyVersion version;
  version.material = crypto::TestRsaKey();
  LAZULI_ASSERT_OK(
      vault->AddKeyVersion(stored.environment.now(), "key", std::move(version), "ImportKey"));
  MemoryRecords records(&stored.source);
  auto [key, value] = *records.tables().at("keyvault.key_version").begin();
  const std::string der(crypto::TestRsaKey()->private_der().view());
  const size_t at = value.find(der);
  ASSERT_NE(at, std::string::npos);
  value[at + 300] = static_cast<char>(value[at + 300] ^ 1);
  records.Put("keyvault.key_version", key, value);
  Stored restored({});
  const absl::Status status = restored.source.Restore(records);
  EXPECT_EQ(status.message(), absl::StrCat("the record ", key,
                                           " of keyvault.key_version cannot be read: its private "
                                           "key is not the one that was stored"));
}

}  // namespace
}  // namespace lazuli::keyvault
