// File: emulator/arm/identities_service.h
//
// User-assigned identities on the wire: lazuli.v1.UserAssignedIdentities.
#ifndef LAZULI_EMULATOR_ARM_IDENTITIES_SERVICE_H_
#define LAZULI_EMULATOR_ARM_IDENTITIES_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/arm/user_assigned_identities.h"
#include "proto/common.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {

// Thread safe. `identities` outlives the service.
class IdentitiesService {
 public:
  explicit IdentitiesService(UserAssignedIdentities* identities);

  absl::Status CreateOrUpdateIdentity(const CallContext& context,
                                      const v1::CreateOrUpdateIdentityRequest& request,
                                      v1::Identity* response);
  absl::Status GetIdentity(const CallContext& context, const v1::IdentityRequest& request,
                           v1::Identity* response);
  absl::Status ListIdentities(const CallContext& context, const v1::ListIdentitiesRequest& request,
                              v1::ListIdentitiesResponse* response);
  absl::Status UpdateIdentity(const CallContext& context, const v1::UpdateIdentityRequest& request,
                              v1::Identity* response);
  absl::Status ListIdentitiesBySubscription(const CallContext& context,
                                            const v1::ListIdentitiesBySubscriptionRequest& request,
                                            v1::ListIdentitiesResponse* response);
  // No error if there is none, as in Azure.
  absl::Status DeleteIdentity(const CallContext& context, const v1::IdentityRequest& request,
                              v1::Empty* response);

 private:
  UserAssignedIdentities* const identities_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_IDENTITIES_SERVICE_H_
