"""The life of keys with `az`, and who signs in: a service principal, a managed identity, a cloud of one's own."""

import base64
import json
import tempfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from az.cli import Az, refused
from harness.emulator import CLIENT, OBJECT, SECRET, SUBSCRIPTION, TENANT, Emulator
from harness.story import Story, equal

GROUP, VAULT, GUARDED = "myResourceGroup", "open-vault", "guarded-vault"
KEYS = f"--vault-name {VAULT}"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
ASSIGNMENT = "0a000000-0000-0000-0000-000000000001"


class Keys:
    def __init__(self, story, emulator, az):
        self.story, self.emulator, self.az = story, emulator, az

    def run(self):
        self.create()
        self.rotate()
        self.delete()
        self.rest()
        self.sign_in()

    def create(self):
        story, az = self.story, self.az
        refused(story, "az login with a wrong secret", "AADSTS7000215", az,
                f"login --service-principal -u {CLIENT} -p wrong --tenant {TENANT}")
        with story.step("az login --service-principal"):
            az.login()
        with story.step("az keyvault create without purge protection"):
            az(f"group create -n {GROUP} -l westus2")
            az(f"keyvault create -n {VAULT} -g {GROUP} -l westus2 --retention-days 7")
            # By the client id: az asks Microsoft Graph whose it is.
            vault = az(f"keyvault set-policy -n {VAULT} --spn {CLIENT} --key-permissions all purge")
            equal([one["objectId"] for one in vault["properties"]["accessPolicies"]], [OBJECT])
        with story.step("az keyvault key create: RSA and EC"):
            az(f"keyvault key create {KEYS} -n rsa --kty RSA --size 2048")
            key = az(f"keyvault key create {KEYS} -n ec --kty EC --curve P-256")
            equal((key["key"]["kty"], key["key"]["crv"]), ("EC", "P-256"))
        with story.step("az keyvault key import --pem-file"):
            own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            pem = own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            path = az.write("own.pem", pem.decode())
            key = az(f"keyvault key import {KEYS} -n imported --pem-file {path}")
            modulus = own.public_key().public_numbers().n.to_bytes(256, "big")
            equal(base64.b64decode(key["key"]["n"]), modulus)
        with story.step("az keyvault key list, show, list-versions"):
            equal(sorted(one["name"] for one in az(f"keyvault key list {KEYS}")), ["ec", "imported", "rsa"])
            az(f"keyvault key create {KEYS} -n ec --kty EC --curve P-256")
            equal(len(az(f"keyvault key list-versions {KEYS} -n ec")), 2)
            kid = az(f"keyvault key show {KEYS} -n rsa")["key"]["kid"]
            equal(az(f"keyvault key show --id {kid}")["key"]["kid"], kid)
        with story.step("az keyvault key encrypt, decrypt"):
            text = base64.b64encode(b"0123456789abcdef").decode()
            sealed = az(f"keyvault key encrypt {KEYS} -n rsa -a RSA-OAEP-256 --data-type base64 --value {text}")
            opened = az(f"keyvault key decrypt {KEYS} -n rsa -a RSA-OAEP-256 --data-type base64 "
                        f"--value {sealed['result']}")
            equal(opened["result"], text)
        refused(story, "a key that is not there", "KeyNotFound", az, f"keyvault key show {KEYS} -n no-such-key")

    def rotate(self):
        story, az = self.story, self.az
        with story.step("az keyvault key rotate"):
            before = az(f"keyvault key show {KEYS} -n ec")["key"]["kid"]
            assert az(f"keyvault key rotate {KEYS} -n ec")["key"]["kid"] != before
            equal(len(az(f"keyvault key list-versions {KEYS} -n ec")), 3)
        with story.step("az keyvault key rotation-policy update, show"):
            path = az.write("policy.json", {
                "lifetime_actions": [{"action": "Rotate", "time_after_create": "P30D"}], "expires_in": "P90D"})
            az(f"keyvault key rotation-policy update {KEYS} -n ec --value {path}")
            equal(az(f"keyvault key rotation-policy show {KEYS} -n ec")["expiresIn"], "P90D")

    def delete(self):
        story, az = self.story, self.az
        with story.step("az keyvault key delete, list-deleted, show-deleted"):
            assert az(f"keyvault key delete {KEYS} -n rsa")["recoveryId"]
            equal([one["name"] for one in az(f"keyvault key list-deleted {KEYS}")], ["rsa"])
            assert az(f"keyvault key show-deleted {KEYS} -n rsa")["scheduledPurgeDate"]
        refused(story, "its name is taken", "ObjectIsDeletedButRecoverable", az,
                f"keyvault key create {KEYS} -n rsa --kty RSA")
        with story.step("az keyvault key recover, delete, purge"):
            az(f"keyvault key recover {KEYS} -n rsa")
            az(f"keyvault key delete {KEYS} -n rsa")
            az(f"keyvault key purge {KEYS} -n rsa")
            equal(az(f"keyvault key list-deleted {KEYS}"), [])
        with story.step("az keyvault delete, purge"):
            az(f"keyvault delete -n {VAULT}")
            az(f"keyvault purge -n {VAULT}")
            equal(az("keyvault list-deleted"), [])

    def rest(self):
        """What an az without its key commands can do instead."""
        story, az = self.story, self.az
        url = f"https://{GUARDED}.vault.azure.net"
        version = "api-version=7.4"
        rest = "rest --resource https://vault.azure.net --method"
        with story.step("az rest: create, read, delete, list and recover a key"):
            az(f"keyvault create -n {GUARDED} -g {GROUP} -l westus2 --enable-purge-protection true")
            kid = az(f"{rest} post --url {url}/keys/k/create?{version} --body", '{"kty":"RSA"}')["key"]["kid"]
            equal(az(f"{rest} get --url {url}/keys/k?{version}")["key"]["kid"], kid)
            az(f"{rest} delete --url {url}/keys/k?{version}")
            equal(len(az(f"{rest} get --url {url}/deletedkeys?{version}")["value"]), 1)
        refused(story, "az rest: purge protection keeps it", "Forbidden", az,
                f"{rest} delete --url {url}/deletedkeys/k?{version}")
        with story.step("az rest: recover it"):
            az(f"{rest} post --url {url}/deletedkeys/k/recover?{version}")
            equal(az(f"{rest} get --url {url}/keys/k?{version}")["key"]["kid"], kid)
        with story.step("az rest: an account for Entra tokens only"):
            az(f"batch account create -n entraonly -g {GROUP} -l westus2")
            account = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Batch/batchAccounts"
            az(f"rest --method patch --url {account}/entraonly?api-version=2022-10-01 --body",
               json.dumps({"properties": {"allowedAuthenticationModes": ["AAD"]}}))
            az(f"batch account login -n entraonly -g {GROUP}")
            equal(az("batch pool list"), [])
        refused(story, "az batch account keys list of it", "OperationInvalidForCurrentState", az,
                f"batch account keys list -n entraonly -g {GROUP}")

    def sign_in(self):
        story, az = self.story, self.az
        with story.step("az identity create, and a role for it"):
            identity = az(f"identity create -n walker -g {GROUP} -l westus2")
            az(f"keyvault set-policy -n {GUARDED} --object-id {identity['principalId']} --key-permissions get list")
            # `az role assignment create` fails in Debian's az before it asks anything.
            scope = f"/subscriptions/{SUBSCRIPTION}"
            roles = f"{scope}/providers/Microsoft.Authorization"
            az(f"rest --method put --url {roles}/roleAssignments/{ASSIGNMENT}?api-version=2022-04-01 --body",
               json.dumps({"properties": {
                   "roleDefinitionId": f"{roles}/roleDefinitions/{CONTRIBUTOR}",
                   "principalId": identity["principalId"], "principalType": "ServicePrincipal"}}))
        for what, environment in (
                ("by the link-local address, through the proxy", {"MSI_ENDPOINT": None}),
                ("by MSI_ENDPOINT", {"MSI_ENDPOINT": f"http://127.0.0.1:{self.emulator.port}/oauth2/token"})):
            with story.step(f"az login --identity, {what}"):
                (account,) = az(f"login --identity --username {identity['clientId']}", **environment)
                equal(account["id"], SUBSCRIPTION)
                equal([one["name"] for one in az(f"keyvault key list --vault-name {GUARDED}", **environment)], ["k"])


