#include "keyvault/certificates/errors.h"

#include "absl/strings/str_cat.h"
#include "base/excerpt.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {
namespace {

using make_error::BadParameter;
using make_error::Fail;

}  // namespace

absl::Status BadCertificatePolicyError(absl::string_view field, absl::string_view reason) {
  return BadParameter(absl::StrCat("policy.", field), absl::StrCat("Property policy has invalid "
                                                                   "value\r\n",
                                                                   field, ": ", reason));
}

absl::Status BadCertificateParameterError(absl::string_view field, absl::string_view reason) {
  return BadParameter(field, absl::StrCat("Property ", field, " has invalid value\r\n", reason));
}

absl::Status UnreadablePkcs12Error() {
  return BadParameter("value",
                      "The specified PKCS#12 X.509 certificate content can not be read. Please "
                      "check if certificate is in valid PKCS#12 format.");
}

absl::Status UnreadablePemError() {
  return BadParameter("value",
                      "The specified PEM X.509 certificate content is in an unexpected format. "
                      "Please check if certificate is in valid PEM format.");
}

absl::Status PrivateKeyMissingInPemError() {
  return BadParameter("value",
                      "Private key is not specified in the specified X.509 PEM certificate "
                      "content. Please specify private key in the X.509 PEM certificate content.");
}

absl::Status PrivateKeyMissingInPkcs12Error() {
  return BadParameter("value",
                      "The specified PKCS#12 X.509 certificate content does not have a private "
                      "key.");
}

absl::Status PublicKeyMismatchError() {
  return BadParameter("value",
                      "The public key of the end-entity certificate in the specified X.509 "
                      "certificate content does not match the public part of the specified "
                      "private key. Please check if certificate is valid.");
}

absl::Status EmptyChainError() {
  return BadCertificateParameterError("x5c", "X5C must have at least one valid item");
}

absl::Status IssuerProviderNotSupportedError(absl::string_view provider) {
  return BadParameter("provider", absl::StrCat("The specified issuer provider ", Excerpt(provider),
                                               " is not supported."));
}

absl::Status TooManyIssuersError() {
  return BadParameter("issuer_name", "The vault has as many issuers as it can have.");
}

absl::Status OrganizationIdMissingError() {
  return BadParameter("org_details.id", "Id in organization details is not set");
}

absl::Status PendingCertificateNotFoundError(absl::string_view name) {
  return Fail(absl::StatusCode::kNotFound, 404, "PendingCertificateNotFound", "",
              absl::StrCat("Pending certificate not found: ", Excerpt(name)));
}

absl::Status ContactsNotFoundError() {
  return Fail(absl::StatusCode::kNotFound, 404, "ContactsNotFound", "", "Contacts not found");
}

absl::Status IssuerNotFoundError() {
  return Fail(absl::StatusCode::kNotFound, 404, "CertificateIssuerNotFound", "",
              "Issuer not found");
}

absl::Status CertificateInProgressError() {
  return Fail(absl::StatusCode::kAborted, 409, "Conflict", "",
              "A new key vault certificate can not be created or imported while a pending key "
              "vault certificate's status is inProgress.");
}

absl::Status NameTakenByPlainObjectError(absl::string_view kind, absl::string_view name) {
  return Fail(absl::StatusCode::kAlreadyExists, 409, "Conflict", "",
              absl::StrCat("A ", kind, " with the name ", Excerpt(name),
                           " already exists and is not managed by a certificate; a certificate "
                           "cannot have its name."));
}

absl::Status PendingCertificateNotInProgressError(absl::string_view operation) {
  return Fail(absl::StatusCode::kFailedPrecondition, 403, "Forbidden", "",
              absl::StrCat("Operation \"", operation,
                           "\" is not allowed as the pending key vault certificate's status is "
                           "not inProgress."));
}

absl::Status ManagedObjectError(absl::string_view inner_code, absl::string_view operation) {
  return Fail(absl::StatusCode::kFailedPrecondition, 403, "Forbidden", inner_code,
              absl::StrCat("Operation \"", operation,
                           "\" is not allowed as this object's lifetime is managed by Key Vault."));
}

}  // namespace lazuli::keyvault
