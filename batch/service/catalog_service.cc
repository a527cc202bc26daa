#include "batch/service/catalog_service.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/listing.h"
#include "batch/service/supported_images.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "batch/workload/states.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

absl::Status WriteImage(const SupportedImage& image, v1::ImageInformation* information) {
  information->set_node_agent_sku_id(image.node_agent_sku_id);
  v1::ImageReference& reference = *information->mutable_image_reference();
  reference.set_publisher(image.publisher);
  reference.set_offer(image.offer);
  reference.set_sku(image.sku);
  reference.set_version("latest");
  information->set_os_type(image.os_type);
  if (*image.end_of_life != '\0') {
    LAZULI_ASSIGN_OR_RETURN(const absl::Time end, ParseIso8601Time(image.end_of_life));
    *information->mutable_batch_support_end_of_life() = ToProto(end);
  }
  information->set_verification_type("verified");
  return absl::OkStatus();
}

void WriteCounts(const NodeNumbers& numbers, v1::NodeCounts* counts) {
  const auto of = [&numbers](NodeState state) { return numbers[static_cast<size_t>(state)]; };
  counts->set_creating(of(NodeState::kCreating));
  counts->set_idle(of(NodeState::kIdle));
  counts->set_offline(of(NodeState::kOffline));
  counts->set_preempted(0);
  counts->set_rebooting(of(NodeState::kRebooting));
  counts->set_reimaging(0);
  counts->set_running(of(NodeState::kRunning));
  counts->set_starting(of(NodeState::kStarting));
  counts->set_start_task_failed(0);
  counts->set_leaving_pool(of(NodeState::kLeavingPool));
  counts->set_unknown(0);
  counts->set_unusable(of(NodeState::kUnusable));
  counts->set_waiting_for_start_task(0);
  int32_t total = 0;
  for (const int32_t number : numbers) total += number;
  counts->set_total(total);
}

absl::Status WritePoolCounts(const PoolNodeNumbers& numbers, v1::PoolNodeCounts* counts) {
  counts->set_pool_id(numbers.pool_id);
  WriteCounts(numbers.dedicated, counts->mutable_dedicated());
  WriteCounts(numbers.low_priority, counts->mutable_low_priority());
  return absl::OkStatus();
}

}  // namespace

absl::Status CatalogService::ListSupportedImages(const CallContext& context,
                                                 const v1::ListSupportedImagesRequest& request,
                                                 v1::ListSupportedImagesResponse* response) {
  LAZULI_RETURN_IF_ERROR(FindServing(*accounts_, context, request.account()).status());
  LAZULI_ASSIGN_OR_RETURN(const ListQuery query, ReadListQuery<v1::ImageInformation>(request));
  const auto list = [](const PageRequest& part) -> absl::StatusOr<Page<SupportedImage>> {
    const absl::Span<const SupportedImage> all = SupportedImages();
    const size_t begin = std::min<size_t>(part.after, all.size());
    const size_t size = std::min<size_t>(part.max_results, all.size() - begin);
    Page<SupportedImage> page;
    page.items.assign(all.begin() + begin, all.begin() + begin + size);
    if (begin + size < all.size()) page.next = begin + size;
    return page;
  };
  return FillList(query, list, WriteImage, response);
}

absl::Status CatalogService::ListPoolNodeCounts(const CallContext& context,
                                                const v1::ListPoolNodeCountsRequest& request,
                                                v1::ListPoolNodeCountsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(ListQuery query, ReadListQuery<v1::PoolNodeCounts>(request));
  query.page.max_results =
      std::min(query.page.max_results, int{limits::batch::kMaxNodeCountsPageSize});
  const auto list = [&](const PageRequest& part) -> absl::StatusOr<Page<PoolNodeNumbers>> {
    Page<PoolNodeNumbers> page;
    LAZULI_RETURN_IF_ERROR(
        account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
          LAZULI_ASSIGN_OR_RETURN(page, workload.CountNodes(part));
          return absl::OkStatus();
        }));
    return page;
  };
  return FillList(query, list, WritePoolCounts, response);
}

absl::Status CatalogService::ListApplications(const CallContext& context,
                                              const v1::ListApplicationsRequest& request,
                                              v1::ListApplicationsResponse*) {
  return FindServing(*accounts_, context, request.account()).status();
}

absl::Status CatalogService::GetApplication(const CallContext& context,
                                            const v1::GetApplicationRequest& request,
                                            v1::ApplicationSummary*) {
  LAZULI_RETURN_IF_ERROR(FindServing(*accounts_, context, request.account()).status());
  return ApplicationNotFoundError(request.application_id());
}

absl::Status CatalogService::ListCertificates(const CallContext& context,
                                              const v1::ListCertificatesRequest& request,
                                              v1::ListCertificatesResponse*) {
  return FindServing(*accounts_, context, request.account()).status();
}

absl::Status CatalogService::ListJobSchedules(const CallContext& context,
                                              const v1::ListJobSchedulesRequest& request,
                                              v1::ListJobSchedulesResponse*) {
  return FindServing(*accounts_, context, request.account()).status();
}

}  // namespace lazuli::batch
