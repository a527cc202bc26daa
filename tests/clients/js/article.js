// The article on customer-managed keys for Batch, with Azure's JavaScript clients, from start to end.
"use strict";

const { advance, all, assert, count, keyAccess, refusal, refused, step } = require("./story.js");
const {
  LOCATION, OBJECT, accounts, batchByKey, batchByToken, groups, identities, isLocal, keys, policies, policy,
  vaultParameters, vaults,
} = require("./clients.js");

const GROUP = "myResourceGroup";
const VAULT = "my-vault";
const KEY = "batchkey";
const ACCOUNT = "mybatchaccount";
const SECOND = "mynewaccount";
const POOL = "pool1";
const JOB = "job1";
const NODES = 2;
const TASKS = 6;
const NEEDED = ["get", "wrapKey", "unwrapKey"];
const GONE = "403 AccountIsDisabled";

const customerKey = (keyIdentifier) => ({ keySource: "Microsoft.KeyVault", keyVaultProperties: { keyIdentifier } });
const setKey = (kid) => accounts.update(GROUP, ACCOUNT, { encryption: customerKey(kid) });

const poolParameters = (id) => ({
  id,
  vmSize: "standard_d2s_v3",
  targetDedicatedNodes: NODES,
  virtualMachineConfiguration: {
    imageReference: { publisher: "canonical", offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts" },
    nodeAgentSKUId: "batch.node.ubuntu 22.04",
  },
});

let vault, account, identity, keyClient, key, byKey, byToken;

const nodes = async () => count((await byKey.computeNode.list(POOL)).map((one) => one.state));
const tasks = async () => count((await byKey.task.list(JOB)).map((one) => one.state));

async function groupAndVault() {
  await step("create a resource group", async () => {
    assert.equal((await groups.createOrUpdate(GROUP, { location: LOCATION })).name, GROUP);
    assert.deepEqual((await all(groups.list())).map((one) => one.name), [GROUP]);
  });
  await step("create a vault with soft delete and purge protection", async () => {
    vault = await vaults.beginCreateOrUpdateAndWait(
      GROUP, VAULT, vaultParameters({ purgeProtection: true, objectIds: [OBJECT] }));
    assert.ok(vault.properties.enableSoftDelete && vault.properties.enablePurgeProtection);
  });
  await step("the vault's URI is of the names in use", () => {
    const host = new URL(vault.properties.vaultUri).host;
    assert.equal(host, isLocal ? `${VAULT}.vault.localhost:${process.env.LAZULI_PORT}` : `${VAULT}.vault.azure.net`);
  });
  await step("list the vaults", async () => {
    assert.deepEqual((await all(vaults.listByResourceGroup(GROUP))).map((one) => one.name), [VAULT]);
    assert.deepEqual((await all(vaults.listBySubscription())).map((one) => one.name), [VAULT]);
    assert.deepEqual((await all(vaults.list())).map((one) => one.name), [VAULT]);
  });
  await refused("a vault that is not there", "404 ResourceNotFound", () => vaults.get(GROUP, "other-vault"));
}

async function accountWithSystemIdentity() {
  await step("create an account with a system-assigned identity", async () => {
    account = await accounts.beginCreateAndWait(
      GROUP, ACCOUNT, { location: LOCATION, identity: { type: "SystemAssigned" } });
    assert.equal(account.provisioningState, "Succeeded");
    assert.equal(account.encryption.keySource, "Microsoft.Batch");
    assert.ok(account.identity.principalId);
  });
  await step("create the key", async () => {
    keyClient = keys(vault);
    key = await keyClient.createRsaKey(KEY, { keySize: 2048, keyOps: ["wrapKey", "unwrapKey"] });
    assert.ok(key.id.startsWith(vault.properties.vaultUri));
  });
  await step("before the identity may use the key, it is refused", () =>
    assert.rejects(setKey(key.id), (error) => refusal(error).startsWith("400 InvalidKeyVaultReference")));
  await step("grant get, wrapKey and unwrapKey", () =>
    vaults.updateAccessPolicy(GROUP, VAULT, "add", policies(policy(account.identity.principalId, NEEDED))));
  await step("protect the account with the key", async () => {
    const updated = await setKey(key.id);
    assert.equal(updated.encryption.keySource, "Microsoft.KeyVault");
    assert.equal(updated.encryption.keyVaultProperties.keyIdentifier, key.id);
    assert.equal(await keyAccess(ACCOUNT), "accessible");
  });
}

async function accountWithUserIdentity() {
  await step("create a user-assigned identity", async () => {
    identity = await identities.createOrUpdate(GROUP, "batchid", { location: LOCATION });
    assert.ok(identity.principalId && identity.clientId);
  });
  await step("grant it the same", () =>
    vaults.updateAccessPolicy(GROUP, VAULT, "add", policies(policy(identity.principalId, NEEDED))));
  await step("create an account that acts as it, with the key from the start", async () => {
    const second = await accounts.beginCreateAndWait(GROUP, SECOND, {
      location: LOCATION,
      identity: { type: "UserAssigned", userAssignedIdentities: { [identity.id]: {} } },
      encryption: customerKey(key.id),
    });
    assert.equal(second.encryption.keyVaultProperties.keyIdentifier, key.id);
    assert.deepEqual(
      Object.values(second.identity.userAssignedIdentities).map((one) => one.principalId), [identity.principalId]);
  });
  await step("list the accounts", async () => {
    assert.deepEqual((await all(accounts.listByResourceGroup(GROUP))).map((one) => one.name).sort(), [ACCOUNT, SECOND]);
    assert.equal((await all(accounts.list())).length, 2);
  });
}

async function work() {
  await step("list the account's keys", async () => {
    const shared = await accounts.getKeys(GROUP, ACCOUNT);
    byKey = batchByKey(account, shared.primary);
    byToken = batchByToken(account);
  });
  await step("add a pool, signed with the account's key", () => byKey.pool.add(poolParameters(POOL)));
  await step("the pool is there", async () => {
    assert.equal((await byKey.pool.get(POOL)).targetDedicatedNodes, NODES);
    assert.equal((await byKey.pool.exists(POOL)).body, true);
    assert.deepEqual((await byKey.pool.list()).map((one) => one.id), [POOL]);
  });
  await step("its nodes boot", async () => {
    await advance("120s");
    assert.deepEqual(await nodes(), { idle: NODES });
  });
  await step("add a job and tasks, with an Entra token", async () => {
    await byToken.job.add({ id: JOB, poolInfo: { poolId: POOL } });
    const tasks = Array.from({ length: TASKS }, (_, index) => (
      { id: `task${index}`, commandLine: "/bin/sh -c 'sleep 300'" }));
    const added = await byToken.task.addCollection(JOB, tasks);
    assert.deepEqual(count(added.value.map((one) => one.status.toLowerCase())), { success: TASKS });
  });
  await step("as many run as there are nodes", async () => {
    await advance("60s");
    assert.deepEqual(await tasks(), { active: TASKS - NODES, running: NODES });
    assert.deepEqual(await nodes(), { running: NODES });
  });
  await step("counts of tasks", async () => {
    const { taskCounts } = await byKey.job.getTaskCounts(JOB);
    assert.deepEqual([taskCounts.active, taskCounts.running, taskCounts.completed], [TASKS - NODES, NODES, 0]);
  });
  await step("tasks by pages", async () => {
    const first = await byKey.task.list(JOB, { taskListOptions: { maxResults: 4 } });
    assert.equal(first.length, 4);
    const second = await byKey.task.listNext(first.odatanextLink);
    assert.equal(first.length + second.length, TASKS);
  });
  await refused("a pool of the same name", "409 PoolExists", () => byKey.pool.add(poolParameters(POOL)));
  await refused("a wrong key", "403 AuthenticationFailed", () =>
    batchByKey(account, "A".repeat(86) + "==").pool.get(POOL));
}

async function changeKeys() {
  await step("use a new version of the key", async () => {
    key = await keyClient.createRsaKey(KEY, { keySize: 2048 });
    assert.equal((await setKey(key.id)).encryption.keyVaultProperties.keyIdentifier, key.id);
  });
  await step("use another key, of 3072 bits", async () => {
    const other = await keyClient.createRsaKey("otherkey", { keySize: 3072 });
    assert.equal((await setKey(other.id)).encryption.keyVaultProperties.keyIdentifier, other.id);
  });
  await step("an EC key cannot protect an account", async () => {
    const curve = await keyClient.createEcKey("eckey", { curve: "P-256" });
    await assert.rejects(setKey(curve.id), (error) => refusal(error).startsWith("400 InvalidPropertyValue"));
  });
  await step("use the first key again, without a version", async () => {
    const versionless = key.id.slice(0, key.id.lastIndexOf("/"));
    assert.equal((await setKey(versionless)).encryption.keyVaultProperties.keyIdentifier, versionless);
    assert.deepEqual(await tasks(), { active: TASKS - NODES, running: NODES });
  });
}

// Everything but reading and deleting the account is refused.
async function lost(why) {
  await refused(`${why}: list the tasks`, GONE, () => byKey.task.list(JOB));
  await refused(`${why}: list the nodes, with a token`, GONE, () => byToken.computeNode.list(POOL));
  await refused(`${why}: add a job`, GONE, () => byKey.job.add({ id: "job2", poolInfo: { poolId: POOL } }));
  await refused(`${why}: back to the platform's key`, GONE, () =>
    accounts.update(GROUP, ACCOUNT, { encryption: { keySource: "Microsoft.Batch" } }));
  await step(`${why}: the account's resource can be read`, async () => {
    assert.equal((await accounts.get(GROUP, ACCOUNT)).encryption.keySource, "Microsoft.KeyVault");
    assert.equal(await keyAccess(ACCOUNT), "lost");
  });
}

// The window after the key is back, and what was cut runs again.
async function restored(why) {
  await step(`${why}: the window runs`, async () => {
    assert.equal(await keyAccess(ACCOUNT), "restoring");
    await advance("599s");
  });
  await refused(`${why}: a second before its end`, GONE, () => byKey.task.list(JOB));
  await step(`${why}: at its end tasks run again`, async () => {
    await advance("1s");
    assert.deepEqual(await tasks(), { active: TASKS - NODES, running: NODES });
    assert.deepEqual(await nodes(), { running: NODES });
  });
}

async function revokeAndRestore() {
  await step("delete the key", async () => {
    const deleted = await (await keyClient.beginDeleteKey(KEY)).pollUntilDone();
    assert.ok(deleted.properties.recoveryId);
  });
  await lost("key deleted");
  await step("delete the second account: the one thing that still works", async () => {
    await accounts.beginDeleteAndWait(GROUP, SECOND);
    assert.deepEqual((await all(accounts.list())).map((one) => one.name), [ACCOUNT]);
  });
  await refused("purge the key: purge protection keeps it", "403 Forbidden", () => keyClient.purgeDeletedKey(KEY));
  await step("recover the key an hour later", async () => {
    await advance("1h");
    assert.equal((await (await keyClient.beginRecoverDeletedKey(KEY)).pollUntilDone()).name, KEY);
  });
  await restored("key recovered");
  await step("what was cut was requeued, once", async () => {
    const again = (await byKey.task.list(JOB)).filter((task) => task.executionInfo && task.executionInfo.requeueCount);
    assert.deepEqual(again.map((task) => task.executionInfo.requeueCount), Array(NODES).fill(1));
  });

  await step("disable the key", () => keyClient.updateKeyProperties(KEY, key.properties.version, { enabled: false }));
  await lost("key disabled");
  await step("enable it", () => keyClient.updateKeyProperties(KEY, key.properties.version, { enabled: true }));
  await restored("key enabled");

  const principal = account.identity.principalId;
  await step("take the permissions away", () =>
    vaults.updateAccessPolicy(GROUP, VAULT, "remove", policies(policy(principal, NEEDED))));
  await lost("policy removed");
  await step("give them back", () =>
    vaults.updateAccessPolicy(GROUP, VAULT, "add", policies(policy(principal, NEEDED))));
  await restored("policy restored");

  await step("delete the vault", async () => {
    await vaults.delete(GROUP, VAULT);
    assert.deepEqual((await all(vaults.listDeleted())).map((one) => one.name), [VAULT]);
  });
  await lost("vault deleted");
  await step("purge it: purge protection keeps it", () =>
    assert.rejects(vaults.beginPurgeDeletedAndWait(VAULT, LOCATION), (error) =>
      error.statusCode >= 400 && error.statusCode < 500));
  await step("recover the vault", async () => {
    const parameters = vaultParameters({ purgeProtection: true });
    parameters.properties.createMode = "recover";
    await vaults.beginCreateOrUpdateAndWait(GROUP, VAULT, parameters);
  });
  await restored("vault recovered");
  await step("the tasks run to their end", async () => {
    await advance(`${(300 * TASKS) / NODES}s`);
    assert.deepEqual(await tasks(), { completed: TASKS });
  });
}

async function platformKey() {
  await step("back to the platform's key", async () => {
    const updated = await accounts.update(GROUP, ACCOUNT, { encryption: { keySource: "Microsoft.Batch" } });
    assert.equal(updated.encryption.keySource, "Microsoft.Batch");
  });
  await step("now the key can go, and the account works", async () => {
    await (await keyClient.beginDeleteKey(KEY)).pollUntilDone();
    assert.deepEqual(await tasks(), { completed: TASKS });
    assert.equal(await keyAccess(ACCOUNT), "platform");
  });
  await step("delete the job and the pool", async () => {
    await byKey.job.deleteMethod(JOB);
    await byKey.pool.deleteMethod(POOL);
    await advance("60s");
    assert.equal((await byKey.pool.list()).length, 0);
  });
  await step("delete the account", () => accounts.beginDeleteAndWait(GROUP, ACCOUNT));
  await refused("it is gone", "404 ResourceNotFound", () => accounts.get(GROUP, ACCOUNT));
}

(async () => {
  await groupAndVault();
  await accountWithSystemIdentity();
  await accountWithUserIdentity();
  await work();
  await changeKeys();
  await revokeAndRestore();
  await platformKey();
})();
