"""Rotation, backup and restore of keys, with azure-keyvault-keys."""

import argparse

from azure.keyvault.keys import KeyRotationLifetimeAction, KeyRotationPolicy, KeyRotationPolicyAction
from azure.keyvault.keys.crypto import KeyWrapAlgorithm

from harness.emulator import OBJECT, Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure, vault_parameters

GROUP = "myResourceGroup"
DAY = 24 * 3600
PERMISSIONS = ("all", "purge", "rotate", "getrotationpolicy", "setrotationpolicy")
PLAIN = b"0123456789abcdef0123456789abcdef"


def shown(policy):
    """The actions of a policy, whatever their order."""
    return sorted((str(getattr(one.action, "value", one.action)).lower(), one.time_after_create, one.time_before_expiry)
                  for one in policy.lifetime_actions)


class Rotation:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.by_call()
        self.by_policy()
        self.backup()

    def by_call(self):
        story = self.story
        with story.step("create a vault and a key"):
            self.azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            vault = self.azure.vaults.begin_create_or_update(
                GROUP, "turning-vault",
                vault_parameters(retention_days=7, object_ids=[OBJECT], permissions=PERMISSIONS)).result()
            self.keys = self.azure.keys(vault)
            self.first = self.keys.create_rsa_key("turning", size=2048, tags={"a": "b"})
        with story.step("rotate it: a new version of the same kind"):
            second = self.keys.rotate_key("turning")
            assert second.properties.version != self.first.properties.version
            assert second.key.n != self.first.key.n
            equal((second.key_type, len(second.key.n), second.properties.tags), ("RSA", 256, {"a": "b"}))
            equal(self.keys.get_key("turning").id, second.id)
        with story.step("what the old version wrapped it still unwraps"):
            client = self.keys.get_cryptography_client("turning", key_version=self.first.properties.version)
            wrapped = client.wrap_key(KeyWrapAlgorithm.rsa_oaep_256, PLAIN).encrypted_key
            equal(client.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, wrapped).key, PLAIN)
        story.refused("rotate a key that is not there", "404 KeyNotFound", self.keys.rotate_key, "none")

    def by_policy(self):
        story, keys = self.story, self.keys
        with story.step("the policy of a key without one"):
            equal(shown(keys.get_key_rotation_policy("turning")), [("notify", None, "P30D")])
        with story.step("set a policy"):
            actions = [KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create="P30D"),
                       KeyRotationLifetimeAction(KeyRotationPolicyAction.notify, time_before_expiry="P10D")]
            policy = keys.update_key_rotation_policy(
                "turning", KeyRotationPolicy(lifetime_actions=actions, expires_in="P90D"))
            expected = [("notify", None, "P10D"), ("rotate", "P30D", None)]
            equal((shown(policy), policy.expires_in), (expected, "P90D"))
            policy = keys.get_key_rotation_policy("turning")
            equal((shown(policy), policy.expires_in), (expected, "P90D"))
            assert policy.created_on and policy.updated_on
        with story.step("it rotates when the time has come, and not before"):
            before = keys.get_key("turning")
            self.emulator.advance(f"{29 * DAY}s")
            equal(keys.get_key("turning").id, before.id)
            self.emulator.advance(f"{2 * DAY}s")
            after = keys.get_key("turning")
            assert after.id != before.id
            equal((after.properties.expires_on - after.properties.created_on).days, 90)
            equal(len(list(keys.list_properties_of_key_versions("turning"))), 3)
        story.refused("a policy that rotates too soon", "400 BadParameter", keys.update_key_rotation_policy, "turning",
                      KeyRotationPolicy(lifetime_actions=[
                          KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create="P1D")]))

    def backup(self):
        story, keys = self.story, self.keys
        with story.step("back a key up"):
            latest = keys.get_key("turning")
            backup = keys.backup_key("turning")
        story.refused("restore it where it still is", "409 Conflict", keys.restore_key_backup, backup)
        with story.step("restore it where it is gone: all versions, and its policy"):
            keys.begin_delete_key("turning").wait()
            keys.purge_deleted_key("turning")
            equal(keys.restore_key_backup(backup).id, latest.id)
            equal(keys.get_key("turning", self.first.properties.version).key.n, self.first.key.n)
            equal(len(list(keys.list_properties_of_key_versions("turning"))), 3)
            equal(keys.get_key_rotation_policy("turning").expires_in, "P90D")
        story.refused("restore what is no backup", "400 BadParameter", keys.restore_key_backup, b"no backup")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.rotation.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Rotation(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
