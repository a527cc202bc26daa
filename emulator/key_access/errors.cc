#include "emulator/key_access/errors.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

absl::Status IdentityGoneError(absl::string_view principal_id) {
  ErrorInfo info;
  info.code = "Unauthorized";
  info.inner_code = "IdentityNotFound";
  info.http_status = 401;
  return MakeError(absl::StatusCode::kUnauthenticated,
                   absl::StrCat("The managed identity with object id '", principal_id,
                                "' was deleted; no token can be issued for it."),
                   info);
}

}  // namespace lazuli::emulator
