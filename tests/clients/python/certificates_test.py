"""The life of certificates, with azure-keyvault-certificates, and the key and the secret behind them."""

import argparse
import base64
import datetime

from azure.keyvault.certificates import AdministratorContact, CertificateClient, CertificateContact, CertificatePolicy
from azure.keyvault.keys import KeyClient
from azure.keyvault.secrets import SecretClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from harness.emulator import OBJECT, Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure, vault_parameters

GROUP = "myResourceGroup"
DAY = datetime.timedelta(days=1)


def answer(request):
    """What an issuer elsewhere makes of a request."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    begin = datetime.datetime(2020, 1, 1)
    return x509.CertificateBuilder(
        subject_name=request.subject, public_key=request.public_key(), serial_number=5,
        issuer_name=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")]),
        not_valid_before=begin, not_valid_after=begin + 36_500 * DAY).sign(issuer, hashes.SHA256())


class Certificates:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.create()
        self.behind()
        self.update()
        self.issue()
        self.delete()
        self.backup()
        self.bring()

    def create(self):
        story = self.story
        with story.step("create a vault whose policy allows all three kinds"):
            self.azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            parameters = vault_parameters(retention_days=7, object_ids=[OBJECT])
            permissions = parameters["properties"]["access_policies"][0]["permissions"]
            for kind in ["keys", "secrets", "certificates"]:
                permissions[kind] = ["all", "purge"]
            vault = self.azure.vaults.begin_create_or_update(GROUP, "cert-vault", parameters).result()
            where = vault.properties.vault_uri, self.azure.credential
            self.certificates, self.keys, self.secrets = CertificateClient(*where), KeyClient(*where), SecretClient(*where)
        with story.step("create a certificate and wait for it"):
            made = self.certificates.begin_create_certificate(
                "web", CertificatePolicy("Self", subject="CN=one.example", validity_in_months=12),
                tags={"a": "b"}).result()
            equal((made.name, made.properties.tags), ("web", {"a": "b"}))
            shown = x509.load_der_x509_certificate(bytes(made.cer))
            equal(shown.subject.rfc4514_string(), "CN=one.example")
            equal(shown.fingerprint(hashes.SHA1()), bytes(made.properties.x509_thumbprint))
            self.first = made.properties.version
        with story.step("the request is told of afterwards"):
            equal(self.certificates.get_certificate_operation("web").status, "completed")
        with story.step("a new version hides the one before, which stays"):
            newer = self.certificates.begin_create_certificate("web", CertificatePolicy.get_default()).result()
            assert newer.properties.version != self.first
            equal(self.certificates.get_certificate_version("web", self.first).properties.version, self.first)
            versions = self.certificates.list_properties_of_certificate_versions("web")
            equal({one.version for one in versions}, {self.first, newer.properties.version})
            equal([one.name for one in self.certificates.list_properties_of_certificates()], ["web"])
        story.refused("a certificate that is not there", "404 CertificateNotFound", self.certificates.get_certificate,
                      "none")

    def behind(self):
        story = self.story
        with story.step("its key and its secret are those of the certificate"):
            secret, key = self.secrets.get_secret("web"), self.keys.get_key("web")
            equal((key.properties.managed, secret.properties.content_type), (True, "application/x-pkcs12"))
            self.file = base64.b64decode(secret.value)
            private, certificate, _ = pkcs12.load_key_and_certificates(self.file, None)
            equal(certificate.public_bytes(Encoding.DER), bytes(self.certificates.get_certificate("web").cer))
            equal(private.private_numbers().public_numbers.n, int.from_bytes(key.key.n, "big"))

    def update(self):
        story, certificates = self.story, self.certificates
        with story.step("disable and enable it"):
            equal(certificates.update_certificate_properties("web", enabled=False).properties.enabled, False)
            equal(certificates.update_certificate_properties("web", enabled=True).properties.enabled, True)
        with story.step("change the policy of the next version"):
            policy = CertificatePolicy("Self", subject="CN=two.example", validity_in_months=24)
            equal(certificates.update_certificate_policy("web", policy).validity_in_months, 24)
            equal(certificates.get_certificate_policy("web").subject, "CN=two.example")
        with story.step("keep contacts"):
            equal([one.email for one in certificates.set_contacts([CertificateContact("a@example.com")])],
                  ["a@example.com"])
            equal([one.email for one in certificates.get_contacts()], ["a@example.com"])
            certificates.delete_contacts()
        story.refused("there are none any more", "404 ContactsNotFound", certificates.get_contacts)

    def issue(self):
        story, certificates = self.story, self.certificates
        with story.step("there are no issuers"):
            equal(list(certificates.list_properties_of_issuers()), [])
        with story.step("create an issuer, whose password nobody shows"):
            made = certificates.create_issuer(
                "ca", "DigiCert", account_id="account", password="secret-of-the-account",
                organization_id="organization",
                admin_contacts=[AdministratorContact(first_name="F", last_name="L", email="a@b.example", phone="1")])
            equal((made.name, made.provider, made.account_id, made.password, made.organization_id, made.enabled),
                  ("ca", "DigiCert", "account", None, "organization", True))
            equal([(one.first_name, one.last_name, one.email, one.phone) for one in made.admin_contacts],
                  [("F", "L", "a@b.example", "1")])
        with story.step("get it"):
            shown = certificates.get_issuer("ca")
            equal((shown.id, shown.provider, shown.account_id, shown.password, shown.organization_id),
                  (made.id, "DigiCert", "account", None, "organization"))
            equal((shown.created_on, shown.updated_on), (made.created_on, made.updated_on))
        with story.step("list it"):
            equal([(one.name, one.provider) for one in certificates.list_properties_of_issuers()], [("ca", "DigiCert")])
        with story.step("have it sign a certificate"):
            policy = CertificatePolicy("ca", subject="CN=four.example")
            signed = certificates.begin_create_certificate("signed", policy).result()
            file = base64.b64decode(self.secrets.get_secret("signed").value)
            _, leaf, (authority,) = pkcs12.load_key_and_certificates(file, None)
            equal(leaf.public_bytes(Encoding.DER), bytes(signed.cer))
            equal(leaf.issuer, authority.subject)
            authority.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes,
                                          ec.ECDSA(leaf.signature_hash_algorithm))
            equal(signed.policy.issuer_name, "ca")
        with story.step("update it"):
            equal(certificates.update_issuer("ca", enabled=False, account_id="other").enabled, False)
            shown = certificates.get_issuer("ca")
            equal((shown.enabled, shown.account_id, shown.organization_id), (False, "other", "organization"))
        story.refused("ask a disabled issuer", "400 BadParameter", certificates.begin_create_certificate, "refused",
                      CertificatePolicy("ca", subject="CN=five.example"))
        story.refused("a provider that there is none of", "400 BadParameter", certificates.create_issuer, "other",
                      "Contoso")
        with story.step("delete it"):
            equal(certificates.delete_issuer("ca").name, "ca")
            equal(list(certificates.list_properties_of_issuers()), [])
            certificates.begin_delete_certificate("signed").wait()
            certificates.purge_deleted_certificate("signed")
        story.refused("it is gone", "404 CertificateIssuerNotFound", certificates.get_issuer, "ca")

    def delete(self):
        story, certificates = self.story, self.certificates
        with story.step("delete it"):
            deleted = certificates.begin_delete_certificate("web").result()
            equal((deleted.scheduled_purge_date - deleted.deleted_on).days, 7)
            equal([one.name for one in certificates.list_deleted_certificates()], ["web"])
        story.refused("its key went along", "404 KeyNotFound", self.keys.get_key, "web")
        story.refused("its secret went along", "404 SecretNotFound", self.secrets.get_secret, "web")
        with story.step("recover all three"):
            equal(certificates.begin_recover_deleted_certificate("web").result().name, "web")
            equal(self.keys.get_key("web").properties.managed, True)
            equal(certificates.get_certificate_version("web", self.first).properties.version, self.first)

    def backup(self):
        story, certificates = self.story, self.certificates
        with story.step("back it up, and restore it where it is gone"):
            backup = certificates.backup_certificate("web")
            certificates.begin_delete_certificate("web").wait()
            certificates.purge_deleted_certificate("web")
            equal(list(certificates.list_deleted_certificates()), [])
            equal(certificates.restore_certificate_backup(backup).name, "web")
            equal(base64.b64decode(self.secrets.get_secret("web").value), self.file)
        story.refused("restore it where it still is", "409 Conflict", certificates.restore_certificate_backup, backup)
        story.refused("restore what is no backup", "400 BadParameter", certificates.restore_certificate_backup, b"none")

    def bring(self):
        story, certificates = self.story, self.certificates
        with story.step("import a file"):
            equal(certificates.import_certificate("brought", self.file).name, "brought")
        with story.step("ask an issuer elsewhere, and merge its answer"):
            certificates.begin_create_certificate("asked", CertificatePolicy("Unknown", subject="CN=three.example"))
            operation = certificates.get_certificate_operation("asked")
            equal(operation.status, "inProgress")
            issued = answer(x509.load_der_x509_csr(bytes(operation.csr)))
            merged = certificates.merge_certificate("asked", [issued.public_bytes(Encoding.DER)])
            equal(bytes(merged.cer), issued.public_bytes(Encoding.DER))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.certificates.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Certificates(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
