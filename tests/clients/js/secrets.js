// The life of secrets, with @azure/keyvault-secrets.
"use strict";

const { advance, all, assert, refused, step } = require("./story.js");
const { LOCATION, OBJECT, groups, secrets, vaultParameters, vaults } = require("./clients.js");

const GROUP = "myResourceGroup";
const KINDS = ["secrets"];

let client, guarded, first, second;

const get = async (name, version) => (await client.getSecret(name, { version })).value;

async function set() {
  await step("create a vault whose policy allows secrets, and one with purge protection", async () => {
    await groups.createOrUpdate(GROUP, { location: LOCATION });
    client = secrets(await vaults.beginCreateOrUpdateAndWait(
      GROUP, "secret-vault", vaultParameters({ retentionDays: 7, objectIds: [OBJECT], kinds: KINDS })));
    guarded = secrets(await vaults.beginCreateOrUpdateAndWait(
      GROUP, "guarded-vault", vaultParameters({ purgeProtection: true, objectIds: [OBJECT], kinds: KINDS })));
  });
  await step("set a secret with all that this client says of it", async () => {
    // It leaves out the content type, and sends times after 2038 wrongly.
    const notBefore = new Date("2020-01-01T00:00:00Z"), expiresOn = new Date("2037-01-01T00:00:00Z");
    const secret = await client.setSecret(
      "password", "p\u00e4ss w\u00f6rd", { enabled: true, tags: { a: "b" }, notBefore, expiresOn });
    const shown = secret.properties;
    assert.deepEqual([secret.value, shown.tags, shown.enabled], ["p\u00e4ss w\u00f6rd", { a: "b" }, true]);
    assert.deepEqual([shown.notBefore, shown.expiresOn], [notBefore, expiresOn]);
    assert.deepEqual([shown.recoveryLevel, shown.recoverableDays], ["CustomizedRecoverable+Purgeable", 7]);
    assert.deepEqual([secret.name, shown.name], ["password", "password"]);
    assert.ok(shown.createdOn > 0 && shown.updatedOn >= shown.createdOn, `${shown.createdOn} ${shown.updatedOn}`);
    first = shown;
  });
  await step("its id names the vault as the client does", async () =>
    assert.equal(first.id, `${client.vaultUrl}secrets/password/${first.version}`));
  await step("get it, latest and by version", async () => {
    assert.deepEqual((await client.getSecret("password")).properties, first);
    assert.equal(await get("password", first.version), "p\u00e4ss w\u00f6rd");
  });
  await step("a new version hides the one before, which stays", async () => {
    second = (await client.setSecret("password", "other")).properties;
    assert.notEqual(second.version, first.version);
    assert.deepEqual([second.tags, second.expiresOn], [undefined, undefined]);
    assert.equal(await get("password"), "other");
    assert.equal(await get("password", first.version), "p\u00e4ss w\u00f6rd");
  });
  await step("an empty value is a value", async () => {
    await client.setSecret("empty", "");
    assert.equal(await get("empty"), "");
  });
  await refused("a secret that is not there", "404 SecretNotFound", () => client.getSecret("none"));
  await refused("a version that is not there", "404 SecretNotFound", () => get("password", "0".repeat(32)));
  await refused("a name that no secret can have", "400 BadParameter", () => client.getSecret("under_score"));
  await refused("a value that is too long", "400 BadParameter", () => client.setSecret("long", "x".repeat(26_000)));
}

async function update() {
  await step("disable the latest version", async () => {
    const shown = await client.updateSecretProperties("password", "", { enabled: false });
    assert.deepEqual([shown.version, shown.enabled], [second.version, false]);
  });
  await refused("its value is kept back", "403 Forbidden/SecretDisabled", () => client.getSecret("password"));
  await step("the older one is still shown", async () =>
    assert.equal(await get("password", first.version), "p\u00e4ss w\u00f6rd"));
  await step("update an older version, which keeps what is not named", async () => {
    const shown = await client.updateSecretProperties("password", first.version, { tags: { c: "d" } });
    assert.deepEqual(
      [shown.version, shown.tags, shown.expiresOn], [first.version, { c: "d" }, first.expiresOn]);
    assert.deepEqual((await client.getSecret("password", { version: first.version })).properties, shown);
  });
  await step("enable the latest version", async () => {
    await client.updateSecretProperties("password", second.version, { enabled: true });
    assert.equal(await get("password"), "other");
  });
  await refused("update one that is not there", "404 SecretNotFound", () =>
    client.updateSecretProperties("none", "", { enabled: true }));
}

