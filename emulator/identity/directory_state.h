// File: emulator/identity/directory_state.h
//
// What has to be kept of a directory so that another process can go on where one ended.
#ifndef LAZULI_EMULATOR_IDENTITY_DIRECTORY_STATE_H_
#define LAZULI_EMULATOR_IDENTITY_DIRECTORY_STATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/identity/client_secret.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {

// Of an object id.
struct PrincipalState {
  // Null: deleted; the id is never given again.
  Principal::Ptr principal;
  ClientSecret secret;
  std::vector<KeyCredential::Ptr> keys = {};
};

// Is told what there is.
class DirectoryStateSink {
 public:
  virtual ~DirectoryStateSink() = default;

  // Null: deleted.
  virtual void OnTenant(const std::string& tenant_id, const Tenant* tenant) = 0;
  virtual void OnPrincipal(const std::string& object_id, const PrincipalState& state) = 0;
  // The number that the next id of `kind` below `parent` is derived from.
  virtual void OnOrdinal(const std::string& parent, const std::string& kind, uint64_t next) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_DIRECTORY_STATE_H_
