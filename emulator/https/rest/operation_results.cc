#include "emulator/https/rest/operation_results.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/https/message/http_target.h"
#include "emulator/https/rest/errors.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kResults = "operationResults";

size_t IndexOf(const std::vector<std::string>& segments, absl::string_view literal) {
  return std::find_if(
             segments.begin(), segments.end(),
             [&](const std::string& segment) { return absl::EqualsIgnoreCase(segment, literal); }) -
         segments.begin();
}

}  // namespace

OperationResults::OperationResults(IdDeriver ids, size_t capacity)
    : ids_(ids), capacity_(std::max<size_t>(capacity, 1)) {}

std::string OperationResults::Add(const Caller& owner, Result result) {
  const MutexLock lock(&mu_);
  if (order_.size() >= capacity_) {
    entries_.erase(order_.front());
    order_.pop_front();
  }
  std::string id = ids_.Guid("https", "operationResult", ++added_);
  entries_[id] = Entry{owner.object_id, std::move(result)};
  order_.push_back(id);
  return id;
}

absl::StatusOr<OperationResults::Result> OperationResults::Find(absl::string_view id,
                                                                const Caller& caller) const {
  const MutexLock lock(&mu_);
  const auto found = entries_.find(absl::AsciiStrToLower(id));
  if (found == entries_.end() || found->second.owner != caller.object_id) {
    return OperationResultNotFoundError(id);
  }
  return found->second.result;
}

std::string OperationResultsPath(const std::vector<std::string>& segments) {
  size_t end = segments.size();
  const size_t deleted =
      std::min(IndexOf(segments, "deletedVaults"), IndexOf(segments, "deletedManagedHSMs"));
  if (deleted < end) {
    end = deleted;
  } else if (IndexOf(segments, "providers") == end) {
    end = std::min<size_t>(end, 2);
  }
  std::string path;
  for (size_t i = 0; i < end; ++i) absl::StrAppend(&path, "/", PercentEncode(segments[i]));
  return absl::StrCat(path, "/", kResults);
}

absl::string_view OperationResultId(const std::vector<std::string>& segments) {
  if (segments.size() < 2 || !absl::EqualsIgnoreCase(segments[segments.size() - 2], kResults)) {
    return "";
  }
  return segments.back();
}

}  // namespace lazuli::emulator
