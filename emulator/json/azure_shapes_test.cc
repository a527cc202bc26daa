// Representative messages in the shapes in which Azure's services write and read them.
#include <string>

#include "base/status_matchers.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "emulator/json/proto_text.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::util::MessageDifferencer;

// Without the white space by which the texts below are laid out.
std::string Compact(const std::string& text) {
  std::string compact;
  bool in_string = false;
  for (const char c : text) {
    if (c == '"') in_string = !in_string;
    if (in_string || (c != ' ' && c != '\n')) compact.push_back(c);
  }
  return compact;
}

template <typename T>
void ExpectWritten(const std::string& message, const std::string& json) {
  EXPECT_THAT(EncodeJson(FromText<T>(message)), IsOkAndHolds(Compact(json)));
}

template <typename T>
void ExpectRead(const std::string& json, const std::string& message) {
  T decoded;
  DecodeReport report;
  LAZULI_ASSERT_OK(DecodeJson(json, &decoded, &report));
  EXPECT_EQ(report.unknown_members, 0u);
  EXPECT_TRUE(MessageDifferencer::Equals(decoded, FromText<T>(message))) << decoded.DebugString();
}

TEST(AzureShapesTest, KeyBundle) {
  ExpectWritten<v1::KeyBundle>(
      R"pb(
        key {
          kid: "https://v.vault.azure.net/keys/k/78deebed173b48e48f55abf87ed4cf71"
          kty: JSON_WEB_KEY_TYPE_RSA
          key_ops {
            values: JSON_WEB_KEY_OPERATION_WRAP_KEY
            values: JSON_WEB_KEY_OPERATION_UNWRAP_KEY
          }
          n: "\330r@\023"
          e: "\001\000\001"
        }
        attributes {
          enabled: true
          exp { seconds: 1893456000 }
          created { seconds: 1493942451 }
          updated { seconds: 1493942452 }
          recovery_level: "CustomizedRecoverable+Purgeable"
          recoverable_days: 7
          exportable: false
        }
        tags {
          values { key: "test name" value: "x" }
          values { key: "purpose" value: "y" }
        }
      )pb",
      R"({
        "key": {
          "kid": "https://v.vault.azure.net/keys/k/78deebed173b48e48f55abf87ed4cf71",
          "kty": "RSA",
          "key_ops": ["wrapKey", "unwrapKey"],
          "n": "2HJAEw",
          "e": "AQAB"
        },
        "attributes": {
          "enabled": true,
          "exp": 1893456000,
          "created": 1493942451,
          "updated": 1493942452,
          "recoveryLevel": "CustomizedRecoverable+Purgeable",
          "recoverableDays": 7,
          "exportable": false
        },
        "tags": {"purpose": "y", "test name": "x"}
      })");
}

TEST(AzureShapesTest, EllipticCurveKey) {
  ExpectWritten<v1::JsonWebKey>(
      R"pb(kty: JSON_WEB_KEY_TYPE_EC_HSM
           key_ops {}
           crv: JSON_WEB_KEY_CURVE_NAME_P256K
           x: "\001\002"
           y: "\377\376")pb",
      R"({"kty": "EC-HSM", "key_ops": [], "crv": "P-256K", "x": "AQI", "y": "__4"})");
}

TEST(AzureShapesTest, DeletedKeyBundle) {
  ExpectWritten<v1::DeletedKeyBundle>(
      R"pb(
        recovery_id: "https://v.vault.azure.net/deletedkeys/k"
        deleted_date { seconds: 1493942452 }
        scheduled_purge_date { seconds: 1501718452 }
        key { kid: "https://v.vault.azure.net/keys/k/1" kty: JSON_WEB_KEY_TYPE_RSA_HSM }
        attributes { enabled: true }
      )pb",
      R"({
        "recoveryId": "https://v.vault.azure.net/deletedkeys/k",
        "deletedDate": 1493942452,
        "scheduledPurgeDate": 1501718452,
        "key": {"kid": "https://v.vault.azure.net/keys/k/1", "kty": "RSA-HSM"},
        "attributes": {"enabled": true}
      })");
}

