// File: keyvault/certificates/certificate_policy.h
//
// What a certificate's versions are made like. Source: Key Vault REST reference, CertificatePolicy;
// Key Vault documentation, "About certificates". No cryptography.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_POLICY_H_
#define LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/key_operation.h"

namespace lazuli::keyvault {

// The bits of RFC 5280 section 4.2.1.3, in their order. Kept by number: none ever changes its own.
enum class KeyUsage {
  kDigitalSignature,
  kNonRepudiation,
  kKeyEncipherment,
  kDataEncipherment,
  kKeyAgreement,
  kKeyCertSign,
  kCrlSign,
  kEncipherOnly,
  kDecipherOnly,
};

// The JSON spelling: "digitalSignature", "cRLSign". Lives for ever.
absl::string_view KeyUsageName(KeyUsage usage);
// Without regard to letter case.
std::optional<KeyUsage> ParseKeyUsage(absl::string_view name);

// How the secret of a certificate holds it. Kept by number.
enum class CertificateContentType { kPkcs12, kPem };

// "application/x-pkcs12", "application/x-pem-file". Lives for ever.
absl::string_view CertificateContentTypeName(CertificateContentType type);
// Without regard to letter case.
std::optional<CertificateContentType> ParseCertificateContentType(absl::string_view name);

// Kept by number.
enum class CertificateActionType { kAutoRenew, kEmailContacts };

// "AutoRenew", "EmailContacts". Lives for ever.
absl::string_view CertificateActionTypeName(CertificateActionType type);
// Without regard to letter case.
std::optional<CertificateActionType> ParseCertificateActionType(absl::string_view name);

// Exactly one of the triggers is set.
struct CertificateAction {
  CertificateActionType type = CertificateActionType::kEmailContacts;
  std::optional<int> lifetime_percentage;
  std::optional<int> days_before_expiry;

  // When it is due for a certificate that is valid in [not_before, not_after).
  absl::Time DueAt(absl::Time not_before, absl::Time not_after) const;

  friend bool operator==(const CertificateAction&, const CertificateAction&) = default;
};

struct AlternativeNames {
  std::vector<std::string> dns_names;
  std::vector<std::string> emails;
  std::vector<std::string> upns;

  bool empty() const { return dns_names.empty() && emails.empty() && upns.empty(); }
  friend bool operator==(const AlternativeNames&, const AlternativeNames&) = default;
};

// "Self" or "Unknown", in any letter case: in a policy they stand for no issuer of the vault.
bool IsReservedIssuerName(absl::string_view name);

// A whole policy; what the makers below give keeps every rule.
struct CertificatePolicy {
  crypto::KeyType key_type = crypto::KeyType::kRsa;
  int key_size = crypto::kDefaultRsaBits;      // of the curve, when the type is EC
  crypto::Curve curve = crypto::Curve::kP256;  // of an EC key
  bool exportable = true;
  bool reuse_key = false;
  CertificateContentType content_type = CertificateContentType::kPkcs12;
  std::string subject;  // "CN=host, O=Contoso", as the caller wrote it
  AlternativeNames alternative_names;
  std::vector<std::string> extended_key_usages;  // object identifiers: "1.3.6.1.5.5.7.3.1"
  std::vector<KeyUsage> key_usages;
  int validity_months = 12;
  std::vector<CertificateAction> lifetime_actions;
  std::string issuer;  // "Self", "Unknown" or the name of an issuer of the vault
  std::optional<std::string> certificate_type;
  std::optional<bool> certificate_transparency;
  bool enabled = true;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds

  bool is_issued_elsewhere() const;  // "Unknown"

  friend bool operator==(const CertificatePolicy&, const CertificatePolicy&) = default;
};

// What a caller says of a policy; absent members stay as they are, or take the default.
struct CertificatePolicyInput {
  std::optional<crypto::KeyType> key_type;
  std::optional<int> key_size;
  std::optional<crypto::Curve> curve;
  std::optional<bool> exportable;
  std::optional<bool> reuse_key;
  std::optional<std::string> content_type;
  std::optional<std::string> subject;
  std::optional<AlternativeNames> alternative_names;
  std::optional<std::vector<std::string>> extended_key_usages;
  std::optional<std::vector<KeyUsage>> key_usages;
  std::optional<int> validity_months;
  std::optional<std::vector<CertificateAction>> lifetime_actions;
  std::optional<std::string> issuer;
  std::optional<std::string> certificate_type;
  std::optional<bool> certificate_transparency;
  std::optional<bool> enabled;
};

// All below: BadCertificatePolicyError, and NotEmulatedError for P-256K.

// The policy of a new certificate. An issuer is needed, and a subject or alternative names.
absl::StatusOr<CertificatePolicy> MakeCertificatePolicy(const CertificatePolicyInput& input,
                                                        absl::Time now);
// `old` with what `input` says. Another type of key takes the defaults that go with it.
absl::StatusOr<CertificatePolicy> UpdateCertificatePolicy(const CertificatePolicy& old,
                                                          const CertificatePolicyInput& input,
                                                          absl::Time now);
// Every rule.
absl::Status CheckCertificatePolicy(const CertificatePolicy& policy);

// The operations that the key of such a certificate serves. Key Vault documentation, "About
// certificates": key usage flags and key operations.
std::vector<KeyOperation> KeyOperationsOf(const std::vector<KeyUsage>& usages,
                                          crypto::KeyType type);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_POLICY_H_
