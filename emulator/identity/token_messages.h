// File: emulator/identity/token_messages.h
//
// An issued token as a message.
#ifndef LAZULI_EMULATOR_IDENTITY_TOKEN_MESSAGES_H_
#define LAZULI_EMULATOR_IDENTITY_TOKEN_MESSAGES_H_

#include <cstdint>

#include "absl/time/time.h"
#include "emulator/identity/token_issuer.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {

inline void FillTokenResponse(const IssuedToken& token, v1::IssueTokenResponse* response) {
  const int64_t seconds = absl::ToInt64Seconds(token.lifetime);
  response->set_token_type("Bearer");
  response->set_expires_in(seconds);
  response->set_ext_expires_in(seconds);
  response->set_access_token(token.token);
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TOKEN_MESSAGES_H_
