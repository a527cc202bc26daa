// File: keyvault/certificate_version.h
//
// One version of a certificate, as it is stored, and what its versions have in common.
#ifndef LAZULI_KEYVAULT_CERTIFICATE_VERSION_H_
#define LAZULI_KEYVAULT_CERTIFICATE_VERSION_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/rotation/key_milestones.h"

namespace lazuli::keyvault {

// Immutable once it is shared: an update makes another object of the same version. The key and the
// secret behind it have its name and version.
struct CertificateVersion {
  std::string name;     // of the certificate, as its first creation spelled it
  std::string version;  // 32 lower-case hexadecimal digits
  std::string id;       // "https://NAME.vault.azure.net/certificates/CERTIFICATE/VERSION"
  // DER. Empty until the certificate is issued: then there are neither key nor secret yet.
  std::string der;
  // The validity is the certificate's own.
  ObjectAttributes attributes;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds
  std::optional<TagMap> tags;

  bool is_issued() const { return !der.empty(); }
};

using CertificateVersionPtr = std::shared_ptr<const CertificateVersion>;
using DeletedCertificate = DeletedObject<CertificateVersion>;

// Kept by number: none ever changes its own.
enum class CertificateRequestStatus { kInProgress, kCompleted, kCancelled };

// "inProgress", "completed", "cancelled". Lives for ever.
absl::string_view CertificateRequestStatusName(CertificateRequestStatus status);

// What was asked of an issuer last.
struct CertificateRequest {
  CertificateRequestStatus status = CertificateRequestStatus::kInProgress;
  bool cancellation_requested = false;
  std::string request_id;
  std::string csr;  // DER
  // Of a request in progress: what the version will have.
  crypto::KeyMaterial::Ptr key;
  bool enabled = true;
  std::optional<TagMap> tags;
  // When the vault itself or one of its issuers issues it; absent: an issuer elsewhere does.
  std::optional<absl::Time> issue_at;

  bool is_in_progress() const { return status == CertificateRequestStatus::kInProgress; }
};

// What a certificate has as a whole, beside its versions.
struct CertificateNameData {
  CertificatePolicy policy;
  std::optional<CertificateRequest> request;
  ExpiryTold told;
};

// A version with what it has in common with the others.
struct CertificateView {
  CertificateVersionPtr version;
  CertificateNameData data;
};

struct DeletedCertificateView {
  DeletedCertificate deleted;
  CertificateNameData data;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATE_VERSION_H_
