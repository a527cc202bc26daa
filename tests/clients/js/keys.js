// The life of keys, with @azure/keyvault-keys and @azure/arm-keyvault, and their cryptography against Node's own.
"use strict";

const crypto = require("node:crypto");
const { CryptographyClient } = require("@azure/keyvault-keys");
const { advance, all, assert, refused, step } = require("./story.js");
const {
  LOCATION, OBJECT, credential, groups, identities, keys, policies, policy, vaultParameters, vaults,
} = require("./clients.js");

const GROUP = "myResourceGroup";
const PLAIN = Buffer.from("0123456789abcdef0123456789abcdef");

let keyClient, guarded;

const cryptography = async (name) => new CryptographyClient(await keyClient.getKey(name), credential);

// The public half as Node knows it.
function publicKey(key) {
  const jwk = { kty: key.kty };
  for (const name of ["n", "e", "x", "y"]) {
    if (key[name]) jwk[name] = Buffer.from(key[name]).toString("base64url");
  }
  if (key.crv) jwk.crv = key.crv === "P-256K" ? "secp256k1" : key.crv;
  return crypto.createPublicKey({ key: jwk, format: "jwk" });
}

async function create() {
  await step("create a vault without purge protection and one with it", async () => {
    await groups.createOrUpdate(GROUP, { location: LOCATION });
    keyClient = keys(await vaults.beginCreateOrUpdateAndWait(
      GROUP, "open-vault", vaultParameters({ retentionDays: 7, objectIds: [OBJECT] })));
    guarded = keys(await vaults.beginCreateOrUpdateAndWait(
      GROUP, "guarded-vault", vaultParameters({ purgeProtection: true, objectIds: [OBJECT] })));
  });
  await step("is a vault's name free?", async () => {
    const type = "Microsoft.KeyVault/vaults";
    const check = async (name) => (await vaults.checkNameAvailability({ name, type })).nameAvailable;
    assert.equal(await check("open-vault"), false);
    assert.equal(await check("free-vault"), true);
  });
  for (const keySize of [2048, 3072, 4096]) {
    await step(`create an RSA key of ${keySize} bits`, async () => {
      const key = await keyClient.createRsaKey(`rsa-${keySize}`, { keySize });
      assert.deepEqual([key.keyType, key.key.n.length], ["RSA", keySize / 8]);
    });
  }
  for (const [curve, length] of [["P-256", 32], ["P-256K", 32], ["P-384", 48], ["P-521", 66]]) {
    await step(`create an EC key on ${curve}`, async () => {
      const key = await keyClient.createEcKey(`ec-${curve.toLowerCase()}`, { curve });
      assert.deepEqual([key.keyType, key.key.crv, key.key.x.length], ["EC", curve, length]);
    });
  }
  await step("create a key with tags, operations and times", async () => {
    // Later ones than 2038 this client sends wrongly.
    const expiresOn = new Date("2037-01-01T00:00:00Z");
    const key = await keyClient.createKey("tagged", "RSA", {
      keySize: 2048, keyOps: ["wrapKey", "unwrapKey"], tags: { a: "b" }, enabled: false, expiresOn });
    assert.deepEqual([...key.keyOperations].sort(), ["unwrapKey", "wrapKey"]);
    assert.deepEqual(
      [key.properties.tags, key.properties.enabled, key.properties.expiresOn], [{ a: "b" }, false, expiresOn]);
  });
  await step("update the latest version, then a given one", async () => {
    const key = await keyClient.updateKeyProperties("tagged", { enabled: true, tags: { c: "d" } });
    assert.deepEqual([key.properties.enabled, key.properties.tags], [true, { c: "d" }]);
    const older = await keyClient.updateKeyProperties("tagged", key.properties.version, { enabled: false });
    assert.equal(older.properties.enabled, false);
  });
}

