#include "emulator/https/rest/api_versions.h"

#include "absl/status/status.h"
#include "base/call_context.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "proto/api_version.h"
#include "proto/batch_pools.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

struct Services {
  absl::Status GetKey(const CallContext&, const v1::GetKeyRequest&, v1::KeyBundle*) {
    return absl::OkStatus();
  }
  absl::Status GetVault(const CallContext&, const v1::VaultRequest&, v1::Vault*) {
    return absl::OkStatus();
  }
  absl::Status GetPool(const CallContext&, const v1::PoolRequest&, v1::CloudPool*) {
    return absl::OkStatus();
  }
};

class ApiVersionsTest : public ::testing::Test {
 protected:
  ApiVersionsTest() {
    registry_.Add("lazuli.v1.Keys/GetKey", &services_, &Services::GetKey);
    registry_.Add("lazuli.v1.Vaults/GetVault", &services_, &Services::GetVault);
    registry_.Add("lazuli.v1.Pools/GetPool", &services_, &Services::GetPool);
  }

  Services services_;
  MethodRegistry registry_;
};

TEST(LooksLikeDateTest, TakesDatesAndTheirSuffixes) {
  for (const char* version :
       {"2022-10-01", "2022-10-01-preview", "2022-10-01.16.0", "2015-06-01-privatepreview2"}) {
    EXPECT_TRUE(LooksLikeDate(version)) << version;
  }
  for (const char* version : {"", "2022-10-1", "7.4", "2022-10-01x", "2022-10-01-", "2022/10/01",
                              "2022-10-01- x", "2022-10-01-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(LooksLikeDate(version)) << version;
  }
}

TEST_F(ApiVersionsTest, AVaultKnowsItsVersionsInTheirOrder) {
  const ApiVersions versions(registry_);
  int last = -1;
  for (const char* version :
       {"2016-10-01", "7.0", "7.2", "7.4-preview.1", "7.4", "7.6", "2025-07-01"}) {
    const absl::StatusOr<int> rank = versions.Check(v1::PLANE_KEY_VAULT_DATA, version);
    LAZULI_ASSERT_OK(rank);
    EXPECT_GT(*rank, last) << version;
    last = *rank;
  }
  EXPECT_EQ(*versions.Check(v1::PLANE_KEY_VAULT_DATA, "7.4-PREVIEW.1"),
            *versions.Check(v1::PLANE_KEY_VAULT_DATA, "7.4-preview.1"));
  EXPECT_EQ(*versions.Check(v1::PLANE_KEY_VAULT_DATA, "7.3-preview"),
            ApiVersionPlace(*v1::KeyBundle::descriptor()->file(), "7.3-preview"));
}

TEST_F(ApiVersionsTest, EachPlaneRefusesInItsOwnWords) {
  const ApiVersions versions(registry_);
  EXPECT_THAT(versions.Check(v1::PLANE_KEY_VAULT_DATA, "2022-10-01"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(versions.Check(v1::PLANE_KEY_VAULT_DATA, ""), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(versions.Check(v1::PLANE_RESOURCE_MANAGER, ""),
              ErrorCodeIs("MissingApiVersionParameter"));
  EXPECT_THAT(versions.Check(v1::PLANE_RESOURCE_MANAGER, "7.4"),
              ErrorCodeIs("InvalidApiVersionParameter"));
  EXPECT_THAT(versions.Check(v1::PLANE_BATCH_DATA, ""),
              ErrorCodeIs("MissingRequiredQueryParameter"));
  EXPECT_THAT(versions.Check(v1::PLANE_BATCH_DATA, "x"), ErrorCodeIs("UnsupportedRequestVersion"));
}

TEST_F(ApiVersionsTest, DatesAndControlNeedNoList) {
  const ApiVersions versions(registry_);
  EXPECT_EQ(*versions.Check(v1::PLANE_RESOURCE_MANAGER, "1999-01-01"), kEveryApiVersion);
  EXPECT_EQ(*versions.Check(v1::PLANE_BATCH_DATA, "2022-10-01.16.0"), kEveryApiVersion);
  EXPECT_EQ(*versions.Check(v1::PLANE_CONTROL, ""), kEveryApiVersion);
}

}  // namespace
}  // namespace lazuli::emulator
