#include "batch/service/object_change.h"

#include "base/status_macros.h"
#include "batch/service/revision.h"

namespace lazuli::batch {

absl::Status ChangeObject(Account& account, const CallContext& context, const ObjectPlace& object,
                          const Conditions& conditions,
                          absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                          v1::ObjectRevision* response) {
  Revision revision;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account.WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
        LAZULI_ASSIGN_OR_RETURN(revision, object.revision(workload));
        LAZULI_RETURN_IF_ERROR(conditions.Check(revision, Conditions::For::kWrite));
        LAZULI_RETURN_IF_ERROR(change(workload, now));
        LAZULI_ASSIGN_OR_RETURN(revision, object.revision(workload));
        url = object.url(workload.options().account_url);
        return absl::OkStatus();
      }));
  WriteRevision(revision, url, response);
  return absl::OkStatus();
}

}  // namespace lazuli::batch