// The last page says so.
TEST(AzureShapesTest, KeyLists) {
  ExpectWritten<v1::KeyListResult>("", R"({"value": [], "nextLink": null})");
  ExpectWritten<v1::KeyListResult>(
      "value {kid: 'https://v.vault.azure.net/keys/k' attributes {enabled: true}} next_link: 'n'",
      R"({
        "value": [
          {"kid": "https://v.vault.azure.net/keys/k", "attributes": {"enabled": true}}
        ],
        "nextLink": "n"
      })");
  ExpectWritten<v1::ListVaultsResponse>("", R"({"value": []})");
  ExpectWritten<v1::ListTasksResponse>("next_link: 'n'", R"({"value": [], "odata.nextLink": "n"})");
}

TEST(AzureShapesTest, CreateKey) {
  ExpectRead<v1::CreateKeyRequest>(
      R"({"kty": "RSA", "key_size": 2048, "public_exponent": null,
          "key_ops": ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
          "attributes": {}, "tags": {"purpose": "unit test", "test name ": "CreateKeyTest"}})",
      R"pb(
        kty: JSON_WEB_KEY_TYPE_RSA
        key_size: 2048
        key_ops {
          values: JSON_WEB_KEY_OPERATION_ENCRYPT
          values: JSON_WEB_KEY_OPERATION_DECRYPT
          values: JSON_WEB_KEY_OPERATION_SIGN
          values: JSON_WEB_KEY_OPERATION_VERIFY
          values: JSON_WEB_KEY_OPERATION_WRAP_KEY
          values: JSON_WEB_KEY_OPERATION_UNWRAP_KEY
        }
        attributes {}
        tags {
          values { key: "purpose" value: "unit test" }
          values { key: "test name " value: "CreateKeyTest" }
        }
      )pb");
}

TEST(AzureShapesTest, ImportKey) {
  ExpectRead<v1::ImportKeyRequest>(
      R"({"Hsm": false, "key": {"kty": "rsa", "n": "AQ", "e": "AQAB", "d": "Ag", "dp": "Aw"}})",
      R"pb(hsm: false
           key { kty: JSON_WEB_KEY_TYPE_RSA n: "\001" e: "\001\000\001" d: "\002" dp: "\003" })pb");
}

TEST(AzureShapesTest, KeyOperations) {
  ExpectRead<v1::KeyOperationsParameters>(R"({"alg": "RSA-OAEP-256", "value": "5ka5IVsnGrzufA"})",
                                          R"pb(alg: JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256
                                               value: "\346F\271![\'\032\274\356|")pb");
  ExpectWritten<v1::KeyOperationResult>("kid: 'https://v/keys/k/1' value: '\\001'",
                                        R"({"kid": "https://v/keys/k/1", "value": "AQ"})");
  ExpectWritten<v1::KeyVerifyResult>("value: false", R"({"value": false})");
}

constexpr char kVaultJson[] = R"({
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
  "name": "v",
  "type": "Microsoft.KeyVault/vaults",
  "location": "westus",
  "tags": {},
  "systemData": {
    "createdBy": "admin",
    "createdByType": "Application",
    "createdAt": "2020-01-01T12:00:00.1230000Z"
  },
  "properties": {
    "tenantId": "11111111-1111-1111-1111-111111111111",
    "sku": {"family": "A", "name": "standard"},
    "accessPolicies": [
      {
        "tenantId": "11111111-1111-1111-1111-111111111111",
        "objectId": "22222222-2222-2222-2222-222222222222",
        "permissions": {"keys": ["get", "wrapKey"], "secrets": ["all"]}
      }
    ],
    "enabledForDeployment": false,
    "enableSoftDelete": true,
    "softDeleteRetentionInDays": 90,
    "networkAcls": {
      "bypass": "AzureServices",
      "defaultAction": "Deny",
      "ipRules": [{"value": "10.0.0.0/24"}],
      "virtualNetworkRules": []
    },
    "publicNetworkAccess": "Enabled"
  }
})";

