"""The life of secrets, with azure-keyvault-secrets."""

import argparse
import datetime

from azure.keyvault.secrets import SecretClient

from harness.emulator import OBJECT, Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure, vault_parameters

GROUP = "myResourceGroup"


class Secrets:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.set()
        self.update()
        self.list()
        self.delete()
        self.backup()

    def set(self):
        story = self.story
        with story.step("create a vault whose policy allows secrets"):
            self.azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            parameters = vault_parameters(retention_days=7, object_ids=[OBJECT])
            parameters["properties"]["access_policies"][0]["permissions"]["secrets"] = ["all", "purge"]
            vault = self.azure.vaults.begin_create_or_update(GROUP, "secret-vault", parameters).result()
            self.secrets = SecretClient(vault.properties.vault_uri, self.azure.credential)
        with story.step("set a secret with all that one may say of it"):
            expires = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)
            begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
            secret = self.secrets.set_secret(
                "password", "p\u00e4ss w\u00f6rd", enabled=True, tags={"a": "b"}, content_type="text/plain",
                not_before=begins, expires_on=expires)
            shown = secret.properties
            equal((secret.value, shown.content_type, shown.tags), ("p\u00e4ss w\u00f6rd", "text/plain", {"a": "b"}))
            equal((shown.not_before, shown.expires_on, shown.enabled), (begins, expires, True))
            equal((shown.recovery_level, shown.recoverable_days), ("CustomizedRecoverable+Purgeable", 7))
            equal((shown.name, shown.vault_url), ("password", self.secrets.vault_url))
            self.first = shown.version
        with story.step("get it, latest and by version"):
            equal(self.secrets.get_secret("password").value, "p\u00e4ss w\u00f6rd")
            equal(self.secrets.get_secret("password", self.first).id, secret.id)
        with story.step("a new version hides the one before, which stays"):
            newer = self.secrets.set_secret("password", "other")
            equal((newer.properties.tags, newer.properties.content_type), (None, None))
            equal(self.secrets.get_secret("password").value, "other")
            equal(self.secrets.get_secret("password", self.first).value, "p\u00e4ss w\u00f6rd")
        story.refused("a secret that is not there", "404 SecretNotFound", self.secrets.get_secret, "none")
        story.refused("a name that no secret can have", "400 BadParameter", self.secrets.get_secret, "under_score")
        story.refused("a value that is too long", "400 BadParameter", self.secrets.set_secret, "long", "x" * 26_000)

    def update(self):
        story, secrets = self.story, self.secrets
        with story.step("disable the latest version"):
            equal(secrets.update_secret_properties("password", enabled=False).enabled, False)
        story.refused("its value is kept back", "403 Forbidden/SecretDisabled", secrets.get_secret, "password")
        with story.step("the older one is still shown"):
            equal(secrets.get_secret("password", self.first).value, "p\u00e4ss w\u00f6rd")
        with story.step("update an older version"):
            shown = secrets.update_secret_properties("password", self.first, tags={"c": "d"}, content_type="other")
            equal((shown.version, shown.tags, shown.content_type), (self.first, {"c": "d"}, "other"))
        with story.step("enable the latest version"):
            secrets.update_secret_properties("password", enabled=True)
            equal(secrets.get_secret("password").value, "other")

    def list(self):
        story, secrets = self.story, self.secrets
        with story.step("list the secrets by pages"):
            for name in ("one", "two", "three"):
                secrets.set_secret(name, name)
            pages = [list(page) for page in secrets.list_properties_of_secrets(max_page_size=2).by_page()]
            equal(sorted(one.name for page in pages for one in page), ["one", "password", "three", "two"])
            assert len(pages) >= 2, len(pages)
        with story.step("list the versions"):
            versions = list(secrets.list_properties_of_secret_versions("password"))
            equal(len({one.version for one in versions}), 2)
            assert self.first in [one.version for one in versions]

    def delete(self):
        story, secrets = self.story, self.secrets
        with story.step("delete a secret"):
            deleted = secrets.begin_delete_secret("password").result()
            equal((deleted.scheduled_purge_date - deleted.deleted_date).days, 7)
        story.refused("it is gone", "404 SecretNotFound", secrets.get_secret, "password")
        story.refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", secrets.set_secret,
                      "password", "again")
        with story.step("find it among the deleted"):
            equal(secrets.get_deleted_secret("password").name, "password")
            equal([one.name for one in secrets.list_deleted_secrets()], ["password"])
        with story.step("recover it, with both versions"):
            poller = secrets.begin_recover_deleted_secret("password")
            poller.wait()
            equal(secrets.get_secret("password").value, "other")
            equal(secrets.get_secret("password", self.first).value, "p\u00e4ss w\u00f6rd")
        with story.step("delete another and purge it"):
            secrets.begin_delete_secret("one").wait()
            secrets.purge_deleted_secret("one")
            equal(list(secrets.list_deleted_secrets()), [])
        with story.step("what is deleted goes by itself when its time is over"):
            secrets.begin_delete_secret("two").wait()
            self.emulator.advance(f"{7 * 24 * 3600}s")
            equal(list(secrets.list_deleted_secrets()), [])
        story.refused("nothing is left of it", "404 SecretNotFound", secrets.get_deleted_secret, "two")

    def backup(self):
        story, secrets = self.story, self.secrets
        with story.step("back a secret up"):
            backup = secrets.backup_secret("password")
            assert b"other" not in backup
        story.refused("restore it where it still is", "409 Conflict", secrets.restore_secret_backup, backup)
        with story.step("restore it where it is gone, with both versions"):
            secrets.begin_delete_secret("password").wait()
            secrets.purge_deleted_secret("password")
            equal(secrets.restore_secret_backup(backup).name, "password")
            equal(secrets.get_secret("password").value, "other")
            equal(secrets.get_secret("password", self.first).value, "p\u00e4ss w\u00f6rd")
        story.refused("restore what is no backup", "400 BadParameter", secrets.restore_secret_backup, b"no backup")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.secrets.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Secrets(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
