// File: emulator/arm/subscriptions_service.cc
#include "emulator/arm/subscriptions_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace lazuli::emulator {
namespace {

void Fill(const Subscription& subscription, v1::Subscription* message) {
  message->set_id(absl::StrCat("/subscriptions/", subscription.subscription_id));
  message->set_subscription_id(subscription.subscription_id);
  message->set_tenant_id(subscription.tenant_id);
  message->set_display_name(subscription.display_name);
  message->set_state("Enabled");
  v1::Subscription::Policies* const policies = message->mutable_subscription_policies();
  policies->set_location_placement_id("Public_2014-09-01");
  policies->set_quota_id("PayAsYouGo_2014-09-01");
  policies->set_spending_limit("Off");
  message->set_authorization_source("RoleBased");
}

}  // namespace

SubscriptionsService::SubscriptionsService(ResourceDirectory* resources, const RoleEvaluator* roles)
    : resources_(resources), roles_(roles) {}

absl::Status SubscriptionsService::CreateSubscription(const CallContext&,
                                                      const v1::CreateSubscriptionRequest& request,
                                                      v1::Subscription* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const Subscription subscription,
      resources_->CreateOrUpdateSubscription(request.subscription_id(), request.tenant_id(),
                                             request.display_name()));
  Fill(subscription, response);
  return absl::OkStatus();
}

absl::Status SubscriptionsService::GetSubscription(const CallContext&,
                                                   const v1::GetSubscriptionRequest& request,
                                                   v1::Subscription* response) {
  LAZULI_ASSIGN_OR_RETURN(const Subscription subscription,
                          resources_->GetSubscription(request.subscription_id()));
  Fill(subscription, response);
  return absl::OkStatus();
}

absl::Status SubscriptionsService::ListSubscriptions(const CallContext& context, const v1::Empty&,
                                                     v1::ListSubscriptionsResponse* response) {
  for (const Subscription& subscription : resources_->ListSubscriptions()) {
    if (subscription.tenant_id != context.caller.tenant_id) continue;
    const std::string scope = absl::StrCat("/subscriptions/", subscription.subscription_id);
    if (roles_->IsAllowed(context.caller, scope, "Microsoft.Resources/subscriptions/read",
                          /*is_data_action=*/false)) {
      Fill(subscription, response->add_value());
    }
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
