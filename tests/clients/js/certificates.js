// The life of certificates, with @azure/keyvault-certificates, and the keys and secrets behind them, against what Node
// and the openssl command make of them.
"use strict";

const { execFileSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { DefaultCertificatePolicy } = require("@azure/keyvault-certificates");
const { advance, all, assert, refused, step } = require("./story.js");
const { LOCATION, OBJECT, certificates, groups, keys, secrets, vaultParameters, vaults } = require("./clients.js");

const GROUP = "myResourceGroup";
const KINDS = ["keys", "secrets", "certificates"];
const DAY = 86400;
const PEM = "application/x-pem-file", PKCS12 = "application/x-pkcs12";

let client, many, keyClient, secretClient, first, latest;

const read = (certificate) => new crypto.X509Certificate(Buffer.from(certificate.cer));
const make = async (name, policy, options) =>
  (await client.beginCreateCertificate(name, policy, options)).pollUntilDone();
const remove = async (name) => (await client.beginDeleteCertificate(name)).pollUntilDone();
const file = (name) => path.join(process.env.TMPDIR, name);
const openssl = (...words) => execFileSync("openssl", words, { stdio: ["ignore", "pipe", "ignore"] });

// What a PKCS #12 file holds: the certificate, and the private key.
function open(pfx, password) {
  fs.writeFileSync(file("opened.pfx"), pfx);
  const pem = openssl("pkcs12", "-in", file("opened.pfx"), "-passin", `pass:${password}`, "-nodes");
  return { certificate: new crypto.X509Certificate(pem), key: crypto.createPrivateKey(pem) };
}

// A certificate for `subject`, made here, with its key in PKCS #8.
function makeHere(subject) {
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-days", "36500", "-keyout",
    file("made.key"), "-out", file("made.crt"));
  return { key: fs.readFileSync(file("made.key"), "utf8"), certificate: fs.readFileSync(file("made.crt"), "utf8") };
}

// What an issuer elsewhere makes of a request, in DER.
function answer(csr) {
  makeHere("/CN=issuer");
  fs.writeFileSync(file("asked.csr"), csr);
  openssl("x509", "-req", "-inform", "DER", "-in", file("asked.csr"), "-CA", file("made.crt"), "-CAkey",
    file("made.key"), "-set_serial", "5", "-days", "36500", "-out", file("answered.crt"));
  return new crypto.X509Certificate(fs.readFileSync(file("answered.crt"))).raw;
}

