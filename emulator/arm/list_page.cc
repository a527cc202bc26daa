// File: emulator/arm/list_page.cc
#include "emulator/arm/list_page.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "emulator/arm/errors.h"

namespace lazuli::emulator {
namespace {

// Tells a token from other texts that happen to be base64url.
constexpr char kMark = '!';

}  // namespace

absl::StatusOr<ListPage> ListPage::Begin(std::optional<int32_t> top, absl::string_view skip_token) {
  ListPage page;
  if (top.has_value() && *top < 1) return InvalidInputError("$top", "It must be at least 1.");
  page.room_ = top;
  if (!skip_token.empty()) {
    std::optional<std::string> text = Base64UrlDecode(skip_token);
    if (!text.has_value() || text->size() < 2 || text->front() != kMark) {
      return InvalidSkipTokenError();
    }
    page.after_ = text->substr(1);
  }
  return page;
}

bool ListPage::Takes(absl::string_view key) {
  if (!after_.empty() && key <= after_) return false;
  if (room_.has_value() && *room_ == 0) {
    more_ = true;
    return false;
  }
  if (room_.has_value()) --*room_;
  last_ = std::string(key);
  return true;
}

std::optional<std::string> ListPage::NextToken() const {
  if (!more_) return std::nullopt;
  return Base64UrlEncode(absl::StrCat(std::string(1, kMark), last_));
}

}  // namespace lazuli::emulator
