// File: emulator/arm/list_page.h
//
// $top and $skiptoken of Resource Manager's lists.
#ifndef LAZULI_EMULATOR_ARM_LIST_PAGE_H_
#define LAZULI_EMULATOR_ARM_LIST_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// One page of a list whose items come in the order of their keys. Feed it every item in turn; not
// thread safe.
class ListPage {
 public:
  // `top` absent: no bound; `skip_token` empty: from the beginning. Errors: InvalidInputError
  // ("$top"), InvalidSkipTokenError.
  static absl::StatusOr<ListPage> Begin(std::optional<int32_t> top, absl::string_view skip_token);

  // Whether the item with that key is on the page.
  bool Takes(absl::string_view key);
  // The token of the next page; nullopt when this is the last.
  std::optional<std::string> NextToken() const;

 private:
  std::optional<int32_t> room_;
  std::string after_;  // keys up to this one were on earlier pages
  std::string last_;
  bool more_ = false;
};

// For requests and responses that have the fields top, skip_token and next_link.
template <typename Request>
absl::StatusOr<ListPage> BeginPage(const Request& request) {
  return ListPage::Begin(request.has_top() ? std::optional<int32_t>(request.top()) : std::nullopt,
                         request.skip_token());
}
template <typename Response>
void EndPage(const ListPage& page, Response* response) {
  if (std::optional<std::string> token = page.NextToken(); token.has_value()) {
    response->set_next_link(*token);
  }
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_LIST_PAGE_H_
