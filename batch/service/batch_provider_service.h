// File: batch/service/batch_provider_service.h
//
// What Microsoft.Batch has beside accounts: lazuli.v1.BatchProvider, and what of
// lazuli.v1.BatchAccountResources is emulated.
#ifndef LAZULI_BATCH_SERVICE_BATCH_PROVIDER_SERVICE_H_
#define LAZULI_BATCH_SERVICE_BATCH_PROVIDER_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "batch/account_registry.h"
#include "proto/batch_resources.pb.h"
#include "proto/common.pb.h"
#include "proto/provider_lists.pb.h"

namespace lazuli::batch {

// Thread safe. Callers are already authorized at the scope, and subscription and resource group
// exist. What is about a region checks that its name can be one; what is about an account answers
// AccountNotFoundError where there is none, and works without access to its key.
class BatchProviderService {
 public:
  // Outlives the service.
  explicit BatchProviderService(const AccountRegistry* registry) : registry_(registry) {}

  absl::Status ListBatchOperations(const CallContext& context, const v1::Empty& request,
                                   v1::OperationListResult* response) const;
  absl::Status GetBatchQuotas(const CallContext& context, const v1::BatchLocationRequest& request,
                              v1::BatchLocationQuota* response) const;
  absl::Status ListSupportedVirtualMachineSkus(const CallContext& context,
                                               const v1::BatchLocationRequest& request,
                                               v1::SupportedSkusResult* response) const;
  // Always empty.
  absl::Status ListSupportedCloudServiceSkus(const CallContext& context,
                                             const v1::BatchLocationRequest& request,
                                             v1::SupportedSkusResult* response) const;

  // The endpoints of the account itself.
  absl::Status ListOutboundNetworkDependenciesEndpoints(
      const CallContext& context, const v1::BatchAccountResourceRequest& request,
      v1::OutboundEnvironmentEndpointCollection* response) const;
  absl::Status ListBatchPrivateLinkResources(const CallContext& context,
                                             const v1::BatchAccountResourceRequest& request,
                                             v1::PrivateLinkResourceListResult* response) const;
  // Always empty.
  absl::Status ListBatchPrivateEndpointConnections(
      const CallContext& context, const v1::BatchAccountResourceRequest& request,
      v1::PrivateEndpointConnectionListResult* response) const;
  // Likewise.
  absl::Status ListApplications(const CallContext& context,
                                const v1::BatchAccountResourceRequest& request,
                                v1::BatchChildResourceListResult* response) const;
  // Likewise.
  absl::Status ListCertificates(const CallContext& context,
                                const v1::BatchAccountResourceRequest& request,
                                v1::BatchChildResourceListResult* response) const;

 private:
  const AccountRegistry* const registry_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_BATCH_PROVIDER_SERVICE_H_
