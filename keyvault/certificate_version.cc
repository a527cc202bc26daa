#include "keyvault/certificate_version.h"

namespace lazuli::keyvault {

absl::string_view CertificateRequestStatusName(CertificateRequestStatus status) {
  switch (status) {
    case CertificateRequestStatus::kInProgress:
      return "inProgress";
    case CertificateRequestStatus::kCompleted:
      return "completed";
    case CertificateRequestStatus::kCancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace lazuli::keyvault
