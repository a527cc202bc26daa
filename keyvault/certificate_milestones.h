// File: keyvault/certificate_milestones.h
//
// What the passing of time brings to a certificate.
#ifndef LAZULI_KEYVAULT_CERTIFICATE_MILESTONES_H_
#define LAZULI_KEYVAULT_CERTIFICATE_MILESTONES_H_

#include <optional>

#include "absl/time/time.h"
#include "keyvault/certificate_version.h"
#include "keyvault/rotation/key_milestones.h"

namespace lazuli::keyvault {

// What comes next to a live certificate whose latest version is `latest`, seen from `now`. May lie
// in the past: then it is to be done now. Of what is due at the same time, renewal comes last. Near
// is what the policy's EmailContacts says, or 30 days before the end; an end that was reached is no
// longer near. A certificate that is issued elsewhere is not renewed, and no other while it is
// disabled or another is requested.
// A request that takes its time ends with kRotate as well. Nullopt: nothing will ever come.
std::optional<DueMilestone> NextCertificateMilestone(const CertificateVersion& latest,
                                                     const CertificateNameData& data,
                                                     absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATE_MILESTONES_H_
