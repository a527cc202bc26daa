#include "keyvault/certificate_milestones.h"

#include "keyvault/certificates/limits.h"

namespace lazuli::keyvault {
namespace {

const CertificateAction* FindAction(const CertificatePolicy& policy, CertificateActionType type) {
  for (const CertificateAction& action : policy.lifetime_actions) {
    if (action.type == type) return &action;
  }
  return nullptr;
}

}  // namespace

std::optional<DueMilestone> NextCertificateMilestone(const CertificateVersion& latest,
                                                     const CertificateNameData& data,
                                                     absl::Time now) {
  std::optional<DueMilestone> next;
  const auto consider = [&next](Milestone milestone, absl::Time due) {
    if (!next.has_value() || due < next->due) next = {milestone, due};
  };
  const bool requested = data.request.has_value() && data.request->is_in_progress();
  const ObjectAttributes& attributes = latest.attributes;
  if (attributes.not_before.has_value() && attributes.expires.has_value()) {
    const absl::Time begin = *attributes.not_before;
    const absl::Time end = *attributes.expires;
    if (data.told.near != end && now < end) {
      const CertificateAction* const notify =
          FindAction(data.policy, CertificateActionType::kEmailContacts);
      consider(Milestone::kNearExpiry, notify != nullptr ? notify->DueAt(begin, end)
                                                         : end - limits::certificates::kNearExpiry);
    }
    if (data.told.expired != end) consider(Milestone::kExpired, end);
    const CertificateAction* const renew =
        FindAction(data.policy, CertificateActionType::kAutoRenew);
    if (renew != nullptr && !data.policy.is_issued_elsewhere() && attributes.enabled &&
        !requested) {
      consider(Milestone::kRotate, renew->DueAt(begin, end));
    }
  }
  if (requested && data.request->issue_at.has_value()) {
    consider(Milestone::kRotate, *data.request->issue_at);
  }
  return next;
}

}  // namespace lazuli::keyvault
