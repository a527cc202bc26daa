#include "emulator/dispatch/path_template.h"

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

TEST(PathTemplateTest, FieldsBecomeTheRequestsValues) {
  const auto path = PathTemplate::Compile(
      "/subscriptions/{subscription_id}/vaults/{vault_name}/keys", *v1::VaultRequest::descriptor());
  LAZULI_ASSERT_OK(path);
  v1::VaultRequest request;
  request.set_subscription_id("S");
  request.set_vault_name("V");
  EXPECT_EQ(path->Expand(request), "/subscriptions/S/vaults/V/keys");
  ASSERT_EQ(path->fields().size(), 2u);
  EXPECT_EQ(path->fields()[1]->name(), "vault_name");
}

TEST(PathTemplateTest, AnAbsentFieldIsEmpty) {
  const auto path = PathTemplate::Compile("{vault_name}/x", *v1::VaultRequest::descriptor());
  LAZULI_ASSERT_OK(path);
  EXPECT_EQ(path->Expand(v1::VaultRequest()), "/x");
}

TEST(PathTemplateTest, WhatTheRequestLacksIsADefect) {
  for (const char* text : {"/{no_such_field}", "/{parameters}", "/{vault_name"}) {
    EXPECT_EQ(
        PathTemplate::Compile(text, *v1::CreateOrUpdateVaultRequest::descriptor()).status().code(),
        absl::StatusCode::kInternal)
        << text;
  }
}

}  // namespace
}  // namespace lazuli::emulator