async function create() {
  await step("create a vault whose policy allows all three kinds, and one for many certificates", async () => {
    await groups.createOrUpdate(GROUP, { location: LOCATION });
    const parameters = vaultParameters({ retentionDays: 7, objectIds: [OBJECT], kinds: KINDS });
    const vault = await vaults.beginCreateOrUpdateAndWait(GROUP, "cert-vault", parameters);
    [client, keyClient, secretClient] = [certificates(vault), keys(vault), secrets(vault)];
    many = certificates(await vaults.beginCreateOrUpdateAndWait(GROUP, "many-vault", parameters));
  });
  await step("create a certificate and wait for it", async () => {
    first = await make("web", {
      issuerName: "Self", subject: "CN=one.example", validityInMonths: 12, keySize: 3072,
      subjectAlternativeNames: { dnsNames: ["one.example", "www.one.example"] },
      keyUsage: ["digitalSignature", "keyEncipherment"], enhancedKeyUsage: ["1.3.6.1.5.5.7.3.1"],
    }, { tags: { a: "b" } });
    const shown = first.properties, x509 = read(first);
    assert.deepEqual([first.name, shown.name, shown.tags, shown.enabled], ["web", "web", { a: "b" }, true]);
    assert.deepEqual([shown.recoveryLevel, shown.recoverableDays], ["CustomizedRecoverable+Purgeable", 7]);
    assert.deepEqual([x509.subject, x509.issuer], ["CN=one.example", "CN=one.example"]);
    assert.equal(x509.subjectAltName, "DNS:one.example, DNS:www.one.example");
    assert.deepEqual(x509.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(x509.publicKey.asymmetricKeyDetails.modulusLength, 3072);
    assert.ok(x509.verify(x509.publicKey));
    assert.equal(shown.x509ThumbprintString.toUpperCase(), x509.fingerprint.replaceAll(":", ""));
    assert.deepEqual([shown.notBefore, shown.expiresOn], [new Date(x509.validFrom), new Date(x509.validTo)]);
  });
  await step("its policy says how it was made", async () => {
    const policy = await client.getCertificatePolicy("web");
    assert.deepEqual(policy, first.policy);
    assert.deepEqual(
      [policy.issuerName, policy.subject, policy.keyType, policy.keySize, policy.exportable, policy.contentType],
      ["Self", "CN=one.example", "RSA", 3072, true, PKCS12]);
    assert.deepEqual(policy.subjectAlternativeNames, { dnsNames: ["one.example", "www.one.example"] });
    assert.deepEqual([policy.validityInMonths, policy.keyUsage], [12, ["digitalSignature", "keyEncipherment"]]);
  });
  await step("the request is told of afterwards", async () => {
    const poller = await client.getCertificateOperation("web");
    const { certificateOperation: seen } = poller.getOperationState();
    assert.deepEqual([seen.status, seen.issuerName, seen.cancellationRequested], ["completed", "Self", false]);
    assert.equal((await poller.pollUntilDone()).properties.id, first.properties.id);
  });
  await step("a new version hides the one before, which stays", async () => {
    latest = await make("web", DefaultCertificatePolicy);
    assert.notEqual(latest.properties.version, first.properties.version);
    assert.deepEqual([read(latest).subject, latest.properties.tags], ["CN=MyCert", undefined]);
    assert.deepEqual((await client.getCertificate("web")).cer, latest.cer);
    assert.deepEqual((await client.getCertificateVersion("web", first.properties.version)).cer, first.cer);
    const versions = await all(client.listPropertiesOfCertificateVersions("web"));
    assert.deepEqual(
      versions.map((one) => one.version).sort(), [first.properties.version, latest.properties.version].sort());
  });
  for (const keyCurveName of ["P-256", "P-384", "P-521"]) {
    await step(`create one on ${keyCurveName}, whose secret is PEM`, async () => {
      const name = `ec-${keyCurveName.toLowerCase()}`;
      const made = await make(name, {
        issuerName: "Self", subject: "CN=curve.example", keyType: "EC", keyCurveName, contentType: PEM });
      const { value, properties } = await secretClient.getSecret(name);
      assert.equal(properties.contentType, PEM);
      assert.deepEqual(new crypto.X509Certificate(value).raw, Buffer.from(made.cer));
      assert.ok(read(made).checkPrivateKey(crypto.createPrivateKey(value)));
      assert.equal((await keyClient.getKey(name)).key.crv, keyCurveName);
    });
  }
  await refused("a certificate that is not there", "404 CertificateNotFound", () => client.getCertificate("none"));
  await refused("a version that is not there", "404 CertificateNotFound", () =>
    client.getCertificateVersion("web", "0".repeat(32)));
  await refused("a name that no certificate can have", "400 BadParameter", () =>
    client.getCertificate("under_score"));
  await refused("a subject that is none", "400 BadParameter", () =>
    client.beginCreateCertificate("odd", { issuerName: "Self", subject: "no name" }));
}

async function behind() {
  await step("its key and its secret are those of the certificate", async () => {
    const secret = await secretClient.getSecret("web"), key = await keyClient.getKey("web");
    assert.deepEqual([secret.properties.contentType, secret.properties.managed], [PKCS12, true]);
    assert.equal(key.properties.managed, true);
    const { version } = latest.properties;
    assert.deepEqual([secret.properties.version, key.properties.version], [version, version]);
    assert.deepEqual(
      [latest.secretId, latest.keyId, secret.properties.certificateKeyId], [secret.properties.id, key.id, key.id]);
    const held = open(Buffer.from(secret.value, "base64"), "");
    assert.deepEqual(held.certificate.raw, Buffer.from(latest.cer));
    assert.ok(held.certificate.checkPrivateKey(held.key));
    assert.equal(held.key.export({ format: "jwk" }).n, Buffer.from(key.key.n).toString("base64url"));
  });
  await step("what is not exportable keeps its key", async () => {
    await make("kept", { issuerName: "Self", subject: "CN=kept.example", exportable: false, contentType: PEM });
    const { value } = await secretClient.getSecret("kept");
    assert.ok(value.includes("BEGIN CERTIFICATE") && !value.includes("PRIVATE KEY"));
  });
  await refused("its key is not to be deleted alone", "403 Forbidden/KeyManagedByKeyVault", () =>
    keyClient.beginDeleteKey("web"));
  await refused("nor its secret to be set", "403 Forbidden/SecretManagedByKeyVault", () =>
    secretClient.setSecret("web", "value"));
}

async function update() {
  await step("disable it", async () => {
    const shown = await client.updateCertificateProperties("web", "", { enabled: false });
    assert.deepEqual([shown.properties.enabled, shown.properties.version], [false, latest.properties.version]);
    assert.equal((await client.getCertificate("web")).properties.enabled, false);
  });
  await refused("its secret is kept back", "403 Forbidden/SecretDisabled", () => secretClient.getSecret("web"));
  await step("enable it, with other tags", async () => {
    const { version } = latest.properties;
    const shown = await client.updateCertificateProperties("web", version, { enabled: true, tags: { c: "d" } });
    assert.deepEqual([shown.properties.enabled, shown.properties.tags], [true, { c: "d" }]);
    assert.equal((await secretClient.getSecret("web")).properties.enabled, true);
    const older = await client.getCertificateVersion("web", first.properties.version);
    assert.deepEqual(older.properties.tags, { a: "b" });
  });
  await step("change the policy of the next version", async () => {
    // This client does not read the answer.
    await client.updateCertificatePolicy("web", {
      issuerName: "Self", subject: "CN=two.example", validityInMonths: 24,
      lifetimeActions: [{ action: "AutoRenew", daysBeforeExpiry: 30 }] });
    const policy = await client.getCertificatePolicy("web");
    assert.deepEqual([policy.subject, policy.validityInMonths], ["CN=two.example", 24]);
    assert.deepEqual(
      policy.lifetimeActions.map((one) => [one.action, one.daysBeforeExpiry, one.lifetimePercentage]),
      [["AutoRenew", 30, undefined]]);
    assert.equal(read(await client.getCertificate("web")).subject, "CN=MyCert");
  });
  await step("it renews itself when the time has come, and not before", async () => {
    const { expiresOn, createdOn } = latest.properties;
    await advance(`${(expiresOn - createdOn) / 1000 - 31 * DAY}s`);
    assert.equal((await client.getCertificate("web")).properties.version, latest.properties.version);
    await advance(`${2 * DAY}s`);
    const renewed = await client.getCertificate("web");
    assert.notEqual(renewed.properties.version, latest.properties.version);
    assert.equal(read(renewed).subject, "CN=two.example");
    assert.ok(!read(renewed).publicKey.equals(read(latest).publicKey));
    latest = renewed;
  });
  await step("keep contacts", async () => {
    const contacts = [
      { email: "a@example.com", name: "a", phone: "1" }, { email: "b@example.com", name: undefined, phone: undefined }];
    assert.deepEqual(await client.setContacts(contacts), contacts);
    assert.deepEqual(await client.getContacts(), contacts);
    // Nor does it read this answer.
    await client.deleteContacts();
  });
  await refused("there are none any more", "404 ContactsNotFound", () => client.getContacts());
  await step("there are no issuers", async () =>
    assert.deepEqual(await all(client.listPropertiesOfIssuers()), []));
}

async function list() {
  await step("list many certificates by pages", async () => {
    // This client asks for no size of a page, and the vault's is 25.
    const made = [];
    for (let i = 10; i < 38; ++i) {
      made.push(`many-${i}`);
      await many.beginCreateCertificate(`many-${i}`, { issuerName: "Self", subject: "CN=many", keyType: "EC" });
    }
    const sizes = [], names = [];
    for await (const page of many.listPropertiesOfCertificates().byPage()) {
      sizes.push(page.length);
      names.push(...page.map((one) => one.name));
    }
    assert.deepEqual([sizes, names.sort()], [[25, 3], made]);
  });
  await step("what is listed is what is shown", async () => {
    const listed = (await all(client.listPropertiesOfCertificates())).find((one) => one.name === "web");
    const { properties } = await client.getCertificate("web");
    assert.deepEqual(
      [listed.x509ThumbprintString, listed.expiresOn, listed.tags],
      [properties.x509ThumbprintString, properties.expiresOn, properties.tags]);
  });
  await step("what is not there has no versions", async () =>
    assert.deepEqual(await all(client.listPropertiesOfCertificateVersions("none")), []));
}

async function gone() {
  let deleted;
  await step("delete it", async () => {
    deleted = await remove("web");
    assert.equal((deleted.scheduledPurgeDate - deleted.deletedOn) / 1000, 7 * DAY);
    assert.deepEqual([deleted.name, deleted.cer], ["web", latest.cer]);
    assert.deepEqual((await all(client.listDeletedCertificates())).map((one) => one.name), ["web"]);
    assert.equal((await client.getDeletedCertificate("web")).recoveryId, deleted.recoveryId);
  });
  await refused("it is gone", "404 CertificateNotFound", () => client.getCertificate("web"));
  await refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", () =>
    client.beginCreateCertificate("web", DefaultCertificatePolicy));
  await refused("its key went along", "404 KeyNotFound", () => keyClient.getKey("web"));
  await refused("its secret went along", "404 SecretNotFound", () => secretClient.getSecret("web"));
  await step("recover all three", async () => {
    const recovered = await (await client.beginRecoverDeletedCertificate("web")).pollUntilDone();
    assert.equal(recovered.properties.id, latest.properties.id);
    assert.equal((await keyClient.getKey("web")).id, latest.keyId);
    assert.equal((await secretClient.getSecret("web")).properties.id, latest.secretId);
    assert.deepEqual((await client.getCertificateVersion("web", first.properties.version)).cer, first.cer);
  });
  await refused("recover what is not there", "404 CertificateNotFound", () =>
    client.beginRecoverDeletedCertificate("none"));
  await step("what is deleted goes by itself when its time is over", async () => {
    await remove("ec-p-256");
    await advance(`${7 * DAY}s`);
    assert.deepEqual(await all(client.listDeletedCertificates()), []);
  });
}

