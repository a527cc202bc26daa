"""Who calls: azure-identity's credentials against the emulator's login and identity endpoints."""

import argparse
import contextlib
import os

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError, DefaultAzureCredential, ManagedIdentityCredential

from harness.emulator import CLIENT, OBJECT, TENANT, Emulator, changed, enter
from harness.story import Story, equal
from harness.tokens import claims, tampered, unsigned
from python.clients import LOCATION, Azure, vault_parameters

GROUP, VAULT = "myResourceGroup", "my-vault"
VAULT_SCOPE = "https://vault.azure.net/.default"
ARM_SCOPE = "https://management.azure.com/.default"


# What would lead to an identity endpoint other than the one a step is about.
NO_ENDPOINT = {"IDENTITY_ENDPOINT": None, "IDENTITY_HEADER": None, "MSI_ENDPOINT": None}
NO_SECRET = {"AZURE_CLIENT_ID": None, "AZURE_CLIENT_SECRET": None, "AZURE_TENANT_ID": None}


@contextlib.contextmanager
def environment(**changes):
    before = dict(os.environ)
    enter(changed(before, changes))
    try:
        yield
    finally:
        enter(before)


class Fixed:
    """A credential that gives one token, whatever is asked."""

    def __init__(self, token):
        self._token = token

    def get_token(self, *_, **__):
        return AccessToken(self._token, 2**31)


class Credentials:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.scene()
        self.secret()
        self.managed_identity()
        self.default()
        self.tokens()

    def scene(self):
        with self.story.step("a vault, and an identity that may read keys"):
            azure = self.azure
            azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            self.identity = azure.identities.create_or_update(GROUP, "reader", {"location": LOCATION})
            parameters = vault_parameters(object_ids=[OBJECT, self.identity.principal_id])
            self.vault = azure.vaults.begin_create_or_update(GROUP, VAULT, parameters).result()
            azure.keys(self.vault).create_ec_key("k", curve="P-256")

    def serves(self, credential):
        equal(self.azure.keys(self.vault, credential).get_key("k").name, "k")

    def denied(self, what, words, credential):
        with self.story.step(what):
            try:
                credential.get_token(ARM_SCOPE)
            except Exception as error:
                assert words in str(error), error
            else:
                raise AssertionError("a token was given")

    def secret(self):
        azure = self.azure
        with self.story.step("client and secret"):
            token = azure.secret_credential().get_token(VAULT_SCOPE).token
            seen = claims(token)
            equal((seen["tid"], seen["oid"], seen["appid"]), (TENANT, OBJECT, CLIENT))
            equal(seen["aud"].rstrip("/"), "https://vault.azure.net")
        with self.story.step("client and secret: read a key"):
            self.serves(azure.secret_credential())
        self.denied("a wrong secret", "AADSTS7000215", azure.secret_credential(secret="wrong"))
        self.denied("an unknown client", "AADSTS700016", azure.secret_credential(client=OBJECT))
        # MSAL words this itself; what it was told is AADSTS90002.
        self.denied(
            "an unknown tenant", "Unable to get authority configuration", azure.secret_credential(tenant=OBJECT))

    def managed_identity(self):
        story, client = self.story, self.identity.client_id
        with environment(**NO_ENDPOINT):
            with story.step("managed identity by the link-local address, through the proxy"):
                credential = ManagedIdentityCredential(client_id=client)
                equal(claims(credential.get_token(ARM_SCOPE).token)["oid"], self.identity.principal_id)
                self.serves(credential)
            with story.step("managed identity by its resource id"):
                credential = ManagedIdentityCredential(identity_config={"mi_res_id": self.identity.id})
                equal(claims(credential.get_token(ARM_SCOPE).token)["oid"], self.identity.principal_id)
            with story.step("an identity that does not exist"):
                try:
                    ManagedIdentityCredential(client_id=OBJECT).get_token(ARM_SCOPE)
                except (CredentialUnavailableError, ClientAuthenticationError):
                    pass
                else:
                    raise AssertionError("a token was given")
        with story.step("managed identity of an App Service"):
            with environment(MSI_ENDPOINT=None):
                self.serves(ManagedIdentityCredential(client_id=client))
        with story.step("managed identity of an App Service, with a wrong header"):
            with environment(MSI_ENDPOINT=None, IDENTITY_HEADER="wrong"):
                try:
                    ManagedIdentityCredential(client_id=client).get_token(ARM_SCOPE)
                except (CredentialUnavailableError, ClientAuthenticationError):
                    pass
                else:
                    raise AssertionError("a token was given")
        with story.step("managed identity by MSI_ENDPOINT"):
            with environment(**{**NO_ENDPOINT, "MSI_ENDPOINT": f"http://127.0.0.1:{self.emulator.port}/oauth2/token"}):
                self.serves(ManagedIdentityCredential(client_id=client))

    def default(self):
        local = {"instance_discovery": False, "disable_instance_discovery": True} if self.azure.is_local else {}
        with self.story.step("DefaultAzureCredential: the environment"):
            self.serves(DefaultAzureCredential(**local))
        with self.story.step("DefaultAzureCredential: a managed identity"):
            with environment(**NO_SECRET):
                self.serves(DefaultAzureCredential(managed_identity_client_id=self.identity.client_id))

    def tokens(self):
        story, keys = self.story, self.azure.keys
        good = self.azure.credential.get_token(VAULT_SCOPE).token
        other = self.azure.credential.get_token(ARM_SCOPE).token

        def read(token):
            return keys(self.vault, Fixed(token)).get_key("k")

        with story.step("a token given by hand"):
            equal(read(good).name, "k")
        story.refused("a token for another service", "401 Unauthorized", read, other)
        story.refused("a token whose signature was changed", "401 Unauthorized", read, tampered(good))
        story.refused("a token that nobody signed", "401 Unauthorized", read, unsigned(good))
        story.refused("what is no token", "401 Unauthorized", read, "nothing")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.credentials.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Credentials(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