async function list() {
  await step("list the keys by pages", async () => {
    const names = [];
    let pages = 0;
    for await (const page of keyClient.listPropertiesOfKeys().byPage({ maxPageSize: 3 })) {
      pages += 1;
      names.push(...page.map((one) => one.name));
    }
    assert.ok(pages >= 3, `${pages} pages`);
    assert.deepEqual(names.sort(), [
      "ec-p-256", "ec-p-256k", "ec-p-384", "ec-p-521", "rsa-2048", "rsa-3072", "rsa-4096", "tagged"]);
  });
  await step("list the versions", async () => {
    for (let i = 0; i < 3; ++i) await keyClient.createEcKey("ec-p-256", { curve: "P-256" });
    assert.equal((await all(keyClient.listPropertiesOfKeyVersions("ec-p-256"))).length, 4);
  });
}

async function rsa() {
  const client = await cryptography("rsa-2048");
  const key = publicKey((await keyClient.getKey("rsa-2048")).key);
  for (const algorithm of ["RSA-OAEP-256", "RSA-OAEP", "RSA1_5"]) {
    await step(`wrapped by the SDK by ${algorithm}, unwrapped by the vault`, async () => {
      const { result } = await client.wrapKey(algorithm, PLAIN);
      assert.deepEqual(Buffer.from((await client.unwrapKey(algorithm, result)).result), PLAIN);
    });
    await step(`encrypted by the SDK by ${algorithm}, decrypted by the vault`, async () => {
      const { result } = await client.encrypt({ algorithm, plaintext: PLAIN });
      assert.deepEqual(Buffer.from((await client.decrypt({ algorithm, ciphertext: result })).result), PLAIN);
    });
  }
  await step("wrapped by Node, unwrapped by the vault", async () => {
    const wrapped = crypto.publicEncrypt(
      { key, oaepHash: "sha256", padding: crypto.constants.RSA_PKCS1_OAEP_PADDING }, PLAIN);
    assert.deepEqual(Buffer.from((await client.unwrapKey("RSA-OAEP-256", wrapped)).result), PLAIN);
  });
  for (const algorithm of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]) {
    await step(`signed by the vault by ${algorithm}, verified by the vault and by Node`, async () => {
      const hash = "sha" + algorithm.slice(2);
      const digest = crypto.createHash(hash).update(PLAIN).digest();
      const { result } = await client.sign(algorithm, digest);
      assert.equal((await client.verify(algorithm, digest, result)).result, true);
      const pss = algorithm[0] === "P";
      const padding = pss ? crypto.constants.RSA_PKCS1_PSS_PADDING : crypto.constants.RSA_PKCS1_PADDING;
      assert.ok(crypto.verify(hash, PLAIN, { key, padding }, result));
      const other = crypto.createHash(hash).update("another").digest();
      assert.equal((await client.verify(algorithm, other, result)).result, false);
    });
  }
  await step("signed data, verified by the SDK", async () => {
    const { result } = await client.signData("RS256", PLAIN);
    assert.equal((await client.verifyData("RS256", PLAIN, result)).result, true);
  });
}

async function curves() {
  for (const [curve, algorithm, hash] of [
    ["p-256", "ES256", "sha256"], ["p-256k", "ES256K", "sha256"],
    ["p-384", "ES384", "sha384"], ["p-521", "ES512", "sha512"]]) {
    await step(`signed by the vault by ${algorithm}, verified by the vault and by Node`, async () => {
      const client = await cryptography(`ec-${curve}`);
      const digest = crypto.createHash(hash).update(PLAIN).digest();
      const { result } = await client.sign(algorithm, digest);
      assert.equal((await client.verify(algorithm, digest, result)).result, true);
      const key = publicKey((await keyClient.getKey(`ec-${curve}`)).key);
      assert.ok(crypto.verify(hash, PLAIN, { key, dsaEncoding: "ieee-p1363" }, result));
    });
  }
}

