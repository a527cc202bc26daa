// File: keyvault/testing/version_numbers.h
//
// Ids of versions as numbers that mean the same in every run.
#ifndef LAZULI_KEYVAULT_TESTING_VERSION_NUMBERS_H_
#define LAZULI_KEYVAULT_TESTING_VERSION_NUMBERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// Counts the versions of each object from 1, in the order in which they are first heard of. An
// object is told by its vault, its kind as URLs spell it ("keys") and its name. Not thread safe.
class VersionNumbers {
 public:
  // Nothing if the version is known.
  void Learn(absl::string_view vault, absl::string_view kind, absl::string_view name,
             absl::string_view version);
  // Of a version that is not known, one that there is not.
  std::string IdOf(absl::string_view vault, absl::string_view kind, absl::string_view name,
                   int number) const;
  // Of "https://VAULT.vault.azure.net/KIND/NAME/VERSION"; negative for what is not known.
  int NumberOf(absl::string_view id) const;

 private:
  std::map<std::string, std::vector<std::string>> versions_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_VERSION_NUMBERS_H_
