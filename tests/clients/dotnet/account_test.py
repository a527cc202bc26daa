"""The article's C# step: an account with a user-assigned identity and its key from the start.

The bytes are those that .NET's management clients send, as their published sources serialize them: the client of the
article's time (Microsoft.Azure.Management.Batch, indented, its own order of members) and the present one
(Azure.ResourceManager.Batch). The clients themselves are not run here.
"""

import http.client
import json
import ssl
import sys
from urllib.parse import urlsplit

from harness.emulator import CLIENT, OBJECT, SECRET, SUBSCRIPTION, TENANT, Emulator
from harness.story import Story, equal

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup"
MANAGEMENT = "management.azure.com"
POLLS = 5

# Microsoft.Azure.Management.Batch: Newtonsoft.Json with Formatting.Indented, absent values left out.
ARTICLE_BODY = """{
  "location": "West US 2",
  "properties": {
    "encryption": {
      "keySource": "Microsoft.KeyVault",
      "keyVaultProperties": {
        "keyIdentifier": "%(kid)s"
      }
    }
  },
  "identity": {
    "type": "UserAssigned",
    "userAssignedIdentities": {
      "%(identity)s": {}
    }
  }
}"""

# Azure.ResourceManager.Batch: Utf8JsonWriter, compact.
PRESENT_BODY = (
    '{"location":"westus2","identity":{"type":"UserAssigned","userAssignedIdentities":{"%(identity)s":{}}},'
    '"properties":{"encryption":{"keySource":"Microsoft.KeyVault",'
    '"keyVaultProperties":{"keyIdentifier":"%(kid)s"}}}}')


class Wire:
    """Requests through the proxy, byte for byte as given."""

    def __init__(self, emulator):
        self._port = emulator.port
        self._context = ssl.create_default_context(cafile=emulator.ready["ca_file"])
        self._tokens = {}

    def ask(self, method, url, body=None, headers=None):
        parts = urlsplit(url)
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context, timeout=60)
        connection.set_tunnel(parts.hostname, parts.port or 443)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer, json.loads(text) if text else None
        finally:
            connection.close()

    def token(self, scope):
        if scope not in self._tokens:
            form = f"grant_type=client_credentials&client_id={CLIENT}&client_secret={SECRET}&scope={scope}"
            answer, body = self.ask(
                "POST", f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token", form,
                {"Content-Type": "application/x-www-form-urlencoded"})
            equal(answer.status, 200)
            self._tokens[scope] = body["access_token"]
        return self._tokens[scope]

    def manage(self, method, path, version, body=None, **headers):
        all_headers = {
            "Authorization": "Bearer " + self.token("https://management.azure.com/.default"),
            "Accept": "application/json", **headers}
        if body is not None:
            all_headers.setdefault("Content-Type", "application/json; charset=utf-8")
            body = body if isinstance(body, str) else json.dumps(body)
        return self.ask(method, f"https://{MANAGEMENT}{path}?api-version={version}", body, all_headers)


def settled(wire, answer, body):
    """What stands at the end of a long-running operation, asked for as the client does: by Location."""
    for _ in range(POLLS):
        if answer.status != 202:
            return answer, body
        location = answer.headers["Location"]
        equal(urlsplit(location).hostname, MANAGEMENT)
        assert answer.headers.get("Retry-After") != "0"
        answer, body = wire.ask("GET", location, headers={
            "Authorization": "Bearer " + wire.token("https://management.azure.com/.default")})
    raise AssertionError("the operation does not end")


def scene(wire):
    """A group, an identity, and a vault whose key the identity may use."""
    equal(wire.manage("PUT", GROUP, "2021-04-01", {"location": "westus2"})[0].status, 201)
    identity = wire.manage(
        "PUT", f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/batchid", "2018-11-30",
        {"location": "westus2"})[1]
    grants = [(OBJECT, ["all"]), (identity["properties"]["principalId"], ["get", "wrapKey", "unwrapKey"])]
    answer, vault = wire.manage("PUT", f"{GROUP}/providers/Microsoft.KeyVault/vaults/my-vault", "2022-07-01", {
        "location": "westus2",
        "properties": {
            "tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enablePurgeProtection": True,
            "accessPolicies": [{"tenantId": TENANT, "objectId": one, "permissions": {"keys": keys}}
                               for one, keys in grants],
        }})
    assert answer.status in (200, 201), answer.status
    uri = vault["properties"]["vaultUri"].rstrip("/")
    key = wire.ask(
        "POST", f"{uri}/keys/batchkey/create?api-version=7.4", '{"kty":"RSA"}', {
            "Authorization": "Bearer " + wire.token("https://vault.azure.net/.default"),
            "Content-Type": "application/json"})[1]
    return {"identity": identity["id"], "kid": key["key"]["kid"]}


def main():
    if sys.argv[1:]:
        sys.exit("this test takes no arguments")
    story = Story("dotnet.account")
    with Emulator() as emulator:
        wire = Wire(emulator)
        with story.step("a group, an identity and a vault with a key"):
            names = scene(wire)
        for what, account, version, template, headers in (
                ("the article's client", "mynewaccount", "2021-01-01", ARTICLE_BODY, {
                    "accept-language": "en-US", "x-ms-client-request-id": "0f8fad5b-d9cb-469f-a165-70867728950e"}),
                ("the present client", "mynewaccount2", "2023-11-01", PRESENT_BODY, {
                    "Content-Type": "application/json",
                    "x-ms-client-request-id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                    "x-ms-return-client-request-id": "true"})):
            path = f"{GROUP}/providers/Microsoft.Batch/batchAccounts/{account}"
            with story.step(f"{what}: create the account"):
                answer, body = wire.manage("PUT", path, version, template % names, **headers)
                assert answer.status in (200, 202), (answer.status, body)
                answer, body = settled(wire, answer, body)
                equal(answer.status, 200)
                equal(body["name"], account)
            with story.step(f"{what}: its identity and its key"):
                answer, body = wire.manage("GET", path, version)
                equal(answer.status, 200)
                properties = body["properties"]
                equal((body["identity"]["type"], properties["provisioningState"]), ("UserAssigned", "Succeeded"))
                equal([one.lower() for one in body["identity"]["userAssignedIdentities"]], [names["identity"].lower()])
                equal(properties["encryption"], {
                    "keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyIdentifier": names["kid"]}})
                equal(emulator.key_access(account), "accessible")
            with story.step(f"{what}: delete it"):
                answer, body = wire.manage("DELETE", path, version, **headers)
                answer, _ = settled(wire, answer, body)
                assert answer.status in (200, 204), answer.status
                equal(wire.manage("GET", path, version)[0].status, 404)
    story.finish()


if __name__ == "__main__":
    main()
