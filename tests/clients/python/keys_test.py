"""The life of keys, with azure-keyvault-keys and azure-mgmt-keyvault, and their cryptography against the SDK's own."""

import argparse
import base64
import datetime
import hashlib

from azure.keyvault.keys import ApiVersion, JsonWebKey
from azure.keyvault.keys.crypto import (
    CryptographyClient,
    EncryptionAlgorithm,
    KeyWrapAlgorithm,
    SignatureAlgorithm,
)
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from azure.core.rest import HttpRequest
from harness.emulator import OBJECT, Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure, policies, policy, vault_parameters

GROUP = "myResourceGroup"
PLAIN = b"0123456789abcdef0123456789abcdef"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


class Keys:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.vaults()
        self.create()
        self.update()
        self.list()
        self.rsa()
        self.curves()
        self.imported()
        self.refusals()
        self.delete()
        self.purge_protection()
        self.purge_vault()
        self.roles()

    def vaults(self):
        with self.story.step("create a vault without purge protection and one with it"):
            self.azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            make = self.azure.vaults.begin_create_or_update
            self.vault = make(GROUP, "open-vault", vault_parameters(
                retention_days=7, object_ids=[OBJECT])).result()
            self.guarded = make(GROUP, "guarded-vault", vault_parameters(
                purge_protection=True, object_ids=[OBJECT])).result()
            self.keys = self.azure.keys(self.vault)
        with self.story.step("is a vault's name free?"):
            check = self.azure.vaults.check_name_availability
            assert not check({"name": "open-vault"}).name_available
            assert check({"name": "free-vault"}).name_available

    def create(self):
        story, keys = self.story, self.keys
        for size in (2048, 3072, 4096):
            with story.step(f"create an RSA key of {size} bits"):
                key = keys.create_rsa_key(f"rsa-{size}", size=size)
                equal((key.key_type, len(key.key.n), key.key.e), ("RSA", size // 8, b"\x01\x00\x01"))
                assert key.properties.enabled and key.properties.version
        for curve, length in (("P-256", 32), ("P-256K", 32), ("P-384", 48), ("P-521", 66)):
            with story.step(f"create an EC key on {curve}"):
                key = keys.create_ec_key(f"ec-{curve.lower()}", curve=curve)
                equal((key.key_type, key.key.crv, len(key.key.x)), ("EC", curve, length))
        with story.step("create a key with tags, operations and times"):
            expires = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)
            key = keys.create_rsa_key(
                "tagged", size=2048, key_operations=["wrapKey", "unwrapKey"], tags={"a": "b"}, enabled=False,
                expires_on=expires)
            equal(sorted(key.key_operations), ["unwrapKey", "wrapKey"])
            equal((key.properties.tags, key.properties.enabled), ({"a": "b"}, False))
            equal(key.properties.expires_on, expires)
            equal(key.properties.recovery_level, "CustomizedRecoverable+Purgeable")
        with story.step("read it again, latest and by version"):
            equal(keys.get_key("tagged").id, key.id)
            equal(keys.get_key("tagged", key.properties.version).key.n, key.key.n)

    def update(self):
        story, keys = self.story, self.keys
        with story.step("update the latest version"):
            key = keys.update_key_properties("tagged", enabled=True, tags={"c": "d"}, key_operations=["sign", "verify"])
            equal((key.properties.enabled, key.properties.tags), (True, {"c": "d"}))
            equal(sorted(key.key_operations), ["sign", "verify"])
        with story.step("a new version keeps the name only"):
            newer = keys.create_rsa_key("tagged", size=2048)
            assert newer.properties.version != key.properties.version
            equal(newer.properties.tags, None)
        with story.step("update the older version"):
            older = keys.update_key_properties("tagged", key.properties.version, enabled=False)
            equal((older.properties.version, older.properties.enabled), (key.properties.version, False))
            assert keys.get_key("tagged").properties.enabled

    def list(self):
        story, keys = self.story, self.keys
        with story.step("list the keys by pages"):
            pages = list(keys.list_properties_of_keys(max_page_size=3).by_page())
            names = [one.name for page in [list(page) for page in pages] for one in page]
            equal(sorted(names), sorted(["rsa-2048", "rsa-3072", "rsa-4096", "ec-p-256", "ec-p-256k", "ec-p-384",
                                         "ec-p-521", "tagged"]))
            assert len(pages) >= 3, len(pages)
        with story.step("list the versions by pages"):
            for _ in range(4):
                keys.create_ec_key("ec-p-256", curve="P-256")
            versions = list(keys.list_properties_of_key_versions("ec-p-256", max_page_size=2))
            equal(len({one.version for one in versions}), 5)

    def rsa(self):
        story = self.story
        for size in (2048, 4096):
            client = self.keys.get_cryptography_client(f"rsa-{size}")
            for algorithm in (KeyWrapAlgorithm.rsa_oaep_256, KeyWrapAlgorithm.rsa_oaep, KeyWrapAlgorithm.rsa1_5):
                with story.step(f"RSA-{size}: wrapped here by {algorithm.value}, unwrapped by the vault"):
                    wrapped = client.wrap_key(algorithm, PLAIN).encrypted_key
                    equal(client.unwrap_key(algorithm, wrapped).key, PLAIN)
            for algorithm in (EncryptionAlgorithm.rsa_oaep_256, EncryptionAlgorithm.rsa1_5):
                with story.step(f"RSA-{size}: encrypted here by {algorithm.value}, decrypted by the vault"):
                    equal(client.decrypt(algorithm, client.encrypt(algorithm, PLAIN).ciphertext).plaintext, PLAIN)
            for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
                with story.step(f"RSA-{size}: signed by the vault by {algorithm}, verified here"):
                    digest = hashlib.new("sha" + algorithm[2:], PLAIN).digest()
                    signature = client.sign(SignatureAlgorithm(algorithm), digest).signature
                    assert client.verify(SignatureAlgorithm(algorithm), digest, signature).is_valid
                    other = hashlib.new("sha" + algorithm[2:], b"another").digest()
                    assert not client.verify(SignatureAlgorithm(algorithm), other, signature).is_valid

    def curves(self):
        for curve, algorithm, digest in (("p-256", "ES256", "sha256"), ("p-256k", "ES256K", "sha256"),
                                         ("p-384", "ES384", "sha384"), ("p-521", "ES512", "sha512")):
            with self.story.step(f"signed by the vault by {algorithm}, verified here"):
                client = self.keys.get_cryptography_client(f"ec-{curve}")
                hashed = hashlib.new(digest, PLAIN).digest()
                signature = client.sign(SignatureAlgorithm(algorithm), hashed).signature
                assert client.verify(SignatureAlgorithm(algorithm), hashed, signature).is_valid

    def ask(self, key_id, operation, algorithm, **values):
        """The vault's own answer, where the SDK would compute it here."""
        body = {"alg": algorithm, **{name: encode(value) for name, value in values.items()}}
        answer = self.keys.send_request(
            HttpRequest("POST", f"{key_id}/{operation}", params={"api-version": ApiVersion.V7_4_PREVIEW_1.value},
                        json=body))
        answer.raise_for_status()
        return answer.json()["value"]

    def imported(self):
        story = self.story
        own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        parts = own.private_numbers()
        with story.step("import a private key made here"):
            key = self.keys.import_key("imported", JsonWebKey(
                kty="RSA", key_ops=["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
                n=number(parts.public_numbers.n), e=number(parts.public_numbers.e), d=number(parts.d),
                p=number(parts.p), q=number(parts.q), dp=number(parts.dmp1), dq=number(parts.dmq1),
                qi=number(parts.iqmp)))
            equal(key.key.n, number(parts.public_numbers.n))
            assert key.key.d is None
        with story.step("wrapped by the vault, unwrapped here"):
            wrapped = self.ask(key.id, "wrapkey", "RSA-OAEP-256", value=PLAIN)
            oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
            equal(own.decrypt(base64.urlsafe_b64decode(wrapped + "=="), oaep), PLAIN)
        digest = hashlib.sha256(PLAIN).digest()
        with story.step("signed here, verified by the vault"):
            signature = own.sign(PLAIN, padding.PKCS1v15(), hashes.SHA256())
            equal(self.ask(key.id, "verify", "RS256", digest=digest, value=signature), True)
            equal(self.ask(key.id, "verify", "RS256", digest=hashlib.sha256(b"x").digest(), value=signature), False)
        with story.step("signed here with PSS, verified by the vault"):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            equal(self.ask(key.id, "verify", "PS256", digest=digest, value=own.sign(PLAIN, pss, hashes.SHA256())), True)
        with story.step("a client that has the public half only"):
            local = CryptographyClient.from_jwk(key.key)
            wrapped = local.wrap_key(KeyWrapAlgorithm.rsa_oaep_256, PLAIN).encrypted_key
            equal(self.keys.get_cryptography_client("imported").unwrap_key(
                KeyWrapAlgorithm.rsa_oaep_256, wrapped).key, PLAIN)

    def refusals(self):
        story, keys = self.story, self.keys
        story.refused("a key that is not there", "404 KeyNotFound", keys.get_key, "no-such-key")
        story.refused("a version that is not there", "404 KeyNotFound", keys.get_key, "rsa-2048", "0" * 32)
        story.refused("a key of a size that does not exist", "400 BadParameter", keys.create_rsa_key, "odd", size=1000)
        story.refused("a name that no key can have", "400 BadParameter", keys.get_key, "under_score")
        with story.step("disable a key"):
            keys.update_key_properties("rsa-2048", enabled=False)
            client = keys.get_cryptography_client("rsa-2048")
            wrapped = self.keys.get_cryptography_client("rsa-3072").wrap_key(KeyWrapAlgorithm.rsa_oaep, PLAIN)
        story.refused("unwrap with it", "403 Forbidden/KeyDisabled", client.unwrap_key, KeyWrapAlgorithm.rsa_oaep,
                      wrapped.encrypted_key[:256])
        with story.step("enable it"):
            keys.update_key_properties("rsa-2048", enabled=True)
        story.refused("unwrap bytes that nobody wrapped", "400 BadParameter", client.unwrap_key,
                      KeyWrapAlgorithm.rsa_oaep, b"\x01" * 256)
        with story.step("another principal may not"):
            identity = self.azure.identities.create_or_update(GROUP, "somebody", {"location": LOCATION})
            self.azure.vaults.update_access_policy(GROUP, "open-vault", "replace", policies(
                policy(OBJECT, ["get", "list", "create", "import", "update", "sign", "delete", "recover", "purge",
                                "unwrapKey"]), policy(identity.principal_id, ["all"])))
        story.refused("decrypt without the permission", "403 Forbidden/ForbiddenByPolicy", client.decrypt,
                      EncryptionAlgorithm.rsa_oaep, b"\x01" * 256)

    def delete(self):
        story, keys = self.story, self.keys
        with story.step("delete a key"):
            poller = keys.begin_delete_key("rsa-2048")
            poller.wait()
            deleted = poller.result()
            equal((deleted.scheduled_purge_date - deleted.deleted_date).days, 7)
        story.refused("it is gone", "404 KeyNotFound", keys.get_key, "rsa-2048")
        story.refused(
            "its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", keys.create_rsa_key, "rsa-2048")
        with story.step("find it among the deleted"):
            equal(keys.get_deleted_key("rsa-2048").name, "rsa-2048")
            equal([one.name for one in keys.list_deleted_keys()], ["rsa-2048"])
        with story.step("recover it, with its version"):
            poller = keys.begin_recover_deleted_key("rsa-2048")
            poller.wait()
            equal(poller.result().id, deleted.id)
            equal(list(keys.list_deleted_keys()), [])
        with story.step("delete it again and purge it"):
            keys.begin_delete_key("rsa-2048").wait()
            keys.purge_deleted_key("rsa-2048")
            equal(list(keys.list_deleted_keys()), [])
        story.refused("nothing is left of it", "404 KeyNotFound", keys.get_deleted_key, "rsa-2048")
        with story.step("its name is free"):
            assert keys.create_rsa_key("rsa-2048", size=2048).id != deleted.id
        with story.step("what is deleted goes by itself when its time is over"):
            keys.begin_delete_key("rsa-3072").wait()
            self.emulator.advance(f"{7 * 24 * 3600}s")
            equal(list(keys.list_deleted_keys()), [])

    def purge_protection(self):
        story, keys = self.story, self.azure.keys(self.guarded)
        with story.step("with purge protection: create and delete a key"):
            equal(keys.create_rsa_key("kept", size=2048).properties.recovery_level, "Recoverable")
            keys.begin_delete_key("kept").wait()
        story.refused("with purge protection: purge it", "403 Forbidden", keys.purge_deleted_key, "kept")
        with story.step("with purge protection: it is still there"):
            equal(keys.get_deleted_key("kept").name, "kept")
        with story.step("purge protection cannot be taken back"):
            try:
                self.azure.vaults.update(
                    GROUP, "guarded-vault", {"properties": {"enable_purge_protection": False}})
            except Exception as error:
                equal(error.status_code, 400)
            else:
                raise AssertionError("it was done")

    def purge_vault(self):
        story, vaults = self.story, self.azure.vaults
        with story.step("delete and purge a vault"):
            vaults.delete(GROUP, "open-vault")
            equal([one.name for one in vaults.list_deleted()], ["open-vault"])
            vaults.begin_purge_deleted("open-vault", LOCATION).result()
            equal(list(vaults.list_deleted()), [])
            assert vaults.check_name_availability({"name": "open-vault"}).name_available

    def roles(self):
        """A vault that asks for roles instead of policies."""
        story, authorization = self.story, self.azure.authorization
        with story.step("create a vault that authorizes by roles"):
            vault = self.azure.vaults.begin_create_or_update(
                GROUP, "role-vault", vault_parameters(by_roles=True)).result()
            keys = self.azure.keys(vault)
        story.refused("by roles: not even the owner may create a key", "403 Forbidden/ForbiddenByRbac",
                      keys.create_ec_key, "k", curve="P-256")
        with story.step("by roles: find the role by its name and assign it"):
            (role,) = authorization.role_definitions.list(vault.id, filter="roleName eq 'Key Vault Crypto Officer'")
            assignment = authorization.role_assignments.create(vault.id, "0a000000-0000-0000-0000-000000000001", {
                "role_definition_id": role.id, "principal_id": OBJECT, "principal_type": "ServicePrincipal"})
            equal(keys.create_ec_key("k", curve="P-256").name, "k")
        with story.step("by roles: list the assignments and take it back"):
            found = authorization.role_assignments.list_for_scope(vault.id, filter=f"principalId eq '{OBJECT}'")
            assert assignment.id in [one.id for one in found]
            authorization.role_assignments.delete_by_id(assignment.id)
        story.refused("by roles: taken back", "403 Forbidden/ForbiddenByRbac", keys.get_key, "k")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.keys.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Keys(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
