#include "emulator/storage/state_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

absl::Status StateService::CheckControl() const {
  if (control_ != nullptr) return absl::OkStatus();
  return PreconditionError("This emulator's state cannot be replaced while it runs.");
}

absl::Status StateService::SaveSnapshot(const CallContext&, const v1::Empty&,
                                        v1::SnapshotBytes* response) {
  LAZULI_RETURN_IF_ERROR(CheckControl());
  LAZULI_ASSIGN_OR_RETURN(*response->mutable_snapshot(), control_->Save());
  return absl::OkStatus();
}

absl::Status StateService::LoadSnapshot(const CallContext&, const v1::LoadSnapshotRequest& request,
                                        v1::LoadSnapshotResponse* response) {
  LAZULI_RETURN_IF_ERROR(CheckControl());
  std::string whole;
  {
    MutexLock lock(&mu_);
    if (request.offset() == 0) parts_.clear();
    if (request.offset() != static_cast<int64_t>(parts_.size())) {
      return InvalidInputError(
          "offset", absl::StrCat("the next part begins at ", parts_.size(),
                                 ", or at 0 to begin anew; another load may have come between"));
    }
    if (parts_.size() + request.snapshot().size() > kMaxSnapshotBytes) {
      parts_.clear();
      return InvalidInputError("snapshot",
                               absl::StrCat("must have at most ", kMaxSnapshotBytes, " bytes"));
    }
    parts_ += request.snapshot();
    response->set_received(static_cast<int64_t>(parts_.size()));
    if (request.more()) return absl::OkStatus();
    whole.swap(parts_);
  }
  return control_->Load(std::move(whole));
}

absl::Status StateService::ResetState(const CallContext&, const v1::Empty&, v1::Empty*) {
  LAZULI_RETURN_IF_ERROR(CheckControl());
  return control_->Reset();
}

}  // namespace lazuli::emulator
