// File: keyvault/vault_state.h
//
// What has to be kept of vaults and their objects so that another process can go on where one
// ended.
#ifndef LAZULI_KEYVAULT_VAULT_STATE_H_
#define LAZULI_KEYVAULT_VAULT_STATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// Of a name that a vault has or once had.
struct VaultNameState {
  // With its name space (QualifiedName), as the vault spells it; in lower case when it is free.
  std::string name;
  // How many vaults there were before that of the name, or before the next one when it is free.
  uint64_t incarnation = 0;
  // Live or deleted; null: the name is free. Its purge_timer means nothing in another process.
  VaultRecordPtr record;
};

// Of a name that an object of a vault has or once had. The versions are told one by one.
template <typename Traits>
struct ObjectNameState {
  std::string name;  // as the object spells it; in lower case when it is free
  uint64_t versions_made = 0;
  ObjectState state = ObjectState::kAbsent;
  // Of an object that is there.
  std::string latest;  // a version
  typename Traits::NameData data;
  // Of one that is being deleted, deleted, or being recovered or purged.
  absl::Time deleted_date;
  absl::Time scheduled_purge_date;
  // What ends the present state; 0: nothing does.
  uint64_t step = 0;
  absl::Time step_due;
};

using KeyNameState = ObjectNameState<KeyTraits>;
using SecretNameState = ObjectNameState<SecretTraits>;
using CertificateNameState = ObjectNameState<CertificateTraits>;

// Is told what there is. Names and versions that are given beside the state are in lower case;
// those of vaults are with their name spaces.
class VaultStateSink {
 public:
  virtual ~VaultStateSink() = default;

  virtual void OnVault(absl::string_view vault, const VaultNameState& state) = 0;
  // A null state, here and below: there is nothing to keep any more.
  virtual void OnName(absl::string_view vault, absl::string_view key,
                      const KeyNameState* state) = 0;
  virtual void OnName(absl::string_view vault, absl::string_view secret,
                      const SecretNameState* state) = 0;
  virtual void OnName(absl::string_view vault, absl::string_view certificate,
                      const CertificateNameState* state) = 0;
  virtual void OnVersion(absl::string_view vault, absl::string_view key, absl::string_view version,
                         const KeyVersion* state) = 0;
  virtual void OnVersion(absl::string_view vault, absl::string_view secret,
                         absl::string_view version, const SecretVersion* state) = 0;
  virtual void OnVersion(absl::string_view vault, absl::string_view certificate,
                         absl::string_view version, const CertificateVersion* state) = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_STATE_H_
