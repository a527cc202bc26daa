// File: keyvault/release/release_policy.h
//
// Who may have a key released: what a key version keeps of it.
#ifndef LAZULI_KEYVAULT_RELEASE_RELEASE_POLICY_H_
#define LAZULI_KEYVAULT_RELEASE_RELEASE_POLICY_H_

#include <string>

namespace lazuli::keyvault {

struct ReleasePolicy {
  std::string content_type;
  // No other policy ever takes its place.
  bool immutable = false;
  // JSON as the service writes it (NormalizeReleasePolicy).
  std::string data;

  friend bool operator==(const ReleasePolicy&, const ReleasePolicy&) = default;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_RELEASE_POLICY_H_
