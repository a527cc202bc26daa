// File: emulator/https/batch_auth/string_to_sign.h
//
// What a SharedKey signature to the Batch service is made over.
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_STRING_TO_SIGN_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_STRING_TO_SIGN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"

namespace lazuli::emulator {

// The texts that clients may have signed for this request, without repetitions; never empty. The
// first is the one of the documentation (Batch REST reference, "Authenticate Requests to Azure
// Batch"):
//
//   VERB, and the values of Content-Encoding, Content-Language, Content-Length, Content-MD5,
//   Content-Type, Date, If-Modified-Since, If-Match, If-None-Match, If-Unmodified-Since and Range,
//   each with a line end; a line "name:value" for each header ocp-*, sorted; then "/account" and
//   the path as it was sent; then, before each a line end, "name:value" of the decoded query,
//   sorted by names in lower case, values of one name joined by commas.
//
// The others differ as official clients do: a length of 0 is signed as 0 or not at all, whether or
// not a header says it; of a repeated name only the first value counts, and empty values are left
// out.
std::vector<std::string> StringsToSign(const HttpRequest& request, const HttpTarget& target,
                                       absl::string_view account);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_STRING_TO_SIGN_H_
