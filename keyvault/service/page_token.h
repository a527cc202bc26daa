// File: keyvault/service/page_token.h
//
// $skiptoken: where the next page of a listing begins. Opaque to clients.
#ifndef LAZULI_KEYVAULT_SERVICE_PAGE_TOKEN_H_
#define LAZULI_KEYVAULT_SERVICE_PAGE_TOKEN_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// The token of the page that follows the item called `last`.
std::string EncodePageToken(absl::string_view last);
// The inverse; nullopt when `token` is none that was given out.
std::optional<std::string> DecodePageToken(absl::string_view token);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_PAGE_TOKEN_H_