constexpr char kVaultText[] = R"pb(
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"
  name: "v"
  type: "Microsoft.KeyVault/vaults"
  location: "westus"
  system_data {
    created_by: "admin"
    created_by_type: "Application"
    created_at { seconds: 1577880000 nanos: 123000000 }
  }
  properties {
    tenant_id: "11111111-1111-1111-1111-111111111111"
    sku { family: "A" name: "standard" }
    access_policies {
      values {
        tenant_id: "11111111-1111-1111-1111-111111111111"
        object_id: "22222222-2222-2222-2222-222222222222"
        permissions { keys: "get" keys: "wrapKey" secrets: "all" }
      }
    }
    enabled_for_deployment: false
    enable_soft_delete: true
    soft_delete_retention_in_days: 90
    network_acls {
      bypass: "AzureServices"
      default_action: "Deny"
      ip_rules { value: "10.0.0.0/24" }
    }
    public_network_access: "Enabled"
  }
)pb";

TEST(AzureShapesTest, Vault) {
  ExpectWritten<v1::Vault>(kVaultText, kVaultJson);
  ExpectRead<v1::Vault>(kVaultJson, kVaultText);
}

TEST(AzureShapesTest, VaultWithoutPolicies) {
  ExpectWritten<v1::VaultProperties>("access_policies {}", R"({"accessPolicies": []})");
  ExpectWritten<v1::VaultProperties>("", "{}");
}

TEST(AzureShapesTest, DeletedVault) {
  ExpectWritten<v1::DeletedVault>(
      R"pb(
        name: "v"
        properties {
          vault_id: "/subscriptions/s"
          location: "westus"
          deletion_date { seconds: 1483228859 nanos: 5000 }
          scheduled_purge_date { seconds: 1491004859 }
          purge_protection_enabled: true
        }
      )pb",
      R"({
        "name": "v",
        "properties": {
          "vaultId": "/subscriptions/s",
          "location": "westus",
          "deletionDate": "2017-01-01T00:00:59Z",
          "scheduledPurgeDate": "2017-04-01T00:00:59Z",
          "tags": {},
          "purgeProtectionEnabled": true
        }
      })");
}

TEST(AzureShapesTest, BatchAccount) {
  ExpectWritten<v1::BatchAccount>(
      R"pb(
        id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a"
        name: "a"
        type: "Microsoft.Batch/batchAccounts"
        location: "japaneast"
        tags { key: "k" value: "v" }
        properties {
          account_endpoint: "a.japaneast.batch.azure.com"
          provisioning_state: "Succeeded"
          dedicated_core_quota: 20
          pool_allocation_mode: "BatchService"
          encryption {
            key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT
            key_vault_properties { key_identifier: "https://v.vault.azure.net/keys/k" }
          }
          allowed_authentication_modes: "AAD"
        }
        identity {
          type: RESOURCE_IDENTITY_TYPE_USER_ASSIGNED
          user_assigned_identities {
            key: "/subscriptions/s/identities/i"
            value { principal_id: "p" client_id: "c" }
          }
        }
      )pb",
      R"({
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a",
        "name": "a",
        "type": "Microsoft.Batch/batchAccounts",
        "location": "japaneast",
        "tags": {"k": "v"},
        "properties": {
          "accountEndpoint": "a.japaneast.batch.azure.com",
          "provisioningState": "Succeeded",
          "dedicatedCoreQuota": 20,
          "poolAllocationMode": "BatchService",
          "encryption": {
            "keySource": "Microsoft.KeyVault",
            "keyVaultProperties": {"keyIdentifier": "https://v.vault.azure.net/keys/k"}
          },
          "allowedAuthenticationModes": ["AAD"],
          "privateEndpointConnections": []
        },
        "identity": {
          "type": "UserAssigned",
          "userAssignedIdentities": {
            "/subscriptions/s/identities/i": {"principalId": "p", "clientId": "c"}
          }
        }
      })");
}

// Clients send back what they got: Azure's own answer fields are passed over without a word.
TEST(AzureShapesTest, BatchAccountCreation) {
  ExpectRead<v1::BatchAccountCreateParameters>(
      R"({"location": "japaneast",
          "identity": {"type": "userassigned", "principalId": 5, "tenantId": {"x": []},
                       "userAssignedIdentities": {"/subscriptions/s/identities/i": {}}},
          "properties": {"encryption": {"keySource": "microsoft.keyvault"}}})",
      R"pb(
        location: "japaneast"
        identity {
          type: RESOURCE_IDENTITY_TYPE_USER_ASSIGNED
          user_assigned_identities {
            key: "/subscriptions/s/identities/i"
            value {}
          }
        }
        properties { encryption { key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT } }
      )pb");
}

