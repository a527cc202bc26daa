// File: keyvault/testing/model_run.h
//
// Runs random steps against real vaults and against the model of them, side by side.
#ifndef LAZULI_KEYVAULT_TESTING_MODEL_RUN_H_
#define LAZULI_KEYVAULT_TESTING_MODEL_RUN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "keyvault/testing/step.h"
#include "keyvault/testing/vault_model.h"

namespace lazuli::keyvault {

struct Difference {
  size_t step = 0;  // its index
  std::string text;
};

// The first step that is answered otherwise, or that subscribers are told otherwise of.
std::optional<Difference> Compare(const std::vector<Step>& script, const VaultModel::Rules& rules);

struct ModelRunResult {
  size_t steps = 0;  // taken
  // Empty when all went as the model says; else the shortest script that was found to fail, and
  // how.
  std::vector<Step> script;
  std::string report;
};

// `steps` random ones, the same for the same seed.
ModelRunResult RunModel(uint64_t seed, size_t steps, const VaultModel::Rules& rules);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_MODEL_RUN_H_
