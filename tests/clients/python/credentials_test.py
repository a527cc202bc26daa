"""Who calls: azure-identity's credentials against the emulator's login and identity endpoints."""

import argparse
import asyncio
import contextlib
import datetime
import os

from azure.batch import models as batch
from azure.common.credentials import ServicePrincipalCredentials
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    CredentialUnavailableError,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.mgmt.batch import models as accounts
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.emulator import CLIENT, OBJECT, SECRET, TENANT, Emulator, changed, enter
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
        self.certificate()
        self.other_ways()
        self.tokens()
        self.modes_of_an_account()

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

    def certificate(self):
        """A principal that proves itself by a signature instead of a secret."""
        with self.story.step("a certificate of the client's own"):
            pem, certificate = self_signed()
            self.emulator.control(
                "POST", f"servicePrincipals/{CLIENT}/keyCredentials", {"certificate": certificate}, expected=201)
            self.serves(CertificateCredential(TENANT, CLIENT, certificate_data=pem, **self.azure.authority))
        with self.story.step("a certificate that nobody registered"):
            other, _ = self_signed()
            try:
                CertificateCredential(
                    TENANT, CLIENT, certificate_data=other, **self.azure.authority).get_token(VAULT_SCOPE)
            except ClientAuthenticationError as error:
                assert "AADSTS700027" in str(error), error
            else:
                raise AssertionError("a token was given")

    def other_ways(self):
        with self.story.step("the asynchronous clients"):
            asyncio.run(self.read_asynchronously())
        if not self.azure.is_local:
            with self.story.step("the first version of the token endpoint, by adal"):
                old = ServicePrincipalCredentials(
                    CLIENT, SECRET, tenant=TENANT, resource="https://batch.core.windows.net/")
                equal(claims(old.token["access_token"])["aud"].rstrip("/"), "https://batch.core.windows.net")

    async def read_asynchronously(self):
        credential = AsyncClientSecretCredential(TENANT, CLIENT, SECRET, **self.azure.authority)
        keys = AsyncKeyClient(self.vault.properties.vault_uri, credential)
        async with credential, keys:
            equal((await keys.get_key("k")).name, "k")
            equal([one.name async for one in keys.list_properties_of_keys()], ["k"])

    def modes_of_an_account(self):
        story, azure = self.story, self.azure
        name = "modesaccount"
        with story.step("an account, a call with each kind of signature"):
            account = azure.accounts.begin_create(
                GROUP, name, accounts.BatchAccountCreateParameters(location=LOCATION)).result()
            key = azure.accounts.get_keys(GROUP, name).primary
            by_key, by_token = azure.batch_by_key(account, key), azure.batch_by_token(account)
            equal((list(by_key.pool.list()), list(by_token.pool.list())), ([], []))
        with story.step("a token for another service"):
            wrong = azure.batch_by_token(account, Fixed(azure.credential.get_token(ARM_SCOPE).token))
            try:
                list(wrong.pool.list())
            except batch.BatchErrorException as error:
                assert error.response.status_code in (401, 403), error
            else:
                raise AssertionError("it was done")
        with story.step("plain http is refused, as Azure refuses it"):
            plain = azure.batch_by_key(account, key, scheme="http")
            try:
                list(plain.pool.list())
            except batch.BatchErrorException as error:
                assert 400 <= error.response.status_code < 500, error
            else:
                raise AssertionError("it was done")
        with story.step("the account takes Entra tokens only"):
            azure.accounts.update(GROUP, name, accounts.BatchAccountUpdateParameters(
                allowed_authentication_modes=["AAD"], public_network_access=None))
            equal(list(by_token.pool.list()), [])
        story.refused("its shared key", "403 AuthenticationFailed", by_key.pool.list)
        with story.step("its keys cannot be listed"):
            try:
                azure.accounts.get_keys(GROUP, name)
            except Exception as error:
                assert 400 <= error.status_code < 500, error
            else:
                raise AssertionError("it was done")

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


def self_signed():
    """A certificate with its key, and alone, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "client")])
    now = datetime.datetime.utcnow()
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
    text = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + text, text.decode()


def plain_http(story, azure):
    with story.step("where the emulator allows it, Batch by plain http"):
        azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
        account = azure.accounts.begin_create(
            GROUP, "plainaccount", accounts.BatchAccountCreateParameters(location=LOCATION)).result()
        key = azure.accounts.get_keys(GROUP, "plainaccount").primary
        equal(list(azure.batch_by_key(account, key, scheme="http").pool.list()), [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.credentials.{mode}")
    before = dict(os.environ)
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Credentials(story, emulator, Azure(emulator, mode)).run()
    enter(before)
    with Emulator("--allow_http_batch") as emulator:
        enter(emulator.environment(mode))
        plain_http(story, Azure(emulator, mode))
    story.finish()


if __name__ == "__main__":
    main()
