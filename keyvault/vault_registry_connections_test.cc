// Private endpoint connections.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/limits.h"
#include "keyvault/private_endpoint.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

class VaultRegistryConnectionsTest : public ::testing::Test {
 protected:
  VaultRegistryConnectionsTest() { env_.CreateVault("kv1"); }

  absl::StatusOr<PrivateEndpointConnection> Put(const std::string& name,
                                                const PrivateEndpointConnectionInput& input) {
    return env_.registry().PutPrivateEndpointConnection(env_.Context(), address_, name, input);
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const VaultRecordPtr vault = *env_.registry().Get(address_);
    for (const auto& connection : vault->private_endpoint_connections) {
      names.push_back(connection.name);
    }
    return names;
  }

  TestEnvironment env_;
  const VaultAddress address_ = TestEnvironment::Address("kv1");
};

TEST_F(VaultRegistryConnectionsTest, APutMakesOrChangesAConnection) {
  PrivateEndpointConnectionInput input;
  input.endpoint_id = "/subscriptions/s/pe";
  const absl::StatusOr<PrivateEndpointConnection> made = Put("Pec", input);
  LAZULI_ASSERT_OK(made.status());
  EXPECT_EQ(made->status, PrivateEndpointStatus::kPending);
  EXPECT_EQ(made->endpoint_id, "/subscriptions/s/pe");

  PrivateEndpointConnectionInput approval;
  approval.status = "approved";
  approval.description = "fine";
  const absl::StatusOr<PrivateEndpointConnection> approved = Put("pec", approval);
  LAZULI_ASSERT_OK(approved.status());
  EXPECT_EQ(approved->name, "Pec");
  EXPECT_EQ(approved->status, PrivateEndpointStatus::kApproved);
  EXPECT_EQ(approved->endpoint_id, "/subscriptions/s/pe");
  EXPECT_EQ(*env_.registry().GetPrivateEndpointConnection(address_, "PEC"), *approved);
}

TEST_F(VaultRegistryConnectionsTest, ConnectionsAreKeptByName) {
  for (const char* name : {"b", "C", "a"}) LAZULI_ASSERT_OK(Put(name, {}).status());
  EXPECT_THAT(Names(), ElementsAre("a", "b", "C"));
  const absl::StatusOr<PrivateEndpointConnection> deleted =
      env_.registry().DeletePrivateEndpointConnection(env_.Context(), address_, "B");
  LAZULI_ASSERT_OK(deleted.status());
  EXPECT_EQ(deleted->name, "b");
  EXPECT_THAT(Names(), ElementsAre("a", "C"));
  EXPECT_THAT(env_.registry().DeletePrivateEndpointConnection(env_.Context(), address_, "b"),
              ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(env_.registry().GetPrivateEndpointConnection(address_, "b"),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(VaultRegistryConnectionsTest, WhatCannotBeIsRefusedAndChangesNothing) {
  PrivateEndpointConnectionInput bad;
  bad.status = "Maybe";
  EXPECT_THAT(Put("pec", bad), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(Put("p/c", {}), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(Put(std::string(limits::keyvault::kMaxConnectionNameLength + 1, 'x'), {}),
              ErrorCodeIs("BadRequest"));
  PrivateEndpointConnectionInput wordy;
  wordy.description = std::string(limits::keyvault::kMaxConnectionTextLength + 1, 'x');
  EXPECT_THAT(Put("pec", wordy), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(Names(), ElementsAre());
  EXPECT_THAT(env_.registry().PutPrivateEndpointConnection(
                  env_.Context(), TestEnvironment::Address("other"), "pec", {}),
              ErrorCodeIs("ResourceNotFound"));

  for (size_t i = 0; i < limits::keyvault::kMaxPrivateEndpointConnections; ++i) {
    LAZULI_ASSERT_OK(Put(absl::StrCat("pec", i), {}).status());
  }
  EXPECT_THAT(Put("one-more", {}), ErrorCodeIs("BadRequest"));
  LAZULI_EXPECT_OK(Put("pec0", {}).status());
}

}  // namespace
}  // namespace lazuli::keyvault
