// File: emulator/identity/tokens_service.h
//
// Sign-in: lazuli.v1.Tokens.
#ifndef LAZULI_EMULATOR_IDENTITY_TOKENS_SERVICE_H_
#define LAZULI_EMULATOR_IDENTITY_TOKENS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/token_issuer.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {

// Thread safe. The pointers outlive the service.
class TokensService {
 public:
  TokensService(const Directory* directory, const TokenIssuer* issuer);

  // A wrong client id and a wrong secret are told apart, as Azure does.
  absl::Status IssueToken(const CallContext& context, const v1::IssueTokenRequest& request,
                          v1::IssueTokenResponse* response) const;

 private:
  const Directory* const directory_;
  const TokenIssuer* const issuer_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TOKENS_SERVICE_H_
