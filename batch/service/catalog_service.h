// File: batch/service/catalog_service.h
//
// The operations of lazuli.v1.BatchCatalog.
#ifndef LAZULI_BATCH_SERVICE_CATALOG_SERVICE_H_
#define LAZULI_BATCH_SERVICE_CATALOG_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "batch/account_registry.h"
#include "proto/batch_catalog.pb.h"

namespace lazuli::batch {

// Thread safe. Callers are already authorized, and what the description alone says of a request is
// already checked. An account that does not serve calls is told first.
class CatalogService {
 public:
  // Outlives the service.
  explicit CatalogService(AccountRegistry* accounts) : accounts_(accounts) {}

  CatalogService(const CatalogService&) = delete;
  CatalogService& operator=(const CatalogService&) = delete;

  absl::Status ListSupportedImages(const CallContext& context,
                                   const v1::ListSupportedImagesRequest& request,
                                   v1::ListSupportedImagesResponse* response);
  absl::Status ListPoolNodeCounts(const CallContext& context,
                                  const v1::ListPoolNodeCountsRequest& request,
                                  v1::ListPoolNodeCountsResponse* response);
  absl::Status ListApplications(const CallContext& context,
                                const v1::ListApplicationsRequest& request,
                                v1::ListApplicationsResponse* response);
  absl::Status GetApplication(const CallContext& context, const v1::GetApplicationRequest& request,
                              v1::ApplicationSummary* response);
  absl::Status ListCertificates(const CallContext& context,
                                const v1::ListCertificatesRequest& request,
                                v1::ListCertificatesResponse* response);
  absl::Status ListJobSchedules(const CallContext& context,
                                const v1::ListJobSchedulesRequest& request,
                                v1::ListJobSchedulesResponse* response);

 private:
  AccountRegistry* const accounts_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_CATALOG_SERVICE_H_
