#include "keyvault/service/vault_page.h"

#include <utility>

#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::StatusOr<VaultPageRequest> ReadVaultPage(std::optional<int32_t> top,
                                               absl::string_view skip_token) {
  VaultPageRequest page;
  if (top.has_value()) {
    if (*top < 1) return InvalidVaultPropertyError("$top", "It must be at least 1.");
    page.limit = static_cast<size_t>(*top);
  }
  if (!skip_token.empty()) {
    std::optional<std::string> after = DecodePageToken(skip_token);
    if (!after.has_value()) {
      return InvalidVaultPropertyError("$skiptoken", "It is not a token of this service.");
    }
    page.after = *std::move(after);
  }
  return page;
}

}  // namespace lazuli::keyvault
