// File: tests/support/parity_vault_steps.h
//
// Steps of parity_steps.h about what Microsoft.KeyVault has beside vaults.
#ifndef LAZULI_TESTS_SUPPORT_PARITY_VAULT_STEPS_H_
#define LAZULI_TESTS_SUPPORT_PARITY_VAULT_STEPS_H_

#include <vector>

#include "tests/support/parity_steps.h"

namespace lazuli::emulator {

// Managed HSMs, private endpoint connections, and keys as resources. The vault kv1 is there, with a
// key "rsa". The texts are not expanded yet.
void AddVaultResourceSteps(std::vector<ParityStep>* steps);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_PARITY_VAULT_STEPS_H_
