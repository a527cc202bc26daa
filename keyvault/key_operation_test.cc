#include "keyvault/key_operation.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

TEST(KeyOperationTest, PermissionsThatUseTheMaterialHaveAnOperation) {
  const struct {
    const char* permission;
    std::optional<KeyOperation> operation;
  } cases[] = {
      {"encrypt", KeyOperation::kEncrypt},
      {"decrypt", KeyOperation::kDecrypt},
      {"sign", KeyOperation::kSign},
      {"verify", KeyOperation::kVerify},
      {"wrapKey", KeyOperation::kWrapKey},
      {"WRAPKEY", KeyOperation::kWrapKey},
      {"unwrapkey", KeyOperation::kUnwrapKey},
      {"get", std::nullopt},
      {"import", std::nullopt},
      {"all", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(KeyOperationOf(c.permission), c.operation) << c.permission;
}

TEST(KeyOperationTest, DefaultsComeInTheServicesOrder) {
  EXPECT_THAT(DefaultKeyOperations(crypto::KeyType::kRsaHsm),
              ElementsAre(KeyOperation::kEncrypt, KeyOperation::kDecrypt, KeyOperation::kSign,
                          KeyOperation::kVerify, KeyOperation::kWrapKey, KeyOperation::kUnwrapKey));
  EXPECT_THAT(DefaultKeyOperations(crypto::KeyType::kEc),
              ElementsAre(KeyOperation::kSign, KeyOperation::kVerify));
}

TEST(KeyOperationTest, WhatReadsOldDataWorksOutsideTheValidity) {
  const struct {
    KeyOperation operation;
    const char* name;
    bool exempt;
  } cases[] = {
      {KeyOperation::kEncrypt, "encrypt", false}, {KeyOperation::kDecrypt, "decrypt", true},
      {KeyOperation::kSign, "sign", false},       {KeyOperation::kVerify, "verify", true},
      {KeyOperation::kWrapKey, "wrapKey", false}, {KeyOperation::kUnwrapKey, "unwrapKey", true},
      {KeyOperation::kImport, "import", false},   {KeyOperation::kExport, "export", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(WorksOutsideValidity(c.operation), c.exempt) << c.name;
    EXPECT_EQ(KeyOperationName(c.operation), c.name);
  }
}

}  // namespace
}  // namespace lazuli::keyvault
