// Azure's JavaScript clients, constructed as a program written for Azure constructs them.
//
// In transparent mode no constructor takes a setting. In local mode they get the emulator's own address, as in any
// custom cloud.
"use strict";

const { BatchManagementClient } = require("@azure/arm-batch");
const { KeyVaultManagementClient } = require("@azure/arm-keyvault");
const { ManagedServiceIdentityClient } = require("@azure/arm-msi");
const { ResourceManagementClient } = require("@azure/arm-resources");
const { BatchServiceClient, BatchSharedKeyCredentials } = require("@azure/batch");
const { ClientSecretCredential } = require("@azure/identity");
const { CertificateClient } = require("@azure/keyvault-certificates");
const { KeyClient } = require("@azure/keyvault-keys");
const { SecretClient } = require("@azure/keyvault-secrets");

const TENANT = "11111111-1111-1111-1111-111111111111";
const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
const CLIENT = "33333333-3333-3333-3333-333333333333";
const OBJECT = "44444444-4444-4444-4444-444444444444";
const SECRET = "lazuli-local-secret";
const LOCATION = "westus2";

const isLocal = process.env.LAZULI_MODE === "local";
const url = `https://localhost:${process.env.LAZULI_PORT}`;
const authority = isLocal ? { authorityHost: url, disableInstanceDiscovery: true } : {};
const endpoint = isLocal ? { endpoint: url } : {};

function secretCredential({ tenant = TENANT, client = CLIENT, secret = SECRET } = {}) {
  return new ClientSecretCredential(tenant, client, secret, authority);
}

const credential = secretCredential();
const groups = new ResourceManagementClient(credential, SUBSCRIPTION, endpoint).resourceGroups;
const vaults = new KeyVaultManagementClient(credential, SUBSCRIPTION, endpoint).vaults;
const identities = new ManagedServiceIdentityClient(credential, SUBSCRIPTION, endpoint).userAssignedIdentities;
const accounts = new BatchManagementClient(credential, SUBSCRIPTION, endpoint).batchAccountOperations;

const keys = (vault, other = credential) => new KeyClient(vault.properties.vaultUri, other);
const secrets = (vault) => new SecretClient(vault.properties.vaultUri, credential);
const certificates = (vault) => new CertificateClient(vault.properties.vaultUri, credential);

// A refusal that made it wait and ask again would be seen by the length of its step.
const batchByKey = (account, key, scheme = "https") =>
  new BatchServiceClient(
    new BatchSharedKeyCredentials(account.name, key), `${scheme}://${account.accountEndpoint}`,
    { noRetryPolicy: true });

// This client would ask for a token of Resource Manager; what Batch wants is a token of its own.
const batchByToken = (account, other = credential) =>
  new BatchServiceClient(
    {
      signRequest: async (request) => {
        const { token } = await other.getToken("https://batch.core.windows.net//.default");
        request.headers.set("authorization", `Bearer ${token}`);
        return request;
      },
    },
    `https://${account.accountEndpoint}`, { noRetryPolicy: true });

const policy = (objectId, permissions, kinds = ["keys"]) => ({
  tenantId: TENANT, objectId, permissions: Object.fromEntries(kinds.map((kind) => [kind, permissions])),
});
const policies = (...entries) => ({ properties: { accessPolicies: entries } });

// A vault that soft-deletes, whose policy gives `permissions` on each of `kinds` to `objectIds`.
const vaultParameters = (
  { purgeProtection, retentionDays = 90, objectIds = [], permissions = ["all", "purge"], kinds } = {}) => ({
  location: LOCATION,
  properties: {
    tenantId: TENANT,
    sku: { family: "A", name: "standard" },
    enablePurgeProtection: purgeProtection,
    softDeleteRetentionInDays: retentionDays,
    accessPolicies: objectIds.map((one) => policy(one, permissions, kinds)),
  },
});

module.exports = {
  CLIENT, LOCATION, OBJECT, SECRET, SUBSCRIPTION, TENANT, accounts, authority, batchByKey, batchByToken, certificates,
  credential, groups, identities, isLocal, keys, policies, policy, secretCredential, secrets, url, vaultParameters,
  vaults,
};
