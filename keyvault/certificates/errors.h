// File: keyvault/certificates/errors.h
//
// The errors of certificates, one factory each; those of their life are in keyvault/errors.h. Texts
// in which clients are known to search are Key Vault's own. Below: [HTTP status code / inner code].
// None carries a part of a key or a password.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_ERRORS_H_
#define LAZULI_KEYVAULT_CERTIFICATES_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// --- [400 BadParameter], INVALID_ARGUMENT

// `field` as JSON spells it, from the policy: "x509_props.validity_months".
absl::Status BadCertificatePolicyError(absl::string_view field, absl::string_view reason);
absl::Status BadCertificateParameterError(absl::string_view field, absl::string_view reason);
// What is imported: not base64 of PKCS #12, or behind another password.
absl::Status UnreadablePkcs12Error();
absl::Status UnreadablePemError();
absl::Status PrivateKeyMissingInPemError();
absl::Status PrivateKeyMissingInPkcs12Error();
// The certificate's public key is not that of the private key.
absl::Status PublicKeyMismatchError();
absl::Status EmptyChainError();
absl::Status IssuerProviderNotSupportedError(absl::string_view provider);
absl::Status TooManyIssuersError();
// DigiCert's organization has to be named.
absl::Status OrganizationIdMissingError();

// --- others

// [404 PendingCertificateNotFound], NOT_FOUND
absl::Status PendingCertificateNotFoundError(absl::string_view name);
// [404 ContactsNotFound], NOT_FOUND
absl::Status ContactsNotFoundError();
// [404 CertificateIssuerNotFound], NOT_FOUND
absl::Status IssuerNotFoundError();
// [409 Conflict], ABORTED: a request for a certificate is under way.
absl::Status CertificateInProgressError();
// [409 Conflict], ALREADY_EXISTS: a key or secret that belongs to no certificate has the name.
// `kind`: "key" or "secret".
absl::Status NameTakenByPlainObjectError(absl::string_view kind, absl::string_view name);
// [403 Forbidden], FAILED_PRECONDITION: nothing to merge with, or nothing to cancel.
absl::Status PendingCertificateNotInProgressError(absl::string_view operation);
// [403 Forbidden / KeyManagedByKeyVault or SecretManagedByKeyVault], FAILED_PRECONDITION.
// `operation` as in Key Vault's own text: "delete".
absl::Status ManagedObjectError(absl::string_view inner_code, absl::string_view operation);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_ERRORS_H_