async function list() {
  await step("list the secrets by pages", async () => {
    for (const name of ["one", "two", "three"]) await client.setSecret(name, name);
    const names = [];
    let pages = 0;
    for await (const page of client.listPropertiesOfSecrets().byPage({ maxPageSize: 2 })) {
      pages += 1;
      assert.ok(page.length <= 2, `${page.length} on a page`);
      names.push(...page.map((one) => one.name));
    }
    assert.ok(pages >= 3, `${pages} pages`);
    assert.deepEqual(names.sort(), ["empty", "one", "password", "three", "two"]);
  });
  await step("list the versions", async () => {
    const versions = await all(client.listPropertiesOfSecretVersions("password"));
    assert.deepEqual(versions.map((one) => one.version).sort(), [first.version, second.version].sort());
    assert.deepEqual(versions.find((one) => one.version === first.version).tags, { c: "d" });
  });
  await step("what is not there has no versions", async () =>
    assert.deepEqual(await all(client.listPropertiesOfSecretVersions("none")), []));
}

async function remove() {
  let deleted;
  await step("delete a secret", async () => {
    deleted = await (await client.beginDeleteSecret("password")).pollUntilDone();
    assert.equal((deleted.properties.scheduledPurgeDate - deleted.properties.deletedOn) / 86400e3, 7);
    assert.deepEqual([deleted.name, deleted.value], ["password", undefined]);
  });
  await refused("it is gone", "404 SecretNotFound", () => client.getSecret("password"));
  await refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", () =>
    client.setSecret("password", "again"));
  await step("find it among the deleted", async () => {
    assert.equal((await client.getDeletedSecret("password")).properties.recoveryId, deleted.properties.recoveryId);
    assert.deepEqual((await all(client.listDeletedSecrets())).map((one) => one.name), ["password"]);
  });
  await step("recover it, with both versions", async () => {
    const recovered = await (await client.beginRecoverDeletedSecret("password")).pollUntilDone();
    assert.equal(recovered.id, second.id);
    assert.equal(await get("password"), "other");
    assert.equal(await get("password", first.version), "p\u00e4ss w\u00f6rd");
    assert.deepEqual(await all(client.listDeletedSecrets()), []);
  });
  await refused("recover what is not deleted", "404 SecretNotFound", () => client.beginRecoverDeletedSecret("none"));
  await step("delete another and purge it", async () => {
    await (await client.beginDeleteSecret("one")).pollUntilDone();
    await client.purgeDeletedSecret("one");
    assert.deepEqual(await all(client.listDeletedSecrets()), []);
  });
  await step("its name is free", async () =>
    assert.equal((await client.setSecret("one", "again")).value, "again"));
  await step("what is deleted goes by itself when its time is over, and not before", async () => {
    await (await client.beginDeleteSecret("two")).pollUntilDone();
    await advance(`${7 * 24 * 3600 - 1}s`);
    assert.equal((await client.getDeletedSecret("two")).name, "two");
    await advance("1s");
    assert.deepEqual(await all(client.listDeletedSecrets()), []);
  });
  await refused("nothing is left of it", "404 SecretNotFound", () => client.getDeletedSecret("two"));
  await step("with purge protection: set and delete a secret", async () => {
    assert.equal((await guarded.setSecret("kept", "value")).properties.recoveryLevel, "Recoverable");
    await (await guarded.beginDeleteSecret("kept")).pollUntilDone();
  });
  await refused("with purge protection: purge it", "403 Forbidden", () => guarded.purgeDeletedSecret("kept"));
}

async function backup() {
  let bytes;
  await step("back a secret up", async () => {
    bytes = Buffer.from(await client.backupSecret("password"));
    assert.ok(bytes.length > 0 && !bytes.includes("other"), `${bytes.length} bytes`);
  });
  await refused("restore it where it still is", "409 Conflict", () => client.restoreSecretBackup(bytes));
  await step("restore it where it is gone, with both versions", async () => {
    await (await client.beginDeleteSecret("password")).pollUntilDone();
    await client.purgeDeletedSecret("password");
    assert.equal((await client.restoreSecretBackup(bytes)).id, second.id);
    assert.equal(await get("password"), "other");
    const older = await client.getSecret("password", { version: first.version });
    assert.deepEqual([older.value, older.properties.tags], ["p\u00e4ss w\u00f6rd", { c: "d" }]);
  });
  await refused("restore what is no backup", "400 BadParameter", () =>
    client.restoreSecretBackup(Buffer.from("no backup")));
}

(async () => {
  await set();
  await update();
  await list();
  await remove();
  await backup();
})();