async function backup() {
  let bytes;
  await step("back it up, and restore it where it is gone, with its versions", async () => {
    const { value } = await secretClient.getSecret("web");
    bytes = await client.backupCertificate("web");
    await remove("web");
    await client.purgeDeletedCertificate("web");
    assert.deepEqual(await all(client.listDeletedCertificates()), []);
    assert.equal((await client.restoreCertificateBackup(bytes)).properties.id, latest.properties.id);
    assert.equal((await secretClient.getSecret("web")).value, value);
    assert.deepEqual((await client.getCertificateVersion("web", first.properties.version)).cer, first.cer);
    assert.equal((await client.getCertificatePolicy("web")).subject, "CN=two.example");
  });
  await refused("restore it where it still is", "409 Conflict", () => client.restoreCertificateBackup(bytes));
  await refused("restore what is no backup", "400 BadParameter", () =>
    client.restoreCertificateBackup(Buffer.from("no backup")));
}

async function bring() {
  let own, pem, pfx, whole;
  await step("make a certificate with the command", () => {
    own = makeHere("/CN=made.example");
    pem = Buffer.from(own.key + own.certificate);
    whole = new crypto.X509Certificate(own.certificate);
    fs.writeFileSync(file("made.pem"), pem);
    pfx = openssl("pkcs12", "-export", "-in", file("made.pem"), "-passout", "pass:word");
    assert.ok(own.key.startsWith("-----BEGIN PRIVATE KEY-----"));
  });
  await step("import the file of another", async () => {
    const { value } = await secretClient.getSecret("web");
    const brought = await client.importCertificate("brought", Buffer.from(value, "base64"));
    assert.deepEqual([brought.cer, brought.policy.subject], [latest.cer, "CN=two.example"]);
  });
  await refused("import a file without its password", "400 BadParameter", () =>
    client.importCertificate("brought-pfx", pfx));
  await step("import it with its password", async () => {
    const brought = await client.importCertificate("brought-pfx", pfx, { password: "word", tags: { a: "b" } });
    assert.deepEqual([Buffer.from(brought.cer), brought.properties.tags], [whole.raw, { a: "b" }]);
    assert.deepEqual([brought.policy.subject, brought.policy.contentType], ["CN=made.example", PKCS12]);
    const { value } = await secretClient.getSecret("brought-pfx");
    assert.ok(whole.checkPrivateKey(open(Buffer.from(value, "base64"), "").key));
  });
  // This client sends text as it is when `policy` says that it is PEM, but sends a policy only by its inner name.
  const asText = { policy: { contentType: PEM } };
  const asPem = { ...asText, certificatePolicy: { secretProperties: { contentType: PEM } } };
  await refused("import PEM without saying so", "400 BadParameter", () =>
    client.importCertificate("brought-pem", pem, asText));
  await step("import PEM", async () => {
    const brought = await client.importCertificate("brought-pem", pem, asPem);
    assert.deepEqual([Buffer.from(brought.cer), brought.policy.contentType], [whole.raw, PEM]);
    const { value } = await secretClient.getSecret("brought-pem");
    assert.ok(whole.checkPrivateKey(crypto.createPrivateKey(value)));
  });
  await refused("import PEM whose key is not in PKCS #8", "400 BadParameter", () => {
    const key = crypto.createPrivateKey(own.key).export({ type: "pkcs1", format: "pem" });
    return client.importCertificate("brought-old", Buffer.from(key + own.certificate), asPem);
  });
  await refused("import PEM without its key", "400 BadParameter", () =>
    client.importCertificate("brought-half", Buffer.from(own.certificate), asPem));
}

