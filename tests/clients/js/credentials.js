// Who calls: @azure/identity's credentials against the emulator's login and identity endpoints.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const {
  ClientCertificateCredential, DefaultAzureCredential, ManagedIdentityCredential,
} = require("@azure/identity");
const { assert, control, refused, step } = require("./story.js");
const {
  CLIENT, LOCATION, OBJECT, TENANT, accounts, authority, batchByKey, credential, groups, identities, isLocal, keys, secretCredential,
  vaultParameters, vaults,
} = require("./clients.js");

const GROUP = "myResourceGroup";
const VAULT_SCOPE = "https://vault.azure.net/.default";
const ARM_SCOPE = "https://management.azure.com/.default";

let vault, identity;

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

// Runs `body` without the variables that are named.
async function without(names, body) {
  const before = { ...process.env };
  for (const name of names) delete process.env[name];
  try {
    return await body();
  } finally {
    Object.assign(process.env, before);
  }
}

const ENDPOINTS = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT"];
const SECRETS = ["AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"];

// The path of a file with a private key and its certificate.
function selfSigned() {
  const file = path.join(process.env.TMPDIR, "client.pem");
  const key = file + ".key";
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=client", "-days", "2", "-keyout", key, "-out", file,
  ], { stdio: "ignore" });
  fs.appendFileSync(file, fs.readFileSync(key));
  return file;
}

const serves = async (one) => assert.equal((await keys(vault, one).getKey("k")).name, "k");

const denied = (what, words, one) =>
  step(what, () => assert.rejects(one.getToken(ARM_SCOPE), (error) => {
    assert.ok(error.message.includes(words), error.message);
    return true;
  }));

(async () => {
  await step("a vault, and an identity that may read keys", async () => {
    await groups.createOrUpdate(GROUP, { location: LOCATION });
    identity = await identities.createOrUpdate(GROUP, "reader", { location: LOCATION });
    vault = await vaults.beginCreateOrUpdateAndWait(
      GROUP, "my-vault", vaultParameters({ objectIds: [OBJECT, identity.principalId] }));
    await keys(vault).createEcKey("k", { curve: "P-256" });
  });

  await step("client and secret", async () => {
    const seen = claims((await secretCredential().getToken(VAULT_SCOPE)).token);
    assert.deepEqual([seen.tid, seen.oid, seen.appid], [TENANT, OBJECT, CLIENT]);
    await serves(secretCredential());
  });
  await denied("a wrong secret", "7000215", secretCredential({ secret: "wrong" }));
  await denied("an unknown client", "700016", secretCredential({ client: OBJECT }));
  // With another authority than Azure's, MSAL asks it for its endpoints first, and words the refusal itself.
  await denied(
    "an unknown tenant", isLocal ? "endpoints_resolution_error" : "90002", secretCredential({ tenant: OBJECT }));

  await step("managed identity by the link-local address, through the proxy", () =>
    without(ENDPOINTS, async () => {
      const one = new ManagedIdentityCredential({ clientId: identity.clientId });
      assert.equal(claims((await one.getToken(ARM_SCOPE)).token).oid, identity.principalId);
      await serves(one);
    }));
  await step("managed identity by its object id and by its resource id", () =>
    without(ENDPOINTS, async () => {
      for (const by of [{ objectId: identity.principalId }, { resourceId: identity.id }]) {
        const one = new ManagedIdentityCredential(by);
        assert.equal(claims((await one.getToken(ARM_SCOPE)).token).oid, identity.principalId);
      }
    }));
  await step("an identity that does not exist", () =>
    without(ENDPOINTS, () =>
      assert.rejects(new ManagedIdentityCredential({ clientId: OBJECT }).getToken(ARM_SCOPE))));
  await step("managed identity of an App Service", () =>
    without(["MSI_ENDPOINT"], () => serves(new ManagedIdentityCredential({ clientId: identity.clientId }))));

  await step("DefaultAzureCredential: the environment", () => serves(new DefaultAzureCredential(authority)));
  await step("DefaultAzureCredential: a managed identity", () =>
    without(SECRETS, () =>
      serves(new DefaultAzureCredential({ managedIdentityClientId: identity.clientId }))));

  await step("a certificate of the client's own", async () => {
    const certificatePath = selfSigned();
    const certificate = fs.readFileSync(certificatePath, "utf8").match(/-----BEGIN CERT[^]*-----END CERT.*/)[0];
    await control("POST", `servicePrincipals/${CLIENT}/keyCredentials`, { certificate }, 201);
    await serves(new ClientCertificateCredential(TENANT, CLIENT, { certificatePath }, authority));
  });

  await step("Batch by plain http, where the emulator allows it", async () => {
    const account = await accounts.beginCreateAndWait(GROUP, "plainaccount", { location: LOCATION });
    const { primary } = await accounts.getKeys(GROUP, "plainaccount");
    assert.equal((await batchByKey(account, primary, "http").pool.list()).length, 0);
  });

  const good = (await credential.getToken(VAULT_SCOPE)).token;
  const other = (await credential.getToken(ARM_SCOPE)).token;
  const fixed = (token) => ({ getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3600e3 }) });
  const read = (token) => keys(vault, fixed(token)).getKey("k");
  await step("a token given by hand", async () => assert.equal((await read(good)).name, "k"));
  await refused("a token for another service", "401 Unauthorized", () => read(other));
  const [head, body, signature] = good.split(".");
  const spoilt = Buffer.from(signature, "base64url");
  spoilt[0] ^= 1;
  await refused("a token whose signature was changed", "401 Unauthorized", () =>
    read([head, body, spoilt.toString("base64url")].join(".")));
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  await refused("a token that nobody signed", "401 Unauthorized", () => read(`${none}.${body}.`));
})();
