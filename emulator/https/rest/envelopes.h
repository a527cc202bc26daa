// File: emulator/https/rest/envelopes.h
//
// Errors as the body of an HTTP answer, in the one shape that each plane has. The only place that
// writes them.
#ifndef LAZULI_EMULATOR_HTTPS_REST_ENVELOPES_H_
#define LAZULI_EMULATOR_HTTPS_REST_ENVELOPES_H_

#include <string>

#include "absl/status/status.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/exchange.h"

namespace lazuli::emulator {

// The whole answer for `status`, which is no OK: status line, headers (Retry-After where the error
// names one, at least a second), and the body:
//
// - Key Vault: {"error":{"code","message","innererror":{"code"}}}, without innererror for 401 and
//   404.
// - Batch: {"odata.metadata","code","message":{"lang","value"},"values":[{"key","value"}]}, with
//   lines RequestId and Time after the text.
// - Resource Manager and control: {"error":{"code","message","target","details","innererror"}};
//   the Batch provider adds the same two lines.
//
// URLs and hosts in texts are named as the caller names them.
HttpResponse ErrorAnswer(const Exchange& exchange, const absl::Status& status);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ENVELOPES_H_
