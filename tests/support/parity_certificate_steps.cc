#include "tests/support/parity_certificate_steps.h"

#include <string>

namespace lazuli::emulator {

namespace {

// Self-signed, made for this test alone; as the text format of messages writes it.
constexpr char kPem[] =
    "-----BEGIN PRIVATE KEY-----\\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggMEpKJp+pGzG9w2V\\n"
    "ploM66GYMxmySeRQ9OkzxgR62p2hRANCAAQGImuGjAo5/iJvLB8AWtjAq3RIabvi\\n"
    "AYZ50kMz4/8XjcEm6FHrBIG+Rp66I7Rk4OWib+vAQaHZPaWdh1P8bkD4\\n"
    "-----END PRIVATE KEY-----\\n"
    "-----BEGIN CERTIFICATE-----\\n"
    "MIIBlzCCAT6gAwIBAgIUapviVE4I05bUAg6ykZV5iPzN4d8wCgYIKoZIzj0EAwIw\\n"
    "GzEZMBcGA1UEAwwQaW1wb3J0ZWQuZXhhbXBsZTAeFw0yNjExMjIxMjUzNTBaFw0y\\n"
    "NzExMjIxMjUzNTBaMBsxGTAXBgNVBAMMEGltcG9ydGVkLmV4YW1wbGUwWTATBgcq\\n"
    "hkjOPQIBBggqhkjOPQMBBwNCAAQGImuGjAo5/iJvLB8AWtjAq3RIabviAYZ50kMz\\n"
    "4/8XjcEm6FHrBIG+Rp66I7Rk4OWib+vAQaHZPaWdh1P8bkD4o2AwXjAdBgNVHQ4E\\n"
    "FgQUFBvArpSlg4t6y0Px4/XhePoP/nYwHwYDVR0jBBgwFoAUFBvArpSlg4t6y0Px\\n"
    "4/XhePoP/nYwDwYDVR0TAQH/BAUwAwEB/zALBgNVHQ8EBAMCB4AwCgYIKoZIzj0E\\n"
    "AwIDRwAwRAIgU+o8lNfGcGveQuKsZM6w3/wXfT273nvFVqDeBDLGm+UCIFFjlFGM\\n"
    "iqV+qg/vSabeMHXr8kpXv3dcFFIKUUD52OF0\\n"
    "-----END CERTIFICATE-----\\n";

}  // namespace

std::vector<ParityStep> ParityCertificateSteps() {
  const std::string vault = "vault_name: 'kv1' ";
  const std::string cert = vault + "certificate_name: 'cert' ";
  const std::string imported = vault + "certificate_name: 'imported-cert' ";
  const std::string none = vault + "certificate_name: 'none' ";
  const std::string issuer = vault + "issuer_name: 'ca' ";
  const std::string no_issuer = vault + "issuer_name: 'none' ";
  const std::string signed_by_issuer = vault + "certificate_name: 'signed-cert' ";
  // Not renewed when the issuer is gone.
  const std::string by_issuer =
      "policy {key_props {kty: JSON_WEB_KEY_TYPE_EC} x509_props {subject: 'CN=host.example'} "
      "lifetime_actions {values {trigger {lifetime_percentage: 50} action {action_type: "
      "CERTIFICATE_POLICY_ACTION_EMAIL_CONTACTS}}} issuer {name: 'ca'}} ";
  const std::string policy =
      "policy {key_props {kty: JSON_WEB_KEY_TYPE_EC} x509_props {subject: 'CN=host.example' sans "
      "{dns_names: 'host.example'}} issuer {name: 'Self'}} ";
  return {
      {"Certificates/CreateCertificate", cert + policy, {}, false},
      {"Certificates/CreateCertificate",
       cert + "policy {x509_props {subject: 'host.example'} issuer {name: 'Self'}}",
       {},
       true},
      {"Certificates/CreateCertificate", vault + "certificate_name: 'rsa' " + policy, {}, true},
      {"Certificates/GetCertificateOperation", cert, {}, false},
      {"Certificates/GetCertificateOperation", none, {}, true},
      {"Certificates/GetCertificate", cert, {{"$BYTES3", "/cer"}}, false},
      {"Certificates/GetCertificate", none, {}, true},
      {"Certificates/GetCertificate", cert + "certificate_version: 'latest'", {}, true},
      {"Keys/GetKey", vault + "key_name: 'cert'", {}, false},
      {"Keys/DeleteKey", vault + "key_name: 'cert'", {}, true},
      {"Certificates/GetCertificates", vault + "include_pending: true", {}, false},
      {"Certificates/GetCertificates", vault + "maxresults: 26", {}, true},
      {"Certificates/GetCertificateVersions", cert, {}, false},
      {"Certificates/GetCertificatePolicy", cert, {}, false},
      {"Certificates/UpdateCertificatePolicy",
       cert +
           "policy {key_props {reuse_key: true} issuer {name: 'Unknown'} lifetime_actions {values "
           "{trigger {lifetime_percentage: 50} action {action_type: "
           "CERTIFICATE_POLICY_ACTION_EMAIL_CONTACTS}}}}",
       {},
       false},
      {"Certificates/UpdateCertificate",
       cert + "attributes {enabled: true} tags {values {key: 'a' value: 'b'}}",
       {},
       false},
      {"Certificates/CreateCertificate", cert, {}, false},
      {"Certificates/CreateCertificate", cert, {}, true},
      {"Certificates/UpdateCertificateOperation", cert + "cancellation_requested: true", {}, false},
      {"Certificates/UpdateCertificateOperation", cert + "cancellation_requested: true", {}, true},
      {"Certificates/CreateCertificate", cert, {}, false},
      {"Certificates/MergeCertificate", cert + "x5c: 'x'", {}, true},
      // The key is still the one that the first certificate is for.
      {"Certificates/MergeCertificate", cert + "x5c: '$BYTES3'", {}, false},
      {"Certificates/DeleteCertificateOperation", cert, {}, false},
      {"Certificates/GetCertificateOperation", cert, {}, true},
      {"Certificates/ImportCertificate",
       imported + "policy {secret_props {content_type: 'application/x-pem-file'}} value: '" + kPem +
           "'",
       {},
       false},
      {"Certificates/ImportCertificate", imported + "value: 'AAAA'", {}, true},
      {"Certificates/BackupCertificate", imported, {{"$BYTES6", "/value"}}, false},
      {"Certificates/BackupCertificate", none, {}, true},
      {"Certificates/RestoreCertificate", vault + "value: '$BYTES6'", {}, true},
      {"Certificates/RestoreCertificate", vault + "value: 'blob'", {}, true},
      {"Certificates/GetCertificateContacts", vault, {}, true},
      {"Certificates/SetCertificateContacts",
       vault + "contacts {contacts {email: 'a@b.example' name: 'A'}}",
       {},
       false},
      {"Certificates/GetCertificateContacts", vault, {}, false},
      {"Certificates/DeleteCertificateContacts", vault, {}, false},
      {"Certificates/GetCertificateIssuers", vault, {}, false},
      {"Certificates/GetCertificateIssuers", vault + "maxresults: 0", {}, true},
      {"Certificates/SetCertificateIssuer",
       issuer + "provider: 'DigiCert' credentials {account_id: 'a' pwd: 'p'} org_details {id: 'o' "
                "admin_details {first_name: 'F' last_name: 'L' email: 'a@b.example' phone: '1'}}",
       {},
       false},
      {"Certificates/SetCertificateIssuer", issuer + "provider: 'Contoso'", {}, true},
      {"Certificates/SetCertificateIssuer", issuer + "provider: 'DigiCert'", {}, true},
      {"Certificates/SetCertificateIssuer",
       vault + "issuer_name: 'Self' provider: 'Test'",
       {},
       true},
      {"Certificates/GetCertificateIssuer", issuer, {}, false},
      {"Certificates/GetCertificateIssuer", no_issuer, {}, true},
      {"Certificates/GetCertificateIssuers", vault + "maxresults: 1", {}, false},
      {"Certificates/CreateCertificate", signed_by_issuer + by_issuer, {}, false},
      {"Certificates/GetCertificate", signed_by_issuer, {}, false},
      {"Certificates/UpdateCertificateIssuer",
       issuer + "provider: 'Test' attributes {enabled: false}",
       {},
       false},
      {"Certificates/UpdateCertificateIssuer", no_issuer + "provider: 'Test'", {}, true},
      {"Certificates/CreateCertificate", signed_by_issuer + by_issuer, {}, true},
      {"Certificates/DeleteCertificateIssuer", issuer, {}, false},
      {"Certificates/DeleteCertificateIssuer", issuer, {}, true},
      {"Certificates/CreateCertificate", signed_by_issuer + by_issuer, {}, true},
      {"Certificates/DeleteCertificate", imported, {}, false},
      {"Certificates/DeleteCertificate", imported, {}, true},
      {"Certificates/GetDeletedCertificates", vault, {}, false},
      {"Certificates/GetDeletedCertificate", imported, {}, false},
      {"Certificates/RecoverDeletedCertificate", imported, {}, false},
      {"Certificates/RecoverDeletedCertificate", imported, {}, true},
      {"Certificates/DeleteCertificate", imported, {}, false},
      {"Certificates/PurgeDeletedCertificate", imported, {}, false},
      {"Certificates/PurgeDeletedCertificate", imported, {}, true},
      {"Certificates/RestoreCertificate", vault + "value: '$BYTES6'", {}, false},
  };
}

}  // namespace lazuli::emulator
