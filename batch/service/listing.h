// File: batch/service/listing.h
//
// Lists: what a caller asks of one, and how its page is filled.
#ifndef LAZULI_BATCH_SERVICE_LISTING_H_
#define LAZULI_BATCH_SERVICE_LISTING_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "batch/service/input.h"
#include "batch/service/object_filter.h"
#include "batch/service/object_select.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

struct ListQuery {
  PageRequest page;
  std::optional<ObjectFilter> filter;
  ObjectSelect select;
};

// Of any request of a list with `maxresults` and `skip_token`, and of its filter, select and expand
// those that it has. InvalidQueryParameterValue, OutOfRangeQueryParameterValue.
template <typename Message, typename Request>
absl::StatusOr<ListQuery> ReadListQuery(const Request& request) {
  ListQuery query;
  LAZULI_ASSIGN_OR_RETURN(query.page, ReadPage(request));
  if (!request.filter().empty()) {
    LAZULI_ASSIGN_OR_RETURN(query.filter,
                            ObjectFilter::Parse(request.filter(), *Message::descriptor()));
  }
  if constexpr (requires { request.select(); }) {
    LAZULI_ASSIGN_OR_RETURN(query.select,
                            ObjectSelect::Parse(request.select(), *Message::descriptor()));
  }
  if constexpr (requires { request.expand(); }) {
    LAZULI_RETURN_IF_ERROR(CheckExpand(request.expand()));
  }
  return query;
}

// Fills the page. `list`, an absl::StatusOr<Page<View>>(const PageRequest&), is asked until the
// page is full or there is no more: with a filter more than once, so that pages come full and no
// lock is held for longer than one part takes. `write`, an absl::Status(const View&, Message*),
// makes the answer of one of them.
template <typename List, typename Write, typename Response>
absl::Status FillList(const ListQuery& query, List list, Write write, Response* response) {
  PageRequest part = query.page;
  while (true) {
    part.max_results = query.page.max_results - response->value_size();
    LAZULI_ASSIGN_OR_RETURN(const auto page, list(part));
    for (const auto& view : page.items) {
      auto* const message = response->add_value();
      LAZULI_RETURN_IF_ERROR(write(view, message));
      if (query.filter.has_value() && !query.filter->Matches(*message)) {
        response->mutable_value()->RemoveLast();
        continue;
      }
      query.select.Apply(message);
    }
    if (page.next == 0) return absl::OkStatus();
    if (response->value_size() == query.page.max_results) {
      response->set_next_link(WriteSkipToken(page.next));
      return absl::OkStatus();
    }
    part.after = page.next;
  }
}

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_LISTING_H_
