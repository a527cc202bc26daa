// File: keyvault/service/vault_page.h
//
// Pages of resources: $top and $skiptoken.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULT_PAGE_H_
#define LAZULI_KEYVAULT_SERVICE_VAULT_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/object_attributes.h"
#include "keyvault/service/page_token.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// Which part of a list is asked for: at most `limit` of what follows `after`.
struct VaultPageRequest {
  std::string after;
  size_t limit = std::numeric_limits<size_t>::max();
};

// InvalidVaultPropertyError for a size below 1 and for what is no token of EncodePageToken.
absl::StatusOr<VaultPageRequest> ReadVaultPage(std::optional<int32_t> top,
                                               absl::string_view skip_token);

// For requests that have both.
template <typename Request>
absl::StatusOr<VaultPageRequest> ReadVaultPage(const Request& request) {
  return ReadVaultPage(request.has_top() ? std::optional<int32_t>(request.top()) : std::nullopt,
                       request.skip_token());
}

// Writes each item by `write`, into a member of `value`, and where the next page begins.
template <typename Write, typename Response>
void WriteVaultPage(const Page<VaultRecordPtr>& page, const Write& write, Response* response) {
  for (const VaultRecordPtr& record : page.items) write(*record, response->add_value());
  if (page.more) response->set_next_link(EncodePageToken(page.items.back()->name()));
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULT_PAGE_H_
