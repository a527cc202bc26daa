// File: tests/docs/key_vault_page.h
//
// docs/key-vault.md: every operation on vaults and what is in them, as the description of the API,
// the registration of its methods and the tests tell.
#ifndef LAZULI_TESTS_DOCS_KEY_VAULT_PAGE_H_
#define LAZULI_TESTS_DOCS_KEY_VAULT_PAGE_H_

#include <string>
#include <vector>

#include "emulator/dispatch/method_registry.h"
#include "tests/docs/shown_operations.h"

namespace lazuli::emulator {

// The page's text.
std::string KeyVaultPage(const MethodRegistry& methods, const ShownOperations& shown);

// What is wrong with the tests' words: one of them shows what is no operation. Empty: nothing.
std::vector<std::string> KeyVaultPageProblems(const MethodRegistry& methods,
                                              const ShownOperations& shown);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_DOCS_KEY_VAULT_PAGE_H_