async function elsewhere() {
  let poller;
  await step("ask an issuer elsewhere", async () => {
    poller = await client.beginCreateCertificate("asked", {
      issuerName: "Unknown", subject: "CN=three.example" }, { tags: { a: "b" } });
    await poller.poll();
    assert.equal(poller.isDone(), false);
    const { certificateOperation: seen } = (await client.getCertificateOperation("asked")).getOperationState();
    assert.deepEqual([seen.status, seen.issuerName], ["inProgress", "Unknown"]);
    assert.equal((await client.getCertificate("asked")).cer, undefined);
  });
  await step("what waits is listed on request alone", async () => {
    const names = async (options) => (await all(client.listPropertiesOfCertificates(options))).map((one) => one.name);
    assert.equal((await names()).includes("asked"), false);
    assert.equal((await names({ includePending: true })).includes("asked"), true);
  });
  await refused("ask again meanwhile", "409 Conflict", () =>
    client.beginCreateCertificate("asked", { issuerName: "Unknown", subject: "CN=three.example" }));
  await refused("merge what answers another request", "400 BadParameter", () =>
    client.mergeCertificate("asked", [first.cer]));
  await step("merge the answer, and the request is done", async () => {
    const { certificateOperation: seen } = (await client.getCertificateOperation("asked")).getOperationState();
    const issued = answer(seen.csr);
    const merged = await client.mergeCertificate("asked", [issued]);
    assert.deepEqual([Buffer.from(merged.cer), merged.properties.tags], [issued, { a: "b" }]);
    assert.deepEqual([read(merged).subject, read(merged).issuer], ["CN=three.example", "CN=issuer"]);
    await poller.poll();
    assert.equal(poller.isDone(), true);
    assert.equal(poller.getResult().properties.id, merged.properties.id);
    const { value } = await secretClient.getSecret("asked");
    assert.ok(read(merged).checkPrivateKey(open(Buffer.from(value, "base64"), "").key));
  });
  await step("cancel a request", async () => {
    await client.beginCreateCertificate("unwanted", { issuerName: "Unknown", subject: "CN=four.example" });
    const waiting = await client.getCertificateOperation("unwanted");
    await waiting.cancelOperation();
    assert.equal(waiting.getOperationState().certificateOperation.cancellationRequested, true);
    const { certificateOperation: seen } = (await client.getCertificateOperation("unwanted")).getOperationState();
    assert.deepEqual([seen.status, seen.cancellationRequested], ["cancelled", true]);
  });
  await refused("merge an answer to it", "403 Forbidden", () => client.mergeCertificate("unwanted", [first.cer]));
  await step("forget the request", async () => {
    const forgotten = await client.deleteCertificateOperation("unwanted");
    assert.deepEqual([forgotten.name, forgotten.status], ["unwanted", "cancelled"]);
  });
  await refused("nothing is left of it", "404 PendingCertificateNotFound", () =>
    client.getCertificateOperation("unwanted"));
}

(async () => {
  await create();
  await behind();
  await update();
  await list();
  await gone();
  await backup();
  await bring();
  await elsewhere();
})();
