// Prints docs/key-vault.md of the tree at the path in its first argument.
#include <cstdio>
#include <memory>
#include <string>

#include "emulator/server/emulator.h"
#include "tests/docs/key_vault_page.h"
#include "tests/support/test_server.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_pages TREE\n");
    return 2;
  }
  using namespace lazuli::emulator;  // NOLINT: a program of five lines
  const std::unique_ptr<Emulator> emulator = Must(Emulator::Create(TestOptions()));
  const std::string page = KeyVaultPage(emulator->methods(), lazuli::ReadShownOperations(argv[1]));
  std::fwrite(page.data(), 1, page.size(), stdout);
  return 0;
}
