// File: emulator/identity/errors.h
//
// The errors of the directory, of sign-in and of authentication. No token and no secret ever shows
// in one.
#ifndef LAZULI_EMULATOR_IDENTITY_ERRORS_H_
#define LAZULI_EMULATOR_IDENTITY_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace lazuli::emulator {

// Authentication. All are UNAUTHENTICATED, 401, code "Unauthorized", with Key Vault's texts where
// it has one; a face of another plane may change the code. The inner code says what is wrong.

// No Authorization header, or none with a bearer token.
absl::Status MissingTokenError();
// Not a JWT of ours: parts, encoding, JSON, algorithm or claims.
absl::Status MalformedTokenError(absl::string_view reason);
// Signed by another key, or changed after it was signed.
absl::Status WrongSignatureError();
// `issuer` is of no tenant here.
absl::Status UnknownIssuerError(absl::string_view issuer);
absl::Status WrongAudienceError(absl::Span<const absl::string_view> expected,
                                absl::string_view found);
absl::Status TokenExpiredError(absl::Time expired_at);
absl::Status TokenNotYetValidError(absl::Time not_before);
// The principal was deleted after the token was issued.
absl::Status UnknownPrincipalError(absl::string_view object_id);

// What is wrong with the token of one of these errors, for a face that has words of its own for it.
enum class TokenFault { kMissing, kAudience, kExpired, kOther };
TokenFault TokenFaultOf(const absl::Status& status);
// kAudience: the audience that the token has; else "".
std::string TokenFaultValue(const absl::Status& status);

// Sign-in, as the token endpoint of the Microsoft identity platform answers (Microsoft Entra
// documentation, "Microsoft Entra authentication and authorization error codes"): the code is
// OAuth's (RFC 6749 section 5.2), the inner code is AADSTS and a number.

// AADSTS900144: invalid_request, 400.
absl::Status MissingParameterError(absl::string_view parameter);
// AADSTS90002: invalid_request, 400.
absl::Status SignInTenantNotFoundError(absl::string_view tenant);
// AADSTS700016: unauthorized_client, 400.
absl::Status UnknownApplicationError(absl::string_view client_id, absl::string_view tenant);
// AADSTS7000215: invalid_client, 401.
absl::Status WrongSecretError(absl::string_view client_id);
// AADSTS70003: unsupported_grant_type, 400.
absl::Status UnsupportedGrantTypeError(absl::string_view grant_type);
// AADSTS1002012: invalid_scope, 400.
absl::Status InvalidScopeError(absl::string_view scope);
// AADSTS70011: invalid_scope, 400: more than one resource at once.
absl::Status SeveralResourcesError(absl::string_view scope);
// AADSTS500011: invalid_resource, 400.
absl::Status InvalidResourceError(absl::string_view resource);
// AADSTS7000216: invalid_client, 401: neither a secret nor an assertion.
absl::Status MissingClientCredentialError();
// Assertions: what a client signs to prove who it is (RFC 7523). Those with "401" are
// invalid_client, the others invalid_request with 400.

// AADSTS50027: it cannot be read.
absl::Status MalformedAssertionError(absl::string_view reason);
// AADSTS5002723: its header names no key.
absl::Status AssertionWithoutKeyError();
// AADSTS5002738: an algorithm that is not taken, "none" among them.
absl::Status AssertionAlgorithmError(absl::string_view algorithm);
// AADSTS700021, 401: it speaks for another client.
absl::Status AssertionOfOtherClientError();
// AADSTS700023, 401.
absl::Status AssertionAudienceError();
// AADSTS700024, 401.
absl::Status AssertionTimeError(absl::Time now, absl::Time not_before, absl::Time expires_at);
// AADSTS700027, 401: the key is not registered, is out of its time, or did not sign.
absl::Status AssertionKeyError(absl::string_view reason, absl::string_view key);
// AADSTS90002: invalid_tenant, 400: as SignInTenantNotFoundError, where metadata is asked for.
absl::Status InvalidTenantError(absl::string_view tenant);
// AADSTS50049: invalid_instance, 400: instance discovery of a host that is no login host.
absl::Status UnknownInstanceError(absl::string_view url);
// AADSTS900561: invalid_request, 405; target = the method that it takes.
absl::Status WrongMethodError(absl::string_view allowed, absl::string_view method);
// invalid_request, 404: no endpoint of the login host.
absl::Status UnknownEndpointError(absl::string_view path);
// unsupported_response_type, 400: signing in of users is not emulated.
absl::Status InteractiveSignInError();

// The endpoints of managed identities, as Azure's instance metadata service answers. All are
// invalid_request, 400.

// It went through a proxy on its way (X-Forwarded-For).
absl::Status ForwardedRequestError();
// Metadata: true is missing.
absl::Status MissingMetadataHeaderError();
absl::Status MissingResourceError();
// It comes from another machine, and no identity was set aside for those.
absl::Status RemoteIdentityRequestError();
absl::Status UnknownManagedIdentityError();

// The directory.

// NOT_FOUND, 404, code "Request_ResourceNotFound".
absl::Status PrincipalNotFoundError(absl::string_view text);
// INVALID_ARGUMENT, 400, code "AmbiguousPrincipal"; the details name each candidate.
absl::Status AmbiguousPrincipalError(absl::string_view text,
                                     absl::Span<const std::string> candidates);
// ALREADY_EXISTS, 409, code "Request_MultipleObjectsWithSameKeyValue"; target = `field`.
absl::Status PrincipalExistsError(absl::string_view field, absl::string_view value);
// ALREADY_EXISTS, 409, code "Request_MultipleObjectsWithSameKeyValue".
absl::Status KeyCredentialExistsError(absl::string_view thumbprint);
// NOT_FOUND, 404, code "Request_ResourceNotFound".
absl::Status KeyCredentialNotFoundError(absl::string_view thumbprint);
// NOT_FOUND, 404, code "TenantNotFound".
absl::Status TenantNotFoundError(absl::string_view tenant_id);
// ALREADY_EXISTS, 409, code "TenantExists".
absl::Status TenantExistsError(absl::string_view tenant_id);
// NOT_FOUND, 404, code "ResourceNotFound": no user-assigned identity of that ARM id.
absl::Status IdentityNotFoundError(absl::string_view resource_id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_ERRORS_H_