TEST(AzureShapesTest, CloudTask) {
  ExpectWritten<v1::CloudTask>(
      R"pb(
        id: "testTask"
        url: "https://account.region.batch.azure.com/jobs/jobId/tasks/taskId"
        e_tag: "0x8D3D62350711C55"
        creation_time { seconds: 1473145155 nanos: 116142900 }
        state: TASK_STATE_ACTIVE
        command_line: "cmd /c hostname"
        constraints {
          max_wall_clock_time { seconds: 922337203685 nanos: 477580700 }
          retention_time { seconds: 604800 }
          max_task_retry_count: 0
        }
        required_slots: 2
        user_identity { auto_user { scope: "task" elevation_level: "nonadmin" } }
        execution_info { retry_count: 0 requeue_count: 0 }
      )pb",
      R"({
        "id": "testTask",
        "url": "https://account.region.batch.azure.com/jobs/jobId/tasks/taskId",
        "eTag": "0x8D3D62350711C55",
        "creationTime": "2016-09-06T06:59:15.1161429Z",
        "state": "active",
        "commandLine": "cmd /c hostname",
        "constraints": {
          "maxWallClockTime": "P10675199DT2H48M5.4775807S",
          "retentionTime": "P7D",
          "maxTaskRetryCount": 0
        },
        "requiredSlots": 2,
        "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "nonadmin"}},
        "executionInfo": {"retryCount": 0, "requeueCount": 0}
      })");
}

TEST(AzureShapesTest, PoolCreation) {
  ExpectRead<v1::PoolAddParameter>(
      R"({"id": "pool", "vmSize": "standard_a1", "resizeTimeout": "PT15M",
          "virtualMachineConfiguration": {
            "imageReference": {"publisher": "Canonical", "version": "latest"},
            "nodeAgentSKUId": "batch.node.ubuntu 20.04"},
          "taskSchedulingPolicy": {"nodeFillType": "Pack"}, "enableAutoScale": false})",
      R"pb(
        id: "pool"
        vm_size: "standard_a1"
        virtual_machine_configuration {
          image_reference { publisher: "Canonical" version: "latest" }
          node_agent_sku_id: "batch.node.ubuntu 20.04"
        }
        resize_timeout { seconds: 900 }
        enable_auto_scale: false
        task_scheduling_policy { node_fill_type: COMPUTE_NODE_FILL_TYPE_PACK }
      )pb");
}

TEST(AzureShapesTest, Token) {
  ExpectWritten<v1::IssueTokenResponse>(
      "token_type: 'Bearer' expires_in: 86399 ext_expires_in: 86399 access_token: 'a.b.c'",
      R"({"token_type": "Bearer", "expires_in": 86399, "ext_expires_in": 86399,
          "access_token": "a.b.c"})");
}

// What an audit record shows of the requests and answers that carry key material.
TEST(AzureShapesTest, MaskedMaterial) {
  const EncodeOptions kMasked = {.mask_secrets = true};
  EXPECT_THAT(
      EncodeJson(FromText<v1::ImportKeyRequest>(
                     "key {kty: JSON_WEB_KEY_TYPE_RSA n: '\\001' d: 'private' q: 'private'}"),
                 kMasked),
      IsOkAndHolds(R"({"key":{"kty":"RSA","n":"AQ","d":"***","q":"***"}})"));
  EXPECT_THAT(EncodeJson(FromText<v1::KeyOperationResult>("kid: 'k' value: 'plaintext'"), kMasked),
              IsOkAndHolds(R"({"kid":"k","value":"***"})"));
  EXPECT_THAT(
      EncodeJson(FromText<v1::BatchAccountKeys>("account_name: 'a' primary: 'p' secondary: 's'"),
                 kMasked),
      IsOkAndHolds(R"({"accountName":"a","primary":"***","secondary":"***"})"));
}

}  // namespace
}  // namespace lazuli::emulator
