#include "keyvault/service/provider_operations.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli::keyvault {
namespace {

// In lower case: Azure compares them so, and spells "managedHSMs" in two ways itself.
std::string Row(const std::string& action, bool is_data_action) {
  return absl::StrCat(is_data_action ? "data " : "", absl::AsciiStrToLower(action));
}

TEST(ProviderOperationsTest, WhateverACallNeedsIsListedOnce) {
  v1::OperationListResult list;
  WriteProviderOperations(&list);
  std::set<std::string> listed;
  for (const v1::Operation& operation : list.value()) {
    EXPECT_TRUE(listed.insert(Row(operation.name(), operation.is_data_action())).second)
        << operation.name();
    EXPECT_FALSE(operation.display().resource().empty()) << operation.name();
    EXPECT_FALSE(operation.display().operation().empty()) << operation.name();
    EXPECT_FALSE(operation.display().description().empty()) << operation.name();
  }
  int needed = 0;
  for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor* const service = file->service(i);
      const bool is_data_plane =
          service->options().GetExtension(v1::service).plane() == v1::PLANE_KEY_VAULT_DATA;
      for (int j = 0; j < service->method_count(); ++j) {
        const std::string& action = service->method(j)->options().GetExtension(v1::method).action();
        if (!absl::StartsWith(action, "Microsoft.KeyVault/")) continue;
        ++needed;
        EXPECT_EQ(listed.count(Row(action, is_data_plane)), 1u) << service->method(j)->full_name();
      }
    }
  }
  EXPECT_GT(needed, 50);
}

}  // namespace
}  // namespace lazuli::keyvault
