// The Batch data plane as @azure/batch drives it: every kind of request that it makes of what is emulated.
"use strict";

const { advance, assert, count, refused, step } = require("./story.js");
const { LOCATION, accounts, batchByKey, batchByToken, groups } = require("./clients.js");

const GROUP = "batchgroup";
const ACCOUNT = "batchaccount";
const POOL = "pool";
const JOB = "job";

const pool = (id, nodes) => ({
  id,
  vmSize: "standard_d2s_v3",
  targetDedicatedNodes: nodes,
  virtualMachineConfiguration: {
    imageReference: { publisher: "canonical", offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts" },
    nodeAgentSKUId: "batch.node.ubuntu 22.04",
  },
});
const task = (id, more = {}) => ({ id, commandLine: "/bin/sh -c 'sleep 3600'", ...more });

let account, byKey, byToken;

async function accountAndPools() {
  await step("create an account, and clients by key and by token", async () => {
    await groups.createOrUpdate(GROUP, { location: LOCATION });
    account = await accounts.beginCreateAndWait(GROUP, ACCOUNT, { location: LOCATION });
    const keys = await accounts.getKeys(GROUP, ACCOUNT);
    byKey = batchByKey(account, keys.secondary);
    byToken = batchByToken(account);
  });
  await step("lists of the account", async () => {
    assert.ok((await byKey.account.listSupportedImages()).length > 4);
    assert.equal((await byKey.account.listSupportedImages(
      { accountListSupportedImagesOptions: { filter: "osType eq 'windows'" } })).length, 3);
    assert.equal((await byKey.application.list()).length, 0);
    assert.equal((await byKey.certificate.list()).length, 0);
    assert.equal((await byKey.jobSchedule.list()).length, 0);
  });
  await step("add, find, get and change a pool", async () => {
    await byKey.pool.add(pool(POOL, 2));
    assert.equal((await byKey.pool.exists(POOL)).body, true);
    assert.equal((await byKey.pool.exists("nowhere")).body, false);
    await byKey.pool.patch(POOL, { metadata: [{ name: "a", value: "1" }] });
    await byKey.pool.updateProperties(
      POOL, { certificateReferences: [], applicationPackageReferences: [], metadata: [{ name: "b", value: "2" }] });
    const seen = await byKey.pool.get(POOL);
    assert.equal(seen.metadata[0].name, "b");
    assert.equal(seen.resizeTimeout, "PT15M");
    await advance("120s");
    await byKey.pool.resize(POOL, { targetDedicatedNodes: 3 });
    await byKey.pool.stopResize(POOL);
    await advance("120s");
    assert.equal((await byKey.pool.get(POOL)).currentDedicatedNodes, 3);
  });
  await refused("a stale eTag", "412 ConditionNotMet",
    () => byKey.pool.patch(POOL, { metadata: [] }, { poolPatchOptions: { ifMatch: "0x1" } }));
}

async function nodes() {
  let ids;
  await step("list, count, switch off, reboot and remove nodes", async () => {
    const client = byKey.computeNode;
    const list = await client.list(POOL);
    assert.deepEqual(count(list.map((one) => one.state)), { idle: 3 });
    ids = list.map((one) => one.id);
    const [counts] = await byKey.account.listPoolNodeCounts();
    assert.equal(counts.dedicated.idle, 3);
    await client.disableScheduling(POOL, ids[0], { nodeDisableSchedulingOption: "requeue" });
    assert.equal((await client.get(POOL, ids[0])).state, "offline");
    await client.enableScheduling(POOL, ids[0]);
    await client.reboot(POOL, ids[0], { nodeRebootOption: "requeue" });
    assert.equal((await client.get(POOL, ids[0])).state, "rebooting");
    await advance("120s");
    await byKey.pool.removeNodes(POOL, { nodeList: [ids[2]] });
    await advance("120s");
    assert.equal((await byKey.pool.get(POOL)).currentDedicatedNodes, 2);
  });
}

async function jobsAndTasks() {
  await step("add, change, disable and enable a job", async () => {
    await byToken.job.add({ id: JOB, priority: 5, poolInfo: { poolId: POOL } });
    await byToken.job.patch(JOB, { constraints: { maxWallClockTime: "PT6H" } });
    assert.equal((await byToken.job.get(JOB)).constraints.maxWallClockTime, "PT6H");
    await byToken.job.update(JOB, { poolInfo: { poolId: POOL } });
    assert.equal((await byToken.job.get(JOB)).priority, 0);
    await byToken.job.disable(JOB, "requeue");
    assert.equal((await byToken.job.get(JOB)).state, "disabled");
    await byToken.job.enable(JOB);
  });
  await step("tasks, one by one and together", async () => {
    await byKey.task.add(JOB, task("first"));
    const results = await byKey.task.addCollection(JOB, ["a", "b", "c"].map((id) => task(id)));
    assert.deepEqual(count(results.value.map((one) => one.status)), { success: 3 });
    const again = await byKey.task.addCollection(JOB, [task("a")]);
    assert.equal(again.value[0].error.code, "TaskExists");
    assert.ok(again.value[0].error.message.value);
    await byKey.task.update(JOB, "a", { constraints: { retentionTime: "P1D" } });
    assert.equal((await byKey.task.get(JOB, "a")).constraints.retentionTime, "P1D");
    const counts = await byKey.job.getTaskCounts(JOB);
    assert.equal(counts.taskCounts.running, 2);
    assert.equal(counts.taskSlotCounts.active, 2);
  });
  await step("terminate, reactivate and delete a task", async () => {
    await byKey.task.terminate(JOB, "a");
    assert.equal((await byKey.task.get(JOB, "a")).state, "completed");
    await byKey.task.reactivate(JOB, "a");
    await byKey.task.deleteMethod(JOB, "a");
  });
  await refused("a task that is gone", "404 TaskNotFound", () => byKey.task.get(JOB, "a"));
  await step("pages, filters and selections", async () => {
    const first = await byKey.task.list(JOB, { taskListOptions: { maxResults: 2 } });
    assert.equal(first.length, 2);
    const rest = await byKey.task.listNext(first.odatanextLink);
    assert.equal(rest.length, 1);
    const running = await byKey.task.list(
      JOB, { taskListOptions: { filter: "state eq 'running' or startswith(id,'zz')", select: "id" } });
    assert.equal(running.length, 2);
    assert.equal(running[0].commandLine, undefined);
  });
  await refused("a filter that cannot be read", "400 InvalidQueryParameterValue",
    () => byKey.pool.list({ poolListOptions: { filter: "color eq 'red'" } }));
  await step("terminate and delete a job and a pool", async () => {
    await byKey.job.terminate(JOB, { terminateReason: "enough" });
    assert.equal((await byKey.job.get(JOB)).executionInfo.terminateReason, "enough");
    await byKey.job.deleteMethod(JOB);
    await byKey.pool.deleteMethod(POOL);
    await advance("300s");
    assert.equal((await byKey.pool.list()).length, 0);
    assert.equal((await byKey.job.list()).length, 0);
  });
  await refused("files of a task", "501 NotImplemented", () => byKey.file.listFromTask(JOB, "a"));
  await refused("a job schedule", "501 NotImplemented",
    () => byKey.jobSchedule.add({ id: "s", schedule: {}, jobSpecification: { poolInfo: { poolId: POOL } } }));
}

async function main() {
  await accountAndPools();
  await nodes();
  await jobsAndTasks();
}

main();
