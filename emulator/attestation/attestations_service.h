// File: emulator/attestation/attestations_service.h
//
// The attestation service of the emulator over control: lazuli.v1.Attestations.
#ifndef LAZULI_EMULATOR_ATTESTATION_ATTESTATIONS_SERVICE_H_
#define LAZULI_EMULATOR_ATTESTATION_ATTESTATIONS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/attestation/attestation_authority.h"
#include "keyvault/crypto/key_pool.h"
#include "proto/attestations.pb.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

// Thread safe.
class AttestationsService {
 public:
  // Both outlive the service.
  AttestationsService(AttestationAuthority* authority, keyvault::crypto::KeyPool* key_pool)
      : authority_(authority), key_pool_(key_pool) {}

  absl::Status IssueAttestation(const CallContext& ctx, const v1::IssueAttestationRequest& request,
                                v1::IssueAttestationResponse* response);
  absl::Status GetAttestationKeys(const CallContext& ctx, const v1::Empty& request,
                                  v1::AttestationKeySet* response);

 private:
  AttestationAuthority* const authority_;
  keyvault::crypto::KeyPool* const key_pool_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ATTESTATION_ATTESTATIONS_SERVICE_H_
