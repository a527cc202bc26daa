#include "tests/support/parity_vault_steps.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

namespace {

// Connections of the vault or pool that `target` names.
void AddConnections(const std::string& kind, const std::string& target,
                    std::vector<ParityStep>* steps) {
  const std::string one = absl::StrCat(target, " connection_name: 'pec1'");
  const auto method = [&kind](const char* verb, const char* what) {
    return absl::StrCat("VaultProvider/", verb, kind, what);
  };
  steps->push_back(
      {method("Put", "PrivateEndpointConnection"),
       absl::StrCat(
           one,
           " parameters {properties {private_endpoint {id: '@SCOPE/pe'} "
           "private_link_service_connection_state {status: 'Approved' description: 'd'}}}"),
       {},
       false});
  steps->push_back({method("Get", "PrivateEndpointConnection"), one, {}, false});
  steps->push_back({method("List", "PrivateEndpointConnections"), target, {}, false});
  steps->push_back({method("List", "PrivateLinkResources"), target, {}, false});
  steps->push_back({method("Delete", "PrivateEndpointConnection"), one, {}, false});
  steps->push_back({method("Get", "PrivateEndpointConnection"), one, {}, true});
}

void AddManagedHsms(std::vector<ParityStep>* steps) {
  const std::string hsm = "@GROUP hsm_name: 'hsm1'";
  const std::string deleted = "@SUBSCRIPTION location: 'westus2' hsm_name: 'hsm1'";
  const std::vector<ParityStep> life = {
      {"ManagedHsms/CheckManagedHsmNameAvailability",
       "@SUBSCRIPTION parameters {name: 'hsm1'}",
       {},
       false},
      {"ManagedHsms/CreateOrUpdateManagedHsm",
       hsm + " parameters {location: 'westus2' sku {family: 'B' name: 'Standard_B1'} properties "
             "{tenant_id: '@TENANT' initial_admin_object_ids {values: '@ADMIN'}}}",
       {},
       false},
      {"ManagedHsms/GetManagedHsm", hsm, {}, false},
      {"ManagedHsms/UpdateManagedHsm",
       hsm + " parameters {tags {values {key: 'a' value: 'b'}}}",
       {},
       false},
      {"ManagedHsms/ListManagedHsms", "@SUBSCRIPTION", {}, false},
      {"ManagedHsms/ListManagedHsmsByResourceGroup", "@GROUP top: 1", {}, false},
      {"ManagedHsms/ListManagedHsmRegions", hsm, {}, false},
  };
  steps->insert(steps->end(), life.begin(), life.end());
  AddConnections("ManagedHsm", hsm, steps);
  const std::vector<ParityStep> keys = {
      {"Keys/CreateKey",
       "vault_name: 'hsm1.managedhsm' key_name: 'rsa' kty: JSON_WEB_KEY_TYPE_RSA_HSM",
       {},
       false},
      {"Keys/GetKey", "vault_name: 'hsm1.managedhsm' key_name: 'rsa'", {}, false},
      {"Keys/GetKey", "vault_name: 'hsm1' key_name: 'rsa'", {}, true},
      {"Keys/GetKeyAttestation", "vault_name: 'hsm1.managedhsm' key_name: 'rsa'", {}, false},
      {"Keys/CreateKey",
       "vault_name: 'hsm1.managedhsm' key_name: 'oct' kty: JSON_WEB_KEY_TYPE_OCT_HSM key_size: 256",
       {},
       false},
      {"Keys/CreateKey",
       "vault_name: 'hsm1.managedhsm' key_name: 'soft' kty: JSON_WEB_KEY_TYPE_RSA",
       {},
       true},
      {"Keys/GetRandomBytes", "vault_name: 'hsm1.managedhsm' count: 16", {}, false},
      {"Keys/GetRandomBytes", "vault_name: 'hsm1.managedhsm' count: 129", {}, true},
      {"Keys/GetRandomBytes", "vault_name: 'kv1' count: 16", {}, true},
      {"ManagedHsms/DeleteManagedHsm", hsm, {}, false},
      {"ManagedHsms/GetManagedHsm", hsm, {}, true},
      {"ManagedHsms/ListDeletedManagedHsms", "@SUBSCRIPTION", {}, false},
      {"ManagedHsms/GetDeletedManagedHsm", deleted, {}, false},
      {"ManagedHsms/PurgeDeletedManagedHsm", deleted, {}, false},
      {"ManagedHsms/GetDeletedManagedHsm", deleted, {}, true},
  };
  steps->insert(steps->end(), keys.begin(), keys.end());
}

void AddVaultKeys(std::vector<ParityStep>* steps) {
  const std::string key = "@GROUP vault_name: 'kv1' key_name: 'arm'";
  const std::vector<ParityStep> more = {
      {"VaultKeys/CreateVaultKeyIfNotExist",
       key + " parameters {tags {values {key: 'a' value: 'b'}} properties {kty: "
             "JSON_WEB_KEY_TYPE_EC curve_name: JSON_WEB_KEY_CURVE_NAME_P384 attributes {enabled: "
             "true}}}",
       {},
       false},
      {"VaultKeys/CreateVaultKeyIfNotExist",
       key + " parameters {properties {kty: JSON_WEB_KEY_TYPE_RSA}}",
       {},
       false},
      {"VaultKeys/CreateVaultKeyIfNotExist",
       "@GROUP vault_name: 'kv1' key_name: 'other' parameters {properties {key_size: 2048}}",
       {},
       true},
      {"VaultKeys/GetVaultKey", key, {}, false},
      {"VaultKeys/ListVaultKeys", "@GROUP vault_name: 'kv1'", {}, false},
      {"VaultKeys/ListVaultKeyVersions", key, {{"$VERSION", "/value/0/name"}}, false},
      {"VaultKeys/GetVaultKeyVersion", key + " version: '$VERSION'", {}, false},
      {"VaultKeys/GetVaultKey", "@GROUP vault_name: 'kv1' key_name: 'none'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

// What is done to keys as a whole.
void AddKeyJourneys(std::vector<ParityStep>* steps) {
  const std::string ec = "vault_name: 'kv1' key_name: 'ec'";
  const std::string policy =
      " policy {lifetime_actions {trigger {time_after_create: 'P90D'} action {type: 'rotate'}} "
      "attributes {expiry_time: 'P2Y'}}";
  const std::string exportable = "vault_name: 'kv3' key_name: 'exportable'";
  const std::vector<ParityStep> more = {
      {"Keys/GetKeyRotationPolicy", ec, {}, false},
      {"Keys/UpdateKeyRotationPolicy", ec + policy, {}, false},
      {"Keys/UpdateKeyRotationPolicy", ec + " policy {attributes {expiry_time: 'P1D'}}", {}, true},
      {"Keys/GetKeyRotationPolicy", ec, {}, false},
      {"Keys/RotateKey", ec, {}, false},
      {"Keys/RotateKey", "vault_name: 'kv1' key_name: 'none'", {}, true},
      {"Keys/BackupKey", ec, {{"$BYTES5", "/value"}}, false},
      {"Keys/RestoreKey", "vault_name: 'kv1' value: '$BYTES5'", {}, true},
      {"Keys/DeleteKey", ec, {}, false},
      {"Keys/PurgeDeletedKey", ec, {}, false},
      {"Keys/RestoreKey", "vault_name: 'kv1' value: '$BYTES5'", {}, false},
      {"Keys/RestoreKey", "vault_name: 'kv1' value: 'none'", {}, true},
      {"Vaults/CreateOrUpdateVault",
       "@GROUP vault_name: 'kv3' parameters {location: 'westus2' properties {tenant_id: '@TENANT' "
       "sku {family: 'A' name: 'premium'} access_policies {values {tenant_id: '@TENANT' "
       "object_id: '@ADMIN' permissions {keys: 'all' keys: 'release'}}}}}",
       {},
       false},
      {"Attestations/GetAttestationKeys", "", {}, false},
      {"Attestations/IssueAttestation",
       "authority: 'https://attest.example' claims: '{\"tee\":\"yes\"}'",
       {{"$TOKEN", "/token"}},
       false},
      {"Attestations/IssueAttestation", "claims: 'none'", {}, true},
      {"Keys/CreateKey",
       exportable +
           " kty: JSON_WEB_KEY_TYPE_EC_HSM attributes {exportable: true} release_policy {data: "
           "'{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"https://attest.example\","
           "\"allOf\":[{\"claim\":\"tee\",\"equals\":\"yes\"}]}]}'}",
       {},
       false},
      {"Keys/ReleaseKey", exportable + " target: '$TOKEN'", {}, false},
      {"Keys/ReleaseKey", exportable + " target: 'none'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddSecrets(std::vector<ParityStep>* steps) {
  const std::string secret = "vault_name: 'kv1' secret_name: 'password'";
  const std::vector<ParityStep> more = {
      {"Secrets/SetSecret",
       secret +
           " value: 'hunter2' content_type: 'text/plain' attributes {enabled: true nbf {seconds: "
           "1000} exp {seconds: 4000000000}} tags {values {key: 'a' value: 'b'}}",
       {},
       false},
      {"Secrets/SetSecret", secret + " value: 'second'", {}, false},
      {"Secrets/SetSecret", "vault_name: 'kv1' secret_name: 'a_b' value: 'x'", {}, true},
      {"Secrets/SetSecret", secret, {}, true},
      {"Secrets/GetSecret", secret, {}, false},
      {"Secrets/GetSecret", secret + " secret_version: 'latest'", {}, true},
      {"Secrets/GetSecret", "vault_name: 'kv1' secret_name: 'none'", {}, true},
      {"Secrets/UpdateSecret", secret + " attributes {enabled: false}", {}, false},
      {"Secrets/GetSecret", secret, {}, true},
      {"Secrets/UpdateSecret", secret + " attributes {enabled: true}", {}, false},
      {"Secrets/GetSecrets", "vault_name: 'kv1'", {}, false},
      {"Secrets/GetSecrets", "vault_name: 'kv1' maxresults: 26", {}, true},
      {"Secrets/GetSecretVersions", secret, {}, false},
      {"Secrets/GetSecretVersions", secret + " maxresults: 1", {}, false},
      {"Secrets/BackupSecret", secret, {{"$BYTES4", "/value"}}, false},
      {"Secrets/RestoreSecret", "vault_name: 'kv1' value: '$BYTES4'", {}, true},
      {"Secrets/DeleteSecret", secret, {}, false},
      {"Secrets/GetDeletedSecrets", "vault_name: 'kv1'", {}, false},
      {"Secrets/GetDeletedSecret", secret, {}, false},
      {"Secrets/SetSecret", secret + " value: 'x'", {}, true},
      {"Secrets/RecoverDeletedSecret", secret, {}, false},
      {"Secrets/RecoverDeletedSecret", secret, {}, true},
      {"Secrets/DeleteSecret", secret, {}, false},
      {"Secrets/PurgeDeletedSecret", secret, {}, false},
      {"Secrets/PurgeDeletedSecret", secret, {}, true},
      {"Secrets/RestoreSecret", "vault_name: 'kv1' value: '$BYTES4'", {}, false},
      {"Secrets/RestoreSecret", "vault_name: 'kv1' value: 'none'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

}  // namespace

void AddVaultResourceSteps(std::vector<ParityStep>* steps) {
  AddConnections("Vault", "@GROUP vault_name: 'kv1'", steps);
  AddVaultKeys(steps);
  AddManagedHsms(steps);
  AddKeyJourneys(steps);
  AddSecrets(steps);
}

}  // namespace lazuli::emulator
