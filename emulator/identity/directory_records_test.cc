#include "emulator/identity/directory_records.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/memory_records.h"
#include "base/random.h"
#include "base/spoiled_records.h"
#include "base/status_matchers.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/test_keys.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr char kSecret[] = "correct horse battery staple";

struct Stored {
  explicit Stored(absl::string_view admin_secret = kWellKnownAdminSecret)
      : directory(IdDeriver(7), &clock, &events, admin_secret) {}

  void StartTracking() {
    source.WriteAll(&records);
    source.StartTracking();
  }

  ManualClock clock{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events{10'000};
  Directory directory;
  DirectoryRecords source{&directory};
  MemoryRecords records;
};

// Everything that callers see, and whether the secret is still right.
std::string Everything(const Directory& directory) {
  std::string text;
  for (const Tenant& tenant : directory.ListTenants()) {
    absl::StrAppend(&text, tenant.tenant_id, " ", tenant.display_name, "\n");
  }
  for (const Principal::Ptr& principal : directory.ListPrincipals()) {
    const Principal::Ptr by_app = directory.FindByAppId(principal->tenant_id, principal->app_id);
    absl::StrAppend(&text, PrincipalTypeName(principal->type), " ", principal->tenant_id, " ",
                    principal->object_id, " ", principal->app_id, " ", principal->display_name, " ",
                    principal->resource_id, " ", by_app == principal, " ",
                    directory.CheckSecret(principal->object_id, kSecret),
                    directory.CheckSecret(principal->object_id, ""));
    if (principal->type == PrincipalType::kUserAssignedIdentity) {
      const auto found = directory.FindUserAssigned(principal->resource_id);
      absl::StrAppend(&text, " ", found.ok() ? found->principal_id : "missing");
    }
    for (const KeyCredential::Ptr& key : directory.KeyCredentials(principal->object_id)) {
      absl::StrAppend(&text, " ", key->thumbprint(), key->is_certificate(),
                      absl::FormatTime(key->not_after()));
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

std::string Resource(uint64_t number) {
  return absl::StrCat("/subscriptions/s/resourceGroups/G/providers/P/things/Thing", number % 3);
}

// One of the principals, the administrator among them.
std::string SomePrincipal(const Directory& directory, RandomStream& random) {
  const std::vector<Principal::Ptr> principals = directory.ListPrincipals();
  return principals[random.NextBelow(principals.size())]->object_id;
}

std::string SomeTenant(const Directory& directory, RandomStream& random) {
  const std::vector<Tenant> tenants = directory.ListTenants();
  return tenants[random.NextBelow(tenants.size())].tenant_id;
}

// One change, or none where the state refuses it: the same at the same state.
void Mutate(Directory& directory, uint64_t number) {
  RandomStream random(number, "mutation");
  const uint64_t kind = random.NextBelow(12);
  switch (kind) {
    case 0:
      directory.CreateTenant("", absl::StrCat("Tenant ", number)).status().IgnoreError();
      break;
    case 1:
      directory.DeleteTenant(SomeTenant(directory, random)).IgnoreError();
      break;
    case 2:
    case 3:
    case 4: {
      ServicePrincipalSpec spec;
      spec.tenant_id = SomeTenant(directory, random);
      spec.display_name = absl::StrCat("app ", number % 5);
      spec.client_secret = kSecret;
      if (random.NextBelow(4) == 0) {
        spec.object_id = absl::StrCat("AAAAAAAA-0000-4000-8000-00000000000", number % 10);
      }
      directory.CreateServicePrincipal(spec).status().IgnoreError();
      break;
    }
    case 5:
    case 6:
      directory.DeleteServicePrincipal(SomePrincipal(directory, random)).IgnoreError();
      break;
    case 7: {
      const absl::string_view pems[] = {kTestRsaCertificate, kTestEcPublicKey, kTestEcCertificate};
      LAZULI_ASSERT_OK_AND_ASSIGN(KeyCredential::Ptr credential,
                                  KeyCredential::Parse(pems[random.NextBelow(3)]));
      directory.AddKeyCredential(SomePrincipal(directory, random), std::move(credential))
          .IgnoreError();
      break;
    }
    case 8: {
      const std::string of = SomePrincipal(directory, random);
      const std::vector<KeyCredential::Ptr> keys = directory.KeyCredentials(of);
      if (keys.empty()) break;
      LAZULI_EXPECT_OK(directory.RemoveKeyCredential(of, keys[0]->thumbprint()));
      break;
    }
    case 9:
      directory.CreateUserAssigned(Resource(number), SomeTenant(directory, random))
          .status()
          .IgnoreError();
      break;
    case 10:
      directory.CreateSystemAssigned(Resource(number), SomeTenant(directory, random))
          .status()
          .IgnoreError();
      break;
    case 11:
      directory.DeleteUserAssigned(Resource(number));
      directory.DeleteSystemAssigned(Resource(number + 1));
      break;
  }
}

class RandomDirectoryRecordsTest : public testing::TestWithParam<int> {};

TEST_P(RandomDirectoryRecordsTest, AnotherProcessGoesOnWhereOneEnded) {
  Stored stored;
  uint64_t number = static_cast<uint64_t>(GetParam()) * 100'000;
  for (int i = 0; i < 20; ++i) Mutate(stored.directory, ++number);
  stored.StartTracking();
  for (int i = 0; i < 200; ++i) {
    Mutate(stored.directory, ++number);
    if (i % 3 == 0) stored.source.WriteChanges(&stored.records);
    if (i % 60 != 0) continue;
    EXPECT_EQ(stored.records.tables(), MemoryRecords(&stored.source).tables());
  }
  stored.source.WriteChanges(&stored.records);
  ASSERT_EQ(stored.records.tables(), MemoryRecords(&stored.source).tables());

  Stored restored;
  LAZULI_ASSERT_OK(restored.source.Restore(stored.records));
  EXPECT_EQ(Everything(restored.directory), Everything(stored.directory));
  EXPECT_EQ(MemoryRecords(&restored.source).tables(), stored.records.tables());
  EXPECT_EQ(restored.events.last_sequence(), 0u) << "restoring is no event";

  for (int i = 0; i < 150; ++i) {
    Mutate(stored.directory, ++number);
    Mutate(restored.directory, number);
    ASSERT_EQ(Everything(restored.directory), Everything(stored.directory)) << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDirectoryRecordsTest, testing::Range(0, 10));

TEST(DirectoryRecordsTest, SecretsAreInNoRecord) {
  Stored stored("the secret of the operator");
  ServicePrincipalSpec spec;
  spec.display_name = "app";
  spec.client_secret = kSecret;
  LAZULI_ASSERT_OK(stored.directory.CreateServicePrincipal(spec));
  const MemoryRecords records(&stored.source);
  for (const auto& [table, rows] : records.tables()) {
    for (const auto& [key, value] : rows) {
      EXPECT_FALSE(absl::StrContains(value, kSecret)) << table << " " << key;
      EXPECT_FALSE(absl::StrContains(value, "the secret of the operator")) << table << " " << key;
    }
  }
}

// Else an old store would open what a new secret was to close.
TEST(DirectoryRecordsTest, TheAdministratorsSecretIsTheOneOfThisProcess) {
  Stored stored("before");
  Stored restored("after");
  LAZULI_ASSERT_OK(restored.source.Restore(MemoryRecords(&stored.source)));
  EXPECT_TRUE(restored.directory.CheckSecret(kAdminObjectId, "after"));
  EXPECT_FALSE(restored.directory.CheckSecret(kAdminObjectId, "before"));
}

TEST(DirectoryRecordsTest, AnIdThatWasGivenIsNeverGivenAgain) {
  Stored stored;
  ServicePrincipalSpec spec;
  spec.display_name = "app";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal gone,
                              stored.directory.CreateServicePrincipal(spec));
  LAZULI_ASSERT_OK(stored.directory.DeleteServicePrincipal(gone.principal->object_id));
  Stored restored;
  LAZULI_ASSERT_OK(restored.source.Restore(MemoryRecords(&stored.source)));
  spec.object_id = gone.principal->object_id;
  EXPECT_FALSE(restored.directory.CreateServicePrincipal(spec).ok());
  spec.object_id.clear();
  LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal next,
                              restored.directory.CreateServicePrincipal(spec));
  EXPECT_NE(next.principal->object_id, gone.principal->object_id);
}

TEST(DirectoryRecordsTest, SpoiledRecordsAreRefusedAndNamed) {
  Stored stored;
  for (uint64_t number = 1; number <= 80; ++number) Mutate(stored.directory, number);
  const MemoryRecords whole(&stored.source);
  ASSERT_EQ(whole.tables().size(), 3u);
  ExpectSpoiledRecordsAreRefused(whole, 1, [](const RecordReader& records) {
    Stored restored;
    absl::Status status = restored.source.Restore(records);
    if (status.ok()) {
      Everything(restored.directory);
      for (uint64_t number = 1; number <= 5; ++number) Mutate(restored.directory, number);
    }
    return status;
  });
}

}  // namespace
}  // namespace lazuli::emulator
