// File: emulator/arm/providers_service.h
//
// Resource providers on the wire: lazuli.v1.Providers.
#ifndef LAZULI_EMULATOR_ARM_PROVIDERS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_PROVIDERS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "proto/common.pb.h"
#include "proto/resource_providers.pb.h"

namespace lazuli::emulator {

// Thread safe. The dispatcher has checked that the subscription exists. Every provider is
// registered in every subscription.
class ProvidersService {
 public:
  absl::Status ListProviders(const CallContext& context, const v1::ListProvidersRequest& request,
                             v1::ListProvidersResponse* response) const;
  absl::Status GetProvider(const CallContext& context, const v1::ProviderRequest& request,
                           v1::Provider* response) const;
  absl::Status RegisterProvider(const CallContext& context, const v1::ProviderRequest& request,
                                v1::Provider* response) const;
  absl::Status ListTenantProviders(const CallContext& context, const v1::Empty& request,
                                   v1::ListProvidersResponse* response) const;
  absl::Status GetTenantProvider(const CallContext& context,
                                 const v1::TenantProviderRequest& request,
                                 v1::Provider* response) const;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_PROVIDERS_SERVICE_H_