async function imported() {
  const own = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  let client;
  await step("import a private key made here", async () => {
    const jwk = own.privateKey.export({ format: "jwk" });
    const bytes = Object.fromEntries(
      ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((name) => [name, Buffer.from(jwk[name], "base64url")]));
    const key = await keyClient.importKey("imported", {
      kty: "RSA", keyOps: ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"], ...bytes });
    assert.deepEqual(Buffer.from(key.key.n), bytes.n);
    assert.equal(key.key.d, undefined);
    client = new CryptographyClient(key, credential);
  });
  await step("wrapped by the vault, unwrapped here", async () => {
    // The SDK leaves this algorithm to the vault.
    const { result } = await client.wrapKey("RSA-OAEP-256", PLAIN);
    const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
    assert.deepEqual(
      crypto.privateDecrypt({ key: own.privateKey, oaepHash: "sha256", padding }, Buffer.from(result)), PLAIN);
  });
  await step("signed here, verified by the vault", async () => {
    const signature = crypto.sign("sha256", PLAIN, own.privateKey);
    const digest = crypto.createHash("sha256").update(PLAIN).digest();
    assert.equal((await client.verify("RS256", digest, signature)).result, true);
    const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
    const pss = crypto.sign("sha256", PLAIN, { key: own.privateKey, padding, saltLength: 32 });
    assert.equal((await client.verify("PS256", digest, pss)).result, true);
  });
}

async function rotation() {
  const DAY = 86400;
  let first;
  await step("rotate a key: a new version of the same kind", async () => {
    first = await keyClient.createEcKey("turning", { curve: "P-384", tags: { a: "b" } });
    const second = await keyClient.rotateKey("turning");
    assert.notEqual(second.properties.version, first.properties.version);
    assert.deepEqual([second.key.crv, second.properties.tags], ["P-384", { a: "b" }]);
    assert.notDeepEqual(Buffer.from(second.key.x), Buffer.from(first.key.x));
  });
  await step("set a rotation policy", async () => {
    await keyClient.updateKeyRotationPolicy("turning", {
      expiresIn: "P90D", lifetimeActions: [{ action: "Rotate", timeAfterCreate: "P30D" }] });
    const policy = await keyClient.getKeyRotationPolicy("turning");
    assert.equal(policy.expiresIn, "P90D");
    assert.deepEqual(
      policy.lifetimeActions.map((one) => [one.action, one.timeAfterCreate, one.timeBeforeExpiry]),
      [["Rotate", "P30D", undefined], ["Notify", undefined, "P30D"]]);
  });
  await step("it rotates when the time has come, and not before", async () => {
    const before = (await keyClient.getKey("turning")).id;
    await advance(`${29 * DAY}s`);
    assert.equal((await keyClient.getKey("turning")).id, before);
    await advance(`${2 * DAY}s`);
    const after = await keyClient.getKey("turning");
    assert.notEqual(after.id, before);
    assert.equal((after.properties.expiresOn - after.properties.createdOn) / 1000, 90 * DAY);
  });
  await step("back it up, purge it and restore it with all its versions", async () => {
    const latest = (await keyClient.getKey("turning")).id;
    const backup = await keyClient.backupKey("turning");
    await (await keyClient.beginDeleteKey("turning")).pollUntilDone();
    await keyClient.purgeDeletedKey("turning");
    assert.equal((await keyClient.restoreKeyBackup(backup)).id, latest);
    assert.equal((await all(keyClient.listPropertiesOfKeyVersions("turning"))).length, 3);
    const old = await keyClient.getKey("turning", { version: first.properties.version });
    assert.deepEqual(Buffer.from(old.key.x), Buffer.from(first.key.x));
    assert.equal((await keyClient.getKeyRotationPolicy("turning")).expiresIn, "P90D");
  });
  await refused("restore what is no backup", "400 BadParameter", () =>
    keyClient.restoreKeyBackup(Buffer.from("no backup")));
}

async function refusals() {
  await refused("a key that is not there", "404 KeyNotFound", () => keyClient.getKey("no-such-key"));
  await refused("a version that is not there", "404 KeyNotFound", () =>
    keyClient.getKey("rsa-2048", { version: "0".repeat(32) }));
  await refused("a size that does not exist", "400 BadParameter", () =>
    keyClient.createRsaKey("odd", { keySize: 1000 }));
  const client = await cryptography("rsa-2048");
  await step("disable a key", () => keyClient.updateKeyProperties("rsa-2048", { enabled: false }));
  await refused("unwrap with it", "403 Forbidden/KeyDisabled", () =>
    client.unwrapKey("RSA-OAEP", Buffer.alloc(256, 1)));
  await step("enable it", () => keyClient.updateKeyProperties("rsa-2048", { enabled: true }));
  await refused("unwrap bytes that nobody wrapped", "400 BadParameter", () =>
    client.unwrapKey("RSA-OAEP", Buffer.alloc(256, 1)));
  await step("take the permission to decrypt away", async () => {
    const somebody = await identities.createOrUpdate(GROUP, "somebody", { location: LOCATION });
    await vaults.updateAccessPolicy(GROUP, "open-vault", "replace", policies(
      policy(OBJECT, ["get", "list", "create", "delete", "recover", "purge"]), policy(somebody.principalId, ["all"])));
  });
  await refused("decrypt without it", "403 Forbidden/ForbiddenByPolicy", () =>
    client.decrypt({ algorithm: "RSA-OAEP", ciphertext: Buffer.alloc(256, 1) }));
}

async function remove() {
  let deleted;
  await step("delete a key", async () => {
    deleted = await (await keyClient.beginDeleteKey("rsa-2048")).pollUntilDone();
    assert.equal((deleted.properties.scheduledPurgeDate - deleted.properties.deletedOn) / 86400e3, 7);
  });
  await refused("it is gone", "404 KeyNotFound", () => keyClient.getKey("rsa-2048"));
  await refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", () =>
    keyClient.createRsaKey("rsa-2048"));
  await step("find it among the deleted", async () => {
    assert.equal((await keyClient.getDeletedKey("rsa-2048")).name, "rsa-2048");
    assert.deepEqual((await all(keyClient.listDeletedKeys())).map((one) => one.name), ["rsa-2048"]);
  });
  await step("recover it, with its version", async () => {
    const key = await (await keyClient.beginRecoverDeletedKey("rsa-2048")).pollUntilDone();
    assert.equal(key.id, deleted.id);
  });
  await step("delete it again and purge it", async () => {
    await (await keyClient.beginDeleteKey("rsa-2048")).pollUntilDone();
    await keyClient.purgeDeletedKey("rsa-2048");
    assert.equal((await all(keyClient.listDeletedKeys())).length, 0);
  });
  await refused("nothing is left of it", "404 KeyNotFound", () => keyClient.getDeletedKey("rsa-2048"));
  await step("what is deleted goes by itself when its time is over", async () => {
    await (await keyClient.beginDeleteKey("rsa-3072")).pollUntilDone();
    await advance(`${7 * 24 * 3600}s`);
    assert.equal((await all(keyClient.listDeletedKeys())).length, 0);
  });
  await step("with purge protection: create and delete a key", async () => {
    assert.equal((await guarded.createRsaKey("kept", { keySize: 2048 })).properties.recoveryLevel, "Recoverable");
    await (await guarded.beginDeleteKey("kept")).pollUntilDone();
  });
  await refused("with purge protection: purge it", "403 Forbidden", () => guarded.purgeDeletedKey("kept"));
  await step("delete and purge a vault", async () => {
    await vaults.delete(GROUP, "open-vault");
    await vaults.beginPurgeDeletedAndWait("open-vault", LOCATION);
    assert.equal((await all(vaults.listDeleted())).length, 0);
  });
}

(async () => {
  await create();
  await list();
  await rsa();
  await curves();
  await imported();
  await rotation();
  await refusals();
  await remove();
})();
