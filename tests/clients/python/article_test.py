"""The article on customer-managed keys for Batch, with Azure's Python clients, from the group to the platform's key."""

import argparse
import collections

from azure.batch import models as batch
from azure.mgmt.batch import models as accounts

from harness.emulator import OBJECT, SUBSCRIPTION, Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure, policies, policy, vault_parameters

GROUP, VAULT, KEY = "myResourceGroup", "my-vault", "batchkey"
ACCOUNT, SECOND = "mybatchaccount", "mynewaccount"
POOL, JOB = "pool1", "job1"
NODES, TASKS = 2, 6
NEEDED = ("get", "wrapKey", "unwrapKey")


def customer_key(kid):
    return accounts.EncryptionProperties(
        key_source="Microsoft.KeyVault", key_vault_properties=accounts.KeyVaultProperties(key_identifier=kid))


def encryption(key):
    # Left to itself this model asks for public access, whatever the account has.
    return accounts.BatchAccountUpdateParameters(encryption=key, public_network_access=None)


class Article:
    def __init__(self, story, emulator, azure):
        self.story, self.emulator, self.azure = story, emulator, azure

    def run(self):
        self.group_and_vault()
        self.account_with_system_identity()
        self.account_with_user_identity()
        self.work()
        self.change_keys()
        self.revoke()
        self.restore()
        self.revoke_otherwise()
        self.platform_key()
        self.remove()

    # What the data plane says, in short.

    def nodes(self):
        return dict(collections.Counter(node.state.value for node in self.by_key.compute_node.list(POOL)))

    def tasks(self):
        return dict(collections.Counter(task.state.value for task in self.by_key.task.list(JOB)))

    def set_key(self, kid):
        return self.azure.accounts.update(GROUP, ACCOUNT, encryption(customer_key(kid)))

    def group_and_vault(self):
        story, azure = self.story, self.azure
        with story.step("list the subscriptions"):
            equal([one.subscription_id for one in azure.subscriptions.subscriptions.list()], [SUBSCRIPTION])
        with story.step("list the tenants and the locations"):
            assert list(azure.subscriptions.tenants.list())
            assert LOCATION in [one.name for one in azure.subscriptions.subscriptions.list_locations(SUBSCRIPTION)]
        with story.step("create a resource group"):
            equal(azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION}).name, GROUP)
        with story.step("the group is there, and another is not"):
            assert azure.resources.resource_groups.check_existence(GROUP)
            assert not azure.resources.resource_groups.check_existence("no-such-group")
        with story.step("create a vault with soft delete and purge protection"):
            self.vault = azure.vaults.begin_create_or_update(
                GROUP, VAULT, vault_parameters(purge_protection=True, object_ids=[OBJECT])).result()
            assert self.vault.properties.enable_soft_delete and self.vault.properties.enable_purge_protection
        with story.step("the vault's URI is of the names in use"):
            host = self.vault.properties.vault_uri.split("/")[2]
            expected = f"{VAULT}.vault.localhost:{self.emulator.port}" if azure.is_local else f"{VAULT}.vault.azure.net"
            equal(host, expected)
        with story.step("list the vaults: of the group, of the subscription, as resources"):
            equal([one.name for one in azure.vaults.list_by_resource_group(GROUP)], [VAULT])
            equal([one.name for one in azure.vaults.list_by_subscription()], [VAULT])
            found = azure.vaults.list(filter="resourceType eq 'Microsoft.KeyVault/vaults'")
            equal([one.name for one in found], [VAULT])
        with story.step("providers: look one up, register it"):
            equal(azure.resources.providers.get("Microsoft.Batch").namespace, "Microsoft.Batch")
            equal(azure.resources.providers.register("Microsoft.KeyVault").registration_state, "Registered")
        story.refused(
            "a vault that is not there", "404 ResourceNotFound", azure.vaults.get, GROUP, "other-vault")

    def account_with_system_identity(self):
        story, azure = self.story, self.azure
        with story.step("create an account with a system-assigned identity"):
            self.account = azure.accounts.begin_create(
                GROUP, ACCOUNT,
                accounts.BatchAccountCreateParameters(
                    location=LOCATION, identity=accounts.BatchAccountIdentity(type="SystemAssigned"))).result()
            equal(self.account.provisioning_state, "Succeeded")
            equal(self.account.encryption.key_source, "Microsoft.Batch")
        with story.step("its identity has a principal"):
            assert self.account.identity.principal_id and self.account.identity.tenant_id
        with story.step("create the key"):
            self.keys = azure.keys(self.vault)
            self.key = self.keys.create_rsa_key(KEY, size=2048, key_operations=["wrapKey", "unwrapKey"])
            assert self.key.id.startswith(self.vault.properties.vault_uri)
        with story.step("before the identity may use the key, it is refused"):
            try:
                self.set_key(self.key.id)
            except Exception as error:
                equal((error.status_code, error.error.code), (400, "InvalidKeyVaultReference"))
            else:
                raise AssertionError("it was done")
        with story.step("grant get, wrapKey and unwrapKey"):
            azure.vaults.update_access_policy(
                GROUP, VAULT, "add", policies(policy(self.account.identity.principal_id, NEEDED)))
        with story.step("protect the account with the key"):
            updated = self.set_key(self.key.id)
            equal(updated.encryption.key_source, "Microsoft.KeyVault")
            equal(updated.encryption.key_vault_properties.key_identifier, self.key.id)
            equal(azure.accounts.get(GROUP, ACCOUNT).encryption.key_vault_properties.key_identifier, self.key.id)
            equal(self.emulator.key_access(ACCOUNT), "accessible")

    def account_with_user_identity(self):
        story, azure = self.story, self.azure
        with story.step("create a user-assigned identity"):
            self.identity = azure.identities.create_or_update(GROUP, "batchid", {"location": LOCATION})
            assert self.identity.principal_id and self.identity.client_id
        with story.step("grant it the same"):
            azure.vaults.update_access_policy(
                GROUP, VAULT, "add", policies(policy(self.identity.principal_id, NEEDED)))
        with story.step("create an account that acts as it, with the key from the start"):
            account = azure.accounts.begin_create(
                GROUP, SECOND,
                accounts.BatchAccountCreateParameters(
                    location=LOCATION,
                    identity=accounts.BatchAccountIdentity(
                        type="UserAssigned",
                        user_assigned_identities={self.identity.id: accounts.UserAssignedIdentities()}),
                    encryption=customer_key(self.key.id))).result()
            equal(account.encryption.key_vault_properties.key_identifier, self.key.id)
            (shown,) = account.identity.user_assigned_identities.values()
            equal(shown.principal_id, self.identity.principal_id)
        with story.step("list the accounts: of the group and of the subscription"):
            for found in (azure.accounts.list_by_resource_group(GROUP), azure.accounts.list()):
                equal(sorted(one.name for one in found), [ACCOUNT, SECOND])

        with story.step("list the group's resources"):
            found = {one.type for one in azure.resources.resources.list_by_resource_group(GROUP)}
            equal(found, {"Microsoft.KeyVault/vaults", "Microsoft.Batch/batchAccounts",
                          "Microsoft.ManagedIdentity/userAssignedIdentities"})

    def work(self):
        story, azure = self.story, self.azure
        with story.step("list the account's keys"):
            shared = azure.accounts.get_keys(GROUP, ACCOUNT)
            self.by_key = azure.batch_by_key(self.account, shared.primary)
            self.by_token = azure.batch_by_token(self.account)
            assert shared.primary != shared.secondary
        with story.step("add a pool, signed with the account's key"):
            self.by_key.pool.add(batch.PoolAddParameter(
                id=POOL, vm_size="standard_d2s_v3", target_dedicated_nodes=NODES,
                virtual_machine_configuration=batch.VirtualMachineConfiguration(
                    image_reference=batch.ImageReference(
                        publisher="canonical", offer="0001-com-ubuntu-server-jammy", sku="22_04-lts"),
                    node_agent_sku_id="batch.node.ubuntu 22.04")))
        with story.step("the pool is there, and another is not"):
            assert self.by_key.pool.exists(POOL) and not self.by_key.pool.exists("pool2")
            equal(self.by_key.pool.get(POOL).target_dedicated_nodes, NODES)
        with story.step("its nodes boot"):
            self.emulator.advance("120s")
            equal(self.nodes(), {"idle": NODES})
        with story.step("add a job and tasks, with an Entra token"):
            self.by_token.job.add(batch.JobAddParameter(id=JOB, pool_info=batch.PoolInformation(pool_id=POOL)))
            results = self.by_token.task.add_collection(JOB, [
                batch.TaskAddParameter(id=f"task{index}", command_line="/bin/sh -c 'sleep 300'")
                for index in range(TASKS)
            ]).value
            equal({one.status.value for one in results}, {"success"})
        with story.step("as many run as there are nodes"):
            self.emulator.advance("60s")
            equal(self.tasks(), {"active": TASKS - NODES, "running": NODES})
            equal(self.nodes(), {"running": NODES})
        with story.step("counts of tasks"):
            counts = self.by_key.job.get_task_counts(JOB).task_counts
            equal((counts.active, counts.running, counts.completed), (TASKS - NODES, NODES, 0))
        story.refused("a pool of the same name", "409 PoolExists", self.by_key.pool.add, batch.PoolAddParameter(
            id=POOL, vm_size="standard_d2s_v3", target_dedicated_nodes=1,
            virtual_machine_configuration=batch.VirtualMachineConfiguration(
                image_reference=batch.ImageReference(publisher="canonical", offer="ubuntu", sku="22_04-lts"),
                node_agent_sku_id="batch.node.ubuntu 22.04")))
        with story.step("a wrong key is refused, and the answer names no string to sign with"):
            wrong = azure.batch_by_key(self.account, "A" * 86 + "==")
            try:
                wrong.pool.get(POOL)
            except batch.BatchErrorException as error:
                equal((error.response.status_code, error.error.code), (403, "AuthenticationFailed"))
            else:
                raise AssertionError("it was done")
        with story.step("tasks by pages"):
            options = batch.TaskListOptions(max_results=4)
            equal(len(list(self.by_key.task.list(JOB, task_list_options=options))), TASKS)

    def change_keys(self):
        story = self.story
        with story.step("use a new version of the key"):
            self.key = self.keys.create_rsa_key(KEY, size=2048)
            equal(self.set_key(self.key.id).encryption.key_vault_properties.key_identifier, self.key.id)
        with story.step("use another key, of 3072 bits"):
            other = self.keys.create_rsa_key("otherkey", size=3072)
            equal(self.set_key(other.id).encryption.key_vault_properties.key_identifier, other.id)
        with story.step("an EC key cannot protect an account"):
            curve = self.keys.create_ec_key("eckey", curve="P-256")
            try:
                self.set_key(curve.id)
            except Exception as error:
                equal((error.status_code, error.error.code), (400, "InvalidPropertyValue"))
            else:
                raise AssertionError("it was done")
        with story.step("use the first key again, without a version"):
            versionless = self.key.id.rsplit("/", 1)[0]
            equal(self.set_key(versionless).encryption.key_vault_properties.key_identifier, versionless)
            equal(self.tasks(), {"active": TASKS - NODES, "running": NODES})

    def lost(self, why):
        """Everything but reading and deleting the account is refused."""
        story, azure, gone = self.story, self.azure, "403 AccountIsDisabled"
        story.refused(f"{why}: list the tasks", gone, self.by_key.task.list, JOB, contains="disabled")
        story.refused(f"{why}: list the nodes, with a token", gone, self.by_token.compute_node.list, POOL)
        story.refused(f"{why}: add a job", gone, self.by_key.job.add, batch.JobAddParameter(
            id="job2", pool_info=batch.PoolInformation(pool_id=POOL)))
        story.refused(
            f"{why}: back to the platform's key", gone, azure.accounts.update, GROUP, ACCOUNT,
            encryption(accounts.EncryptionProperties(key_source="Microsoft.Batch")))
        story.refused(f"{why}: list the keys", gone, azure.accounts.get_keys, GROUP, ACCOUNT)
        with story.step(f"{why}: the account's resource can be read"):
            equal(azure.accounts.get(GROUP, ACCOUNT).encryption.key_source, "Microsoft.KeyVault")
            equal(self.emulator.key_access(ACCOUNT), "lost")

    def revoke(self):
        story, azure = self.story, self.azure
        with story.step("delete the key"):
            deleted = self.keys.begin_delete_key(KEY)
            deleted.wait()
            assert deleted.result().recovery_id
        self.lost("key deleted")
        with story.step("delete the second account: the one thing that still works"):
            azure.accounts.begin_delete(GROUP, SECOND).result()
            equal([one.name for one in azure.accounts.list()], [ACCOUNT])
        story.refused(
            "purge the key: purge protection keeps it", "403 Forbidden", self.keys.purge_deleted_key, KEY)

    def restored(self, why):
        """The window after the key is back, and what was cut runs again."""
        story = self.story
        with story.step(f"{why}: the window runs"):
            equal(self.emulator.key_access(ACCOUNT), "restoring")
            self.emulator.advance("599s")
        story.refused(f"{why}: a second before its end", "403 AccountIsDisabled", self.by_key.task.list, JOB)
        with story.step(f"{why}: at its end tasks run again"):
            self.emulator.advance("1s")
            equal(self.tasks(), {"active": TASKS - NODES, "running": NODES})
            equal(self.nodes(), {"running": NODES})

    def restore(self):
        story = self.story
        with story.step("recover the key an hour later"):
            self.emulator.advance("1h")
            poller = self.keys.begin_recover_deleted_key(KEY)
            poller.wait()
            equal(poller.result().name, KEY)
        self.restored("key recovered")
        with story.step("what was cut was requeued, once"):
            again = [task for task in self.by_key.task.list(JOB) if task.execution_info.requeue_count]
            equal([task.execution_info.requeue_count for task in again], [1] * NODES)
            equal({task.execution_info.retry_count for task in again}, {0})

    def revoke_otherwise(self):
        story, azure = self.story, self.azure
        with story.step("disable the key"):
            self.keys.update_key_properties(KEY, enabled=False)
        self.lost("key disabled")
        with story.step("enable it"):
            self.keys.update_key_properties(KEY, enabled=True)
        self.restored("key enabled")
        principal = self.account.identity.principal_id
        with story.step("take the permissions away"):
            azure.vaults.update_access_policy(GROUP, VAULT, "remove", policies(policy(principal, NEEDED)))
        self.lost("policy removed")
        with story.step("give them back"):
            azure.vaults.update_access_policy(GROUP, VAULT, "add", policies(policy(principal, NEEDED)))
        self.restored("policy restored")
        with story.step("delete the vault"):
            azure.vaults.delete(GROUP, VAULT)
        self.lost("vault deleted")
        with story.step("the deleted vault can be found"):
            equal([one.name for one in azure.vaults.list_deleted()], [VAULT])
            assert azure.vaults.get_deleted(VAULT, LOCATION).properties.purge_protection_enabled
        with story.step("purge it: purge protection keeps it"):
            try:
                azure.vaults.begin_purge_deleted(VAULT, LOCATION).result()
            except Exception as error:
                assert 400 <= error.status_code < 500, error
            else:
                raise AssertionError("it was done")
        with story.step("recover the vault"):
            parameters = vault_parameters(purge_protection=True)
            parameters["properties"]["create_mode"] = "recover"
            azure.vaults.begin_create_or_update(GROUP, VAULT, parameters).result()
            assert azure.vaults.get(GROUP, VAULT).properties.access_policies
        self.restored("vault recovered")
        with story.step("the tasks run to their end"):
            self.emulator.advance(f"{300 * TASKS // NODES}s")
            equal(self.tasks(), {"completed": TASKS})

    def platform_key(self):
        story, azure = self.story, self.azure
        with story.step("back to the platform's key"):
            updated = azure.accounts.update(
                GROUP, ACCOUNT, encryption(accounts.EncryptionProperties(key_source="Microsoft.Batch")))
            equal(updated.encryption.key_source, "Microsoft.Batch")
        with story.step("now the key can go, and the account works"):
            self.keys.begin_delete_key(KEY).wait()
            equal(self.tasks(), {"completed": TASKS})
            equal(self.emulator.key_access(ACCOUNT), "platform")
        with story.step("renew a key of the account: the old one stops, the other works"):
            before = azure.accounts.get_keys(GROUP, ACCOUNT)
            after = azure.accounts.regenerate_key(
                GROUP, ACCOUNT, accounts.BatchAccountRegenerateKeyParameters(key_name="Primary"))
            assert after.primary != before.primary and after.secondary == before.secondary
            self.by_key = azure.batch_by_key(self.account, before.primary)
        story.refused("the old key", "403 AuthenticationFailed", self.by_key.pool.get, POOL)
        with story.step("the other key"):
            self.by_key = azure.batch_by_key(self.account, before.secondary)
            equal(self.by_key.pool.get(POOL).id, POOL)

    def remove(self):
        story, azure = self.story, self.azure
        with story.step("delete the job and the pool"):
            self.by_key.job.delete(JOB)
            self.by_key.pool.delete(POOL)
            self.emulator.advance("60s")
            equal(list(self.by_key.pool.list()), [])
        with story.step("delete the account"):
            azure.accounts.begin_delete(GROUP, ACCOUNT).result()
        story.refused("it is gone", "404 ResourceNotFound", azure.accounts.get, GROUP, ACCOUNT)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.article.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Article(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
