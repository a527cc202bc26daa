// docs/key-vault.md says what the descriptions, the registration and the tests say today.
#include "tests/docs/key_vault_page.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "emulator/server/emulator.h"
#include "gtest/gtest.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

// The work tree itself: the runner links the test's data to the files of the tree.
std::filesystem::path Root() {
  return std::filesystem::canonical(std::filesystem::path(std::getenv("TEST_SRCDIR")) / "lazuli" /
                                    "WORKSPACE")
      .parent_path();
}

class KeyVaultPageTest : public ::testing::Test {
 protected:
  KeyVaultPageTest()
      : emulator_(Must(Emulator::Create(TestOptions()))), shown_(ReadShownOperations(Root())) {}

  const std::unique_ptr<Emulator> emulator_;
  const ShownOperations shown_;
};

TEST_F(KeyVaultPageTest, ThePageIsUpToDate) {
  std::ostringstream page;
  page << std::ifstream(Root() / "docs" / "key-vault.md", std::ios::binary).rdbuf();
  EXPECT_EQ(page.str(), KeyVaultPage(emulator_->methods(), shown_))
      << "docs/key-vault.md is out of date: ./dev docs writes it";
}

TEST_F(KeyVaultPageTest, WhatTestsShowAreOperations) {
  for (const std::string& problem : KeyVaultPageProblems(emulator_->methods(), shown_)) {
    ADD_FAILURE() << problem;
  }
}

}  // namespace
}  // namespace lazuli::emulator
