// File: emulator/arm/subscriptions_service.h
//
// Subscriptions on the wire: lazuli.v1.Subscriptions.
#ifndef LAZULI_EMULATOR_ARM_SUBSCRIPTIONS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_SUBSCRIPTIONS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_evaluator.h"
#include "proto/common.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {

// Thread safe. The pointers outlive the service. Whether the caller may is the dispatcher's
// business, but for the list, which shows what the caller may read.
class SubscriptionsService {
 public:
  SubscriptionsService(ResourceDirectory* resources, const RoleEvaluator* roles);

  absl::Status CreateSubscription(const CallContext& context,
                                  const v1::CreateSubscriptionRequest& request,
                                  v1::Subscription* response);
  absl::Status GetSubscription(const CallContext& context,
                               const v1::GetSubscriptionRequest& request,
                               v1::Subscription* response);
  absl::Status ListSubscriptions(const CallContext& context, const v1::Empty& request,
                                 v1::ListSubscriptionsResponse* response);

 private:
  ResourceDirectory* const resources_;
  const RoleEvaluator* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_SUBSCRIPTIONS_SERVICE_H_
