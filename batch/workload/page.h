// File: batch/workload/page.h
//
// One page of a map of owned objects by ordinal.
#ifndef LAZULI_BATCH_WORKLOAD_PAGE_H_
#define LAZULI_BATCH_WORKLOAD_PAGE_H_

#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

// `view` makes a StatusOr<View> of an object; its first error is the answer's.
template <typename View, typename Map, typename MakeView>
absl::StatusOr<Page<View>> MakePage(const Map& map, const PageRequest& request, MakeView view) {
  Page<View> page;
  for (auto at = map.upper_bound(request.after); at != map.end(); ++at) {
    if (page.items.size() == static_cast<size_t>(request.max_results)) {
      page.next = std::prev(at)->first;
      break;
    }
    absl::StatusOr<View> item = view(*at->second);
    if (!item.ok()) return item.status();
    page.items.push_back(*std::move(item));
  }
  return page;
}

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_PAGE_H_