def own_cloud(story, emulator, scratch):
    """A cloud that is registered by hand, whose names are all under localhost."""
    az = Az(emulator.environment("local"), scratch)
    name = "Lazuli"
    suffix = f"localhost:{emulator.port}"
    # With this set, az knows the clouds that the emulator names and no other.
    az.environment.pop("ARM_CLOUD_METADATA_URL", None)
    with story.step("az cloud register, cloud set"):
        cloud = {
            "endpoints": {
                "resourceManager": emulator.url,
                "management": emulator.url,
                "activeDirectory": f"{emulator.url}/adfs",
                "activeDirectoryResourceId": "https://management.core.windows.net/",
                "activeDirectoryGraphResourceId": emulator.url,
                "microsoftGraphResourceId": emulator.url,
                "batchResourceId": "https://batch.core.windows.net/",
                "gallery": emulator.url,
            },
            "suffixes": {
                "keyvaultDns": f".vault.{suffix}",
                "mhsmDns": f".managedhsm.{suffix}",
                "storageEndpoint": suffix,
            },
        }
        az(f"cloud register -n {name} --cloud-config @{az.write('cloud.json', cloud)}")
        az(f"cloud set -n {name}")
    with story.step("az login in it"):
        (account,) = az(f"login --service-principal -u {CLIENT} -p {SECRET} --tenant {TENANT}")
        equal((account["id"], account["cloudName"]), (SUBSCRIPTION, name))
    with story.step("a vault and a key in it"):
        az("group create -n localGroup -l westus2")
        vault = az("keyvault create -n local-vault -g localGroup -l westus2")
        equal(vault["properties"]["vaultUri"], f"https://local-vault.vault.{suffix}/")
        kid = az("keyvault key create --vault-name local-vault -n k --kty RSA")["key"]["kid"]
        assert kid.startswith(f"https://local-vault.vault.{suffix}/keys/k/"), kid
    with story.step("an account in it, with a shared key and with an Entra token"):
        account = az("batch account create -n localaccount -g localGroup -l westus2")
        equal(account["accountEndpoint"], f"localaccount.westus2.batch.{suffix}")
        for way in ("--shared-key-auth", ""):
            az(f"batch account login -n localaccount -g localGroup {way}")
            equal(az("batch pool list"), [])


def main():
    story = Story("az.keys")
    with Emulator() as emulator, tempfile.TemporaryDirectory() as scratch:
        Keys(story, emulator, Az(emulator.environment(), scratch)).run()
    with Emulator() as emulator, tempfile.TemporaryDirectory() as scratch:
        own_cloud(story, emulator, scratch)
    story.finish()


if __name__ == "__main__":
    main()
