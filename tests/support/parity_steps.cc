#include "tests/support/parity_steps.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/encoding.h"
#include "boost/json.hpp"
#include "emulator/identity/well_known.h"
#include "google/protobuf/text_format.h"
#include "tests/support/parity_certificate_steps.h"
#include "tests/support/parity_vault_steps.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

namespace {

// Of the texts below, before what steps save.
std::string Expand(const std::string& text) {
  return absl::StrReplaceAll(
      text, {{"@GROUP",
              "subscription_id: '22222222-2222-2222-2222-222222222222' "
              "resource_group_name: 'g'"},
             {"@SUBSCRIPTION", "subscription_id: '22222222-2222-2222-2222-222222222222'"},
             {"@SCOPE", "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g"},
             {"@ACCOUNT", "account: 'acc1.westus2.batch.azure.com'"},
             {"@TENANT", std::string(kDefaultTenantId)},
             {"@ADMIN", std::string(kAdminObjectId)},
             {"@KEY", "vault_name: 'kv1' key_name: 'rsa'"},
             {"@ROLE",
              "/providers/Microsoft.Authorization/roleDefinitions/"
              "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"},
             {"@ASSIGNMENT", "0a000000-0000-0000-0000-000000000001"}});
}

void AddResourceManager(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Subscriptions/ListSubscriptions", "", {}, false},
      {"Subscriptions/GetSubscription", "@SUBSCRIPTION", {}, false},
      {"Subscriptions/CreateSubscription",
       "subscription_id: '99999999-2222-2222-2222-222222222222' display_name: 'another'",
       {},
       false},
      {"Tenants/ListTenantDescriptions", "", {}, false},
      {"Locations/ListLocations", "@SUBSCRIPTION", {}, false},
      {"Providers/ListProviders", "@SUBSCRIPTION", {}, false},
      {"Providers/GetProvider",
       "@SUBSCRIPTION resource_provider_namespace: 'Microsoft.Batch'",
       {},
       false},
      {"Providers/RegisterProvider",
       "@SUBSCRIPTION resource_provider_namespace: 'Microsoft.KeyVault'",
       {},
       false},
      {"Providers/ListTenantProviders", "", {}, false},
      {"Providers/GetTenantProvider",
       "resource_provider_namespace: 'Microsoft.KeyVault'",
       {},
       false},
      {"ResourceGroups/CreateOrUpdateResourceGroup",
       "@GROUP parameters {location: 'West US 2' tags {values {key: 'a' value: 'b'}}}",
       {},
       false},
      {"ResourceGroups/GetResourceGroup", "@GROUP", {}, false},
      {"ResourceGroups/CheckResourceGroupExistence", "@GROUP", {}, false},
      {"ResourceGroups/UpdateResourceGroup",
       "@GROUP parameters {tags {values {key: 'c' value: 'd'}}}",
       {},
       false},
      {"ResourceGroups/ListResourceGroups", "@SUBSCRIPTION top: 5", {}, false},
      {"UserAssignedIdentities/CreateOrUpdateIdentity",
       "@GROUP resource_name: 'id1' parameters {location: 'westus2'}",
       {{"$PRINCIPAL", "/properties/principalId"}},
       false},
      {"UserAssignedIdentities/GetIdentity", "@GROUP resource_name: 'id1'", {}, false},
      {"UserAssignedIdentities/UpdateIdentity",
       "@GROUP resource_name: 'id1' parameters {tags {values {key: 'a' value: 'b'}}}",
       {},
       false},
      {"UserAssignedIdentities/ListIdentities", "@GROUP", {}, false},
      {"UserAssignedIdentities/ListIdentitiesBySubscription", "@SUBSCRIPTION", {}, false},
      {"RoleAssignments/ListRoleDefinitions", "scope: '@SCOPE'", {}, false},
      {"RoleAssignments/GetRoleDefinition",
       "scope: '/' role_definition_id: '14b46e9e-c2b7-41b4-b07b-48a6ebf60603'",
       {},
       false},
      {"RoleAssignments/CreateRoleAssignment",
       "scope: '@SCOPE' role_assignment_name: '@ASSIGNMENT' parameters {properties "
       "{role_definition_id: '@ROLE' principal_id: '$PRINCIPAL'}}",
       {},
       false},
      {"RoleAssignments/GetRoleAssignment",
       "scope: '@SCOPE' role_assignment_name: '@ASSIGNMENT'",
       {},
       false},
      {"RoleAssignments/ListRoleAssignments", "scope: '@SCOPE'", {}, false},
      {"RoleAssignments/ListRoleAssignments", "scope: '/' filter: 'atScope()'", {}, false},
      {"RoleAssignments/DeleteRoleAssignment",
       "scope: '@SCOPE' role_assignment_name: '@ASSIGNMENT'",
       {},
       false},
      {"RoleAssignments/GetRoleAssignment",
       "scope: '@SCOPE' role_assignment_name: '@ASSIGNMENT'",
       {},
       true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddVaults(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Vaults/CheckVaultNameAvailability", "@SUBSCRIPTION parameters {name: 'kv1'}", {}, false},
      {"Vaults/CreateOrUpdateVault",
       "@GROUP vault_name: 'kv1' parameters {location: 'westus2' properties {tenant_id: '@TENANT' "
       "sku {family: 'A' name: 'standard'} access_policies {values {tenant_id: '@TENANT' "
       "object_id: '@ADMIN' permissions {keys: 'all' keys: 'purge' secrets: 'all' secrets: "
       "'purge' certificates: 'all' certificates: 'purge'}}}}}",
       {},
       false},
      {"Vaults/GetVault", "@GROUP vault_name: 'kv1'", {}, false},
      {"Vaults/UpdateVault",
       "@GROUP vault_name: 'kv1' parameters {tags {values {key: 'a' value: 'b'}}}",
       {},
       false},
      {"Vaults/UpdateAccessPolicy",
       "@GROUP vault_name: 'kv1' operation_kind: 'add' parameters {properties {access_policies "
       "{values {tenant_id: '@TENANT' object_id: '$PRINCIPAL' permissions {keys: 'get' "
       "keys: 'wrapKey' keys: 'unwrapKey'}}}}}",
       {},
       false},
      {"Vaults/ListVaultsByResourceGroup", "@GROUP top: 1", {}, false},
      {"Vaults/ListVaultsBySubscription", "@SUBSCRIPTION", {}, false},
      {"VaultProvider/ListVaultOperations", "", {}, false},
      {"Vaults/CreateOrUpdateVault",
       "@GROUP vault_name: 'kv2' parameters {location: 'westus2' properties {tenant_id: '@TENANT' "
       "sku {family: 'A' name: 'standard'} access_policies {}}}",
       {},
       false},
      {"Vaults/ListVaultsBySubscription", "@SUBSCRIPTION top: 1", {}, false},
      {"Vaults/DeleteVault", "@GROUP vault_name: 'kv2'", {}, false},
      {"Vaults/ListDeletedVaults", "@SUBSCRIPTION", {}, false},
      {"Vaults/GetDeletedVault", "@SUBSCRIPTION location: 'westus2' vault_name: 'kv2'", {}, false},
      {"Vaults/CreateOrUpdateVault",
       "@GROUP vault_name: 'kv2' parameters {location: 'westus2' properties {tenant_id: '@TENANT' "
       "sku {family: 'A' name: 'standard'} access_policies {}}}",
       {},
       true},
      {"Vaults/CreateOrUpdateVault",
       "@GROUP vault_name: 'kv2' parameters {location: 'westus2' properties {tenant_id: '@TENANT' "
       "sku {family: 'A' name: 'standard'} create_mode: 'recover'}}",
       {},
       false},
      {"Vaults/DeleteVault", "@GROUP vault_name: 'kv2'", {}, false},
      {"Vaults/PurgeDeletedVault",
       "@SUBSCRIPTION location: 'westus2' vault_name: 'kv2'",
       {},
       false},
      {"Vaults/GetDeletedVault", "@SUBSCRIPTION location: 'westus2' vault_name: 'kv2'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddKeys(std::vector<ParityStep>* steps) {
  const std::string algorithm = "alg: JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256";
  const std::string ciphertext = algorithm + " value: 'x'";
  const std::string digest = std::string(32, 'd');
  const std::vector<ParityStep> more = {
      {"Keys/CreateKey",
       "@KEY kty: JSON_WEB_KEY_TYPE_RSA attributes {enabled: true exp {seconds: 4000000000}} "
       "tags {values {key: 'a' value: 'b'}}",
       {{"$KID", "/key/kid"}},
       false},
      {"Keys/CreateKey", "@KEY kty: JSON_WEB_KEY_TYPE_RSA key_size: 2000", {}, true},
      {"Keys/CreateKey",
       "vault_name: 'kv1' key_name: 'ec' kty: JSON_WEB_KEY_TYPE_EC "
       "crv: JSON_WEB_KEY_CURVE_NAME_P384",
       {},
       false},
      {"Keys/ImportKey",
       "vault_name: 'kv1' key_name: 'imported' key {kty: JSON_WEB_KEY_TYPE_EC "
       "crv: JSON_WEB_KEY_CURVE_NAME_P256 "
       // RFC 7515 appendix A.3.1.
       "x: '\\x7f\\xcd\\xce\\x27\\x70\\xf6\\xc4\\x5d\\x41\\x83\\xcb\\xee\\x6f\\xdb\\x4b\\x7b\\x58"
       "\\x07\\x33\\x35\\x7b\\xe9\\xef\\x13\\xba\\xcf\\x6e\\x3c\\x7b\\xd1\\x54\\x45' "
       "y: '\\xc7\\xf1\\x44\\xcd\\x1b\\xbd\\x9b\\x7e\\x87\\x2c\\xdf\\xed\\xb9\\xee\\xb9\\xf4\\xb3"
       "\\x69\\x5d\\x6e\\xa9\\x0b\\x24\\xad\\x8a\\x46\\x23\\x28\\x85\\x88\\xe5\\xad' "
       "d: '\\x8e\\x9b\\x10\\x9e\\x71\\x90\\x98\\xbf\\x98\\x04\\x87\\xdf\\x1f\\x5d\\x77\\xe9\\xcb"
       "\\x29\\x60\\x6e\\xbe\\xd2\\x26\\x3b\\x5f\\x57\\xc2\\x13\\xdf\\x84\\xf4\\xb2'}",
       {},
       false},
      {"Keys/GetKey", "@KEY", {}, false},
      {"Keys/GetKey", "vault_name: 'kv1' key_name: 'none'", {}, true},
      {"Keys/GetKey", "vault_name: 'kv1' key_name: 'a_b'", {}, true},
      {"Keys/GetKey", "@KEY key_version: 'latest'", {}, true},
      {"Keys/GetKey", "vault_name: 'nowhere' key_name: 'rsa'", {}, true},
      {"Keys/UpdateKey",
       "@KEY attributes {enabled: true} tags {values {key: 'c' value: 'd'}}",
       {},
       false},
      {"Keys/GetKeys", "vault_name: 'kv1'", {}, false},
      {"Keys/GetKeys", "vault_name: 'kv1' maxresults: 1", {}, false},
      {"Keys/GetKeys", "vault_name: 'kv1' maxresults: 26", {}, true},
      {"Keys/GetKeyVersions", "@KEY", {}, false},
      {"Keys/Encrypt", "@KEY " + ciphertext, {{"$BYTES1", "/value"}}, false},
      {"Keys/WrapKey", "@KEY " + ciphertext, {{"$BYTES2", "/value"}}, false},
      {"Keys/Decrypt", "@KEY " + algorithm + " value: '$BYTES1'", {}, false},
      {"Keys/UnwrapKey", "@KEY " + algorithm + " value: '$BYTES2'", {}, false},
      {"Keys/Decrypt", "@KEY " + ciphertext, {}, true},
      {"Keys/UnwrapKey", "@KEY " + ciphertext, {}, true},
      {"Keys/Sign",
       "@KEY alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256 value: '" + digest + "'",
       {{"$BYTES3", "/value"}},
       false},
      {"Keys/Verify",
       "@KEY alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256 digest: '" + digest + "' value: '$BYTES3'",
       {},
       false},
      {"Keys/Sign", "@KEY alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256 value: 'x'", {}, true},
      {"Keys/Verify",
       "@KEY alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256 digest: '" + digest + "' value: 'x'",
       {},
       false},
      {"Keys/DeleteKey", "vault_name: 'kv1' key_name: 'ec'", {}, false},
      {"Keys/DeleteKey", "vault_name: 'kv1' key_name: 'imported'", {}, false},
      {"Keys/GetDeletedKeys", "vault_name: 'kv1'", {}, false},
      {"Keys/GetDeletedKeys", "vault_name: 'kv1' maxresults: 1", {}, false},
      {"Keys/GetDeletedKey", "vault_name: 'kv1' key_name: 'ec'", {}, false},
      {"Keys/CreateKey", "vault_name: 'kv1' key_name: 'ec' kty: JSON_WEB_KEY_TYPE_EC", {}, true},
      {"Keys/RecoverDeletedKey", "vault_name: 'kv1' key_name: 'ec'", {}, false},
      {"Keys/RecoverDeletedKey", "vault_name: 'kv1' key_name: 'ec'", {}, true},
      {"Keys/PurgeDeletedKey", "vault_name: 'kv1' key_name: 'imported'", {}, false},
      {"Keys/PurgeDeletedKey", "vault_name: 'kv1' key_name: 'imported'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddAccounts(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"BatchAccounts/CheckBatchNameAvailability",
       "@SUBSCRIPTION location: 'westus2' parameters {name: 'acc1' type: "
       "'Microsoft.Batch/batchAccounts'}",
       {},
       false},
      {"BatchAccounts/CreateBatchAccount",
       "@GROUP account_name: 'acc1' parameters {location: 'West US 2' identity {type: "
       "RESOURCE_IDENTITY_TYPE_USER_ASSIGNED user_assigned_identities {key: '@SCOPE/providers/"
       "Microsoft.ManagedIdentity/userAssignedIdentities/id1' value {}}}}",
       {},
       false},
      {"BatchAccounts/CreateBatchAccount",
       "@GROUP account_name: 'Bad_Name' parameters {location: 'westus2'}",
       {},
       true},
      {"BatchAccounts/GetBatchAccount", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccounts/UpdateBatchAccount",
       "@GROUP account_name: 'acc1' parameters {tags {values {key: 'a' value: 'b'}}}",
       {},
       false},
      // Refused: the vault has no purge protection.
      {"BatchAccounts/UpdateBatchAccount",
       "@GROUP account_name: 'acc1' parameters {properties {encryption {key_source: "
       "KEY_SOURCE_MICROSOFT_KEY_VAULT key_vault_properties {key_identifier: '$KID'}}}}",
       {},
       true},
      {"Vaults/UpdateVault",
       "@GROUP vault_name: 'kv1' parameters {properties {enable_purge_protection: true}}",
       {},
       false},
      {"BatchAccounts/UpdateBatchAccount",
       "@GROUP account_name: 'acc1' parameters {properties {encryption {key_source: "
       "KEY_SOURCE_MICROSOFT_KEY_VAULT key_vault_properties {key_identifier: '$KID'}}}}",
       {},
       false},
      {"BatchAccounts/ListBatchAccounts", "@SUBSCRIPTION", {}, false},
      {"BatchAccounts/ListBatchAccountsByResourceGroup", "@GROUP", {}, false},
      {"BatchAccounts/GetBatchAccountKeys", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccounts/RegenerateBatchAccountKey",
       "@GROUP account_name: 'acc1' parameters {key_name: 'Secondary'}",
       {},
       false},
      {"BatchAccountResources/ListApplications", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccountResources/ListCertificates", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccountResources/ListBatchPrivateEndpointConnections",
       "@GROUP account_name: 'acc1'",
       {},
       false},
      {"BatchAccountResources/ListBatchPrivateLinkResources",
       "@GROUP account_name: 'acc1'",
       {},
       false},
      {"BatchAccountResources/ListOutboundNetworkDependenciesEndpoints",
       "@GROUP account_name: 'acc1'",
       {},
       false},
      {"BatchProvider/ListBatchOperations", "", {}, false},
      {"BatchProvider/GetBatchQuotas", "@SUBSCRIPTION location: 'westus2'", {}, false},
      {"BatchProvider/ListSupportedVirtualMachineSkus",
       "@SUBSCRIPTION location: 'westus2'",
       {},
       false},
      {"BatchProvider/ListSupportedCloudServiceSkus",
       "@SUBSCRIPTION location: 'westus2'",
       {},
       false},
      {"Resources/ListResources",
       "@SUBSCRIPTION filter: \"resourceType eq 'Microsoft.KeyVault/vaults'\"",
       {},
       false},
      {"Resources/ListResourcesByResourceGroup", "@GROUP top: 1", {}, false},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddBatch(std::vector<ParityStep>* steps) {
  const std::string job = "@ACCOUNT job_id: 'j1'";
  const std::string task = "@ACCOUNT job_id: 'j1' task_id: 't1'";
  const std::vector<ParityStep> more = {
      {"Pools/AddPool",
       "@ACCOUNT pool {id: 'p1' vm_size: 'standard_d2s_v3' target_dedicated_nodes: 2 "
       "virtual_machine_configuration {image_reference {publisher: 'canonical' "
       "offer: '0001-com-ubuntu-server-jammy' sku: '22_04-lts'} "
       "node_agent_sku_id: 'batch.node.ubuntu 22.04'}}",
       {},
       false},
      {"Pools/AddPool", "@ACCOUNT pool {id: 'p1' vm_size: 'x'}", {}, true},
      {"Pools/ListPools", "@ACCOUNT", {}, false},
      {"Pools/GetPool", "@ACCOUNT pool_id: 'p1'", {}, false},
      {"Pools/GetPool", "@ACCOUNT pool_id: 'none'", {}, true},
      {"Emulator/AdvanceClock", "by {seconds: 60}", {}, false},
      {"Pools/ListComputeNodes",
       "@ACCOUNT pool_id: 'p1' maxresults: 1",
       {{"$NODE", "/value/0/id"}},
       false},
      {"Pools/GetComputeNode", "@ACCOUNT pool_id: 'p1' node_id: '$NODE'", {}, false},
      {"Pools/GetPool", "@ACCOUNT pool_id: 'p1' select: 'id,state'", {}, false},
      {"Pools/GetPool", "@ACCOUNT pool_id: 'p1' if_match: '0x1'", {}, true},
      {"Pools/GetPool", "@ACCOUNT pool_id: 'p1' if_none_match: '*'", {}, true},
      {"Pools/ListPools", "@ACCOUNT filter: \"id eq 'p1'\"", {}, false},
      {"Pools/ListPools", "@ACCOUNT filter: 'nonsense'", {}, true},
      {"Pools/PatchPool",
       "@ACCOUNT pool_id: 'p1' pool {metadata {values {name: 'a' value: 'b'}}}",
       {},
       false},
      {"Pools/UpdatePoolProperties",
       "@ACCOUNT pool_id: 'p1' pool {metadata {name: 'a' value: 'c'}}",
       {},
       false},
      {"Pools/DisableNodeScheduling", "@ACCOUNT pool_id: 'p1' node_id: '$NODE'", {}, false},
      {"Pools/EnableNodeScheduling", "@ACCOUNT pool_id: 'p1' node_id: '$NODE'", {}, false},
      {"Pools/RebootNode", "@ACCOUNT pool_id: 'p1' node_id: '$NODE'", {}, false},
      {"Pools/RebootNode", "@ACCOUNT pool_id: 'p1' node_id: 'none'", {}, true},
      {"Emulator/AdvanceClock", "by {seconds: 120}", {}, false},
      {"BatchCatalog/ListSupportedImages", "@ACCOUNT maxresults: 2", {}, false},
      {"BatchCatalog/ListPoolNodeCounts", "@ACCOUNT", {}, false},
      {"BatchCatalog/ListApplications", "@ACCOUNT", {}, false},
      {"BatchCatalog/GetApplication", "@ACCOUNT application_id: 'a'", {}, true},
      {"BatchCatalog/ListCertificates", "@ACCOUNT", {}, false},
      {"BatchCatalog/ListJobSchedules", "@ACCOUNT", {}, false},
      {"Jobs/AddJob", "@ACCOUNT job {id: 'j1' pool_info {pool_id: 'p1'}}", {}, false},
      {"Jobs/AddJob", "@ACCOUNT job {id: 'j1' pool_info {pool_id: 'p1'}}", {}, true},
      {"Jobs/ListJobs", "@ACCOUNT", {}, false},
      {"Jobs/GetJob", job, {}, false},
      {"Jobs/PatchJob", job + " job {priority: 5}", {}, false},
      {"Jobs/UpdateJob", job + " job {priority: 7 pool_info {pool_id: 'p1'}}", {}, false},
      {"Jobs/UpdateJob", job + " job {pool_info {pool_id: 'p1'}} if_none_match: '*'", {}, true},
      {"Tasks/AddTask", job + " task {id: 't1' command_line: 'sleep 60'}", {}, false},
      {"Tasks/AddTaskCollection",
       job + " value {id: 't1' command_line: 'sleep 1'} value {id: 't2' command_line: 'exit 3'} "
             "value {id: 't3' command_line: 'sleep 3600'}",
       {},
       false},
      {"Tasks/ListTasks", job + " maxresults: 2", {}, false},
      {"Tasks/GetTask", task, {}, false},
      {"Tasks/UpdateTask", task + " task {constraints {max_task_retry_count: 2}}", {}, false},
      {"Jobs/GetTaskCounts", job, {}, false},
      {"Emulator/AdvanceClockToNextTimer", "", {}, false},
      {"Emulator/AdvanceClock", "by {seconds: 600}", {}, false},
      {"Tasks/ListTasks", job, {}, false},
      {"Tasks/ReactivateTask", "@ACCOUNT job_id: 'j1' task_id: 't2'", {}, false},
      {"Tasks/ReactivateTask", task, {}, true},
      {"Tasks/TerminateTask", "@ACCOUNT job_id: 'j1' task_id: 't3'", {}, false},
      {"Tasks/DeleteTask", task, {}, false},
      {"Tasks/DeleteTask", task, {}, true},
      {"Jobs/DisableJob", job + " disable_tasks: DISABLE_JOB_OPTION_REQUEUE", {}, false},
      {"Jobs/EnableJob", job, {}, false},
      {"Jobs/TerminateJob", job + " terminate_reason: 'enough'", {}, false},
      {"Jobs/DeleteJob", job, {}, false},
      {"Pools/ResizePool", "@ACCOUNT pool_id: 'p1' target_dedicated_nodes: 1", {}, false},
      {"Pools/ResizePool", "@ACCOUNT pool_id: 'p1' target_dedicated_nodes: 3", {}, true},
      {"Pools/StopPoolResize", "@ACCOUNT pool_id: 'p1'", {}, false},
      {"Emulator/AdvanceClock", "by {seconds: 600}", {}, false},
      {"Pools/ListComputeNodes", "@ACCOUNT pool_id: 'p1'", {{"$NODE", "/value/0/id"}}, false},
      {"Pools/RemoveNodes", "@ACCOUNT pool_id: 'p1' node_list: '$NODE'", {}, false},
      {"Emulator/AdvanceClock", "by {seconds: 600}", {}, false},
      // Without its key the account does nothing.
      {"Keys/UpdateKey", "@KEY attributes {enabled: false}", {}, false},
      {"Pools/ListPools", "@ACCOUNT", {}, true},
      {"BatchAccounts/GetBatchAccount", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccounts/GetBatchAccountKeys", "@GROUP account_name: 'acc1'", {}, true},
      {"Emulator/GetKeyAccess", "account: 'acc1'", {}, false},
      {"Keys/UpdateKey", "@KEY attributes {enabled: true}", {}, false},
      {"Emulator/ListQueuedTransitions", "account: 'acc1'", {}, false},
      {"Emulator/DumpRecords", "account: 'acc1'", {}, false},
      {"Pools/ListPools", "@ACCOUNT", {}, true},
      {"Emulator/AdvanceClock", "by {seconds: 600}", {}, false},
      {"Pools/DeletePool", "@ACCOUNT pool_id: 'p1'", {}, false},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddFaults(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Faults/CreateFaultRule",
       "id: 'f1' match {operation: 'Pools/GetPool' account: 'none'} "
       "action {delay {virtual {seconds: 5}} error {status: 503 retry_after {seconds: 9}}} "
       "count: 2 lifetime {seconds: 3600}",
       {},
       false},
      {"Faults/CreateFaultRule", "id: 'f1' action {drop: FAULT_DROP_AFTER_EFFECT}", {}, true},
      {"Faults/CreateFaultRule", "action {}", {}, true},
      {"Faults/GetFaultRule", "id: 'f1'", {}, false},
      {"Faults/ListFaultRules", "", {}, false},
      {"Faults/DeleteFaultRule", "id: 'f1'", {}, false},
      {"Faults/GetFaultRule", "id: 'f1'", {}, true},
      {"Faults/DeleteFaultRule", "id: 'f1'", {}, true},
      {"Faults/DeleteAllFaultRules", "", {}, false},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddChaos(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Chaos/ListCauses", "", {}, false},
      {"Chaos/GetChaos", "", {}, false},
      {"Chaos/GetChaosReport", "", {}, false},
      {"Chaos/RevokeAccess", "account: 'acc1' cause: 'vault-deleted'", {}, false},
      {"Chaos/RevokeAccess", "account: 'acc1' cause: 'vault-deleted'", {}, true},
      {"Chaos/RevokeAccess", "account: 'acc1' cause: 'no-such-cause'", {}, true},
      {"Chaos/RestoreAccess", "account: 'acc1'", {}, false},
      {"Chaos/RestoreAccess", "account: 'acc1'", {}, true},
      {"Emulator/AdvanceClock", "by {seconds: 600}", {}, false},
      {"Chaos/StopChaos", "", {}, true},
      {"Chaos/StartChaos", "schedule {steps {at: 'soon' revoke: 'acc1'}}", {}, true},
      {"Chaos/StartChaos",
       "schedule {seed: 3 steps {at: '1m' revoke: '*' causes: 'key-disabled' restore_at: '5m' "
       "jitter: '1m'} steps {at: '1h' detection_delay: '0s'}}",
       {},
       false},
      {"Chaos/StartChaos", "schedule {}", {}, true},
      {"Emulator/AdvanceClock", "by {seconds: 1200}", {}, false},
      {"Chaos/GetChaos", "", {}, false},
      {"Chaos/ExportChaos", "", {}, false},
      {"Chaos/StopChaos", "restore: true", {}, false},
      {"Chaos/GetChaosReport", "", {}, false},
      {"Chaos/SetDelays", "detection_delay {seconds: 5}", {}, false},
      {"Chaos/SetDelays", "detection_delay {} policy_propagation_delay {seconds: 90000}", {}, true},
      {"Chaos/SetDelays", "detection_delay {}", {}, false},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddControl(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Emulator/GetInfo", "", {}, false},
      {"Emulator/GetClock", "", {}, false},
      {"Emulator/ListEvents", "limit: 10", {}, false},
      {"Emulator/ListEvents", "after: 5", {}, false},
      {"Emulator/GetKeyAccess", "account: 'none'", {}, true},
      {"Throttling/SetThrottling", "enabled: false", {}, false},
      {"Throttling/SetThrottling", "", {}, true},
      {"Throttling/GetThrottling", "", {}, false},
      {"Explanations/Explain",
       "principal: '@ADMIN' operation: 'WrapKey' vault: 'kv1' name: 'rsa'",
       {},
       false},
      {"Explanations/Explain", "request_id: 'none'", {}, true},
      {"Directory/CreateTenant", "display_name: 'another'", {{"$TENANT", "/tenantId"}}, false},
      {"Directory/ListTenants", "", {}, false},
      {"Directory/CreateServicePrincipal", "display_name: 'app' client_secret: 's'", {}, false},
      {"Directory/CreateServicePrincipal", "display_name: 'app2' tenant_id: 'none'", {}, true},
      {"Directory/GetPrincipal", "principal: 'app'", {}, false},
      {"Directory/ListPrincipals", "", {}, false},
      {"Directory/ListPrincipals", "tenant_id: '$TENANT'", {}, false},
      {"Directory/IssueTokenFor", "principal: 'app'", {}, false},
      {"Directory/AddKeyCredential",
       "principal: 'app' certificate: '-----BEGIN PUBLIC KEY-----\\n"
       "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\\n"
       "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\\n"
       "-----END PUBLIC KEY-----\\n'",
       {{"$THUMBPRINT", "/thumbprint"}},
       false},
      {"Directory/RemoveKeyCredential", "principal: 'app' thumbprint: '$THUMBPRINT'", {}, false},
      {"Directory/DeleteServicePrincipal", "principal: 'app'", {}, false},
      {"Directory/GetPrincipal", "principal: 'app'", {}, true},
      // Nothing stands behind this emulator that could replace it.
      {"State/SaveSnapshot", "", {}, true},
      {"State/LoadSnapshot", "snapshot: 'x'", {}, true},
      {"State/ResetState", "", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddSandboxes(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"Templates/ApplyTemplate",
       "resource_groups {resource_group_name: 'templated' parameters {location: 'westus2'}} "
       "service_principals {display_name: 'templated' client_secret: 's'}",
       {},
       false},
      {"Templates/ApplyTemplate",
       "vaults {vault_name: '1' resource_group_name: 'templated' parameters {location: 'westus2' "
       "properties {tenant_id: '{tenantId}' sku {family: 'A' name: 'standard'}}}}",
       {},
       true},
      {"Sandboxes/CreateSandbox", "sandbox_id: 'one'", {}, false},
      {"Sandboxes/CreateSandbox", "sandbox_id: 'one'", {}, true},
      {"Sandboxes/GetSandbox", "sandbox_id: 'one'", {}, false},
      {"Sandboxes/ListSandboxes", "", {}, false},
      {"Sandboxes/ResetSandbox", "sandbox_id: 'one'", {}, false},
      {"Sandboxes/ResetAllSandboxes", "", {}, false},
      {"Sandboxes/DeleteSandbox", "sandbox_id: 'one'", {}, false},
      {"Sandboxes/GetSandbox", "sandbox_id: 'one'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

void AddEnd(std::vector<ParityStep>* steps) {
  const std::vector<ParityStep> more = {
      {"BatchAccounts/DeleteBatchAccount", "@GROUP account_name: 'acc1'", {}, false},
      {"BatchAccounts/GetBatchAccount", "@GROUP account_name: 'acc1'", {}, true},
      {"UserAssignedIdentities/DeleteIdentity", "@GROUP resource_name: 'id1'", {}, false},
      {"ResourceGroups/CreateOrUpdateResourceGroup",
       "@SUBSCRIPTION resource_group_name: 'empty' parameters {location: 'westus2'}",
       {},
       false},
      {"ResourceGroups/DeleteResourceGroup",
       "@SUBSCRIPTION resource_group_name: 'empty'",
       {},
       false},
      {"ResourceGroups/GetResourceGroup", "@SUBSCRIPTION resource_group_name: 'empty'", {}, true},
  };
  steps->insert(steps->end(), more.begin(), more.end());
}

}  // namespace

void StepValues::Fill(const ParityStep& step, google::protobuf::Message* request) const {
  std::string text = step.request;
  for (const auto& [name, value] : values_) text = absl::StrReplaceAll(text, {{name, value}});
  if (!google::protobuf::TextFormat::ParseFromString(text, request)) {
    DieOf(absl::InvalidArgumentError(absl::StrCat(step.method, " ", text)));
  }
}

void StepValues::Save(const ParityStep& step, const std::string& json) {
  if (step.saves.empty()) return;
  boost::json::error_code error;
  const boost::json::value answer = boost::json::parse(json, error);
  for (const auto& [name, path] : step.saves) {
    const boost::json::value* found = error ? nullptr : answer.find_pointer(path, error);
    if (found == nullptr || !found->is_string()) {
      DieOf(absl::NotFoundError(absl::StrCat(step.method, " answers no ", path, ": ", json)));
    }
    const std::string text(found->get_string().c_str());
    if (!absl::StartsWith(name, "$BYTES")) {
      values_[name] = text;
      continue;
    }
    // Either way that Azure writes bytes.
    const std::optional<std::string> bytes = Base64UrlDecode(text);
    values_[name] = absl::CHexEscape(bytes.has_value() ? *bytes : *Base64Decode(text));
  }
}

std::vector<ParityStep> ParitySteps() {
  std::vector<ParityStep> steps;
  AddResourceManager(&steps);
  AddVaults(&steps);
  AddKeys(&steps);
  AddVaultResourceSteps(&steps);
  const std::vector<ParityStep> certificates = ParityCertificateSteps();
  steps.insert(steps.end(), certificates.begin(), certificates.end());
  AddAccounts(&steps);
  AddBatch(&steps);
  AddFaults(&steps);
  AddChaos(&steps);
  AddControl(&steps);
  AddSandboxes(&steps);
  AddEnd(&steps);
  for (ParityStep& step : steps) step.request = Expand(step.request);
  return steps;
}

}  // namespace lazuli::emulator
