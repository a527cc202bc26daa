"""The article on customer-managed keys for Batch, in the present spelling of `az`, from start to end."""

import argparse
import collections
import tempfile

from az.cli import Az, refused
from harness.emulator import SUBSCRIPTION, Emulator
from harness.story import Story, equal

GROUP, VAULT, KEY = "myResourceGroup", "my-vault", "batchkey"
ACCOUNT, SECOND = "mybatchaccount", "mynewaccount"
POOL, JOB = "pool1", "job1"
NODES, TASKS = 2, 6
ONE = f"-n {ACCOUNT} -g {GROUP}"
SET_KEY = f"batch account set {ONE} --encryption-key-source Microsoft.KeyVault --encryption-key-identifier"


class Article:
    def __init__(self, story, emulator, az, mode):
        self.story, self.emulator, self.az = story, emulator, az
        is_local = mode == "local"
        self.cloud = "Lazuli" if is_local else "AzureCloud"
        self.vault_url = f"https://{VAULT}.vault." + (f"localhost:{emulator.port}" if is_local else "azure.net")

    def run(self):
        self.group_vault_account()
        self.user_identity()
        self.work()
        self.change_keys()
        self.revoke()
        self.platform_key()

    def tasks(self):
        listed = self.az(f"batch task list --job-id {JOB}")
        return dict(collections.Counter(task["state"] for task in listed))

    def nodes(self):
        return dict(collections.Counter(node["state"] for node in self.az(f"batch node list --pool-id {POOL}")))

    def group_vault_account(self):
        story, az = self.story, self.az
        with story.step("az login --service-principal"):
            (account,) = az.login()
            equal((account["id"], account["cloudName"]), (SUBSCRIPTION, self.cloud))
        with story.step("az group create"):
            equal(az(f"group create -n {GROUP} -l westus2")["name"], GROUP)
        with story.step("az batch account create --mi-system-assigned"):
            created = az(f"batch account create {ONE} -l westus2 --mi-system-assigned true")
            equal(created["provisioningState"], "Succeeded")
        with story.step("az batch account show"):
            self.principal = az(f"batch account show {ONE} --query identity")["principalId"]
        with story.step("az ad sp list: the account's identity is found by the account's name"):
            equal([one["id"] for one in az(f"ad sp list --display-name {ACCOUNT}")], [self.principal])
        with story.step("az keyvault create --enable-purge-protection"):
            vault = az(f"keyvault create -n {VAULT} -g {GROUP} -l westus2 --enable-purge-protection true")
            assert vault["properties"]["enableSoftDelete"] and vault["properties"]["enablePurgeProtection"]
            equal(vault["properties"]["accessPolicies"][0]["permissions"]["keys"], ["all"])
        with story.step("az keyvault set-policy"):
            vault = az(f"keyvault set-policy -n {VAULT} --object-id {self.principal} "
                       "--key-permissions get wrapKey unwrapKey")
            equal(len(vault["properties"]["accessPolicies"]), 2)
        with story.step("az keyvault key create"):
            key = az(f"keyvault key create --vault-name {VAULT} -n {KEY} --kty RSA --size 2048 --ops wrapKey unwrapKey")
            self.kid = key["key"]["kid"]
            assert self.kid.startswith(f"{self.vault_url}/keys/{KEY}/"), self.kid
        with story.step("az batch account set --encryption-key-source --encryption-key-identifier"):
            az(SET_KEY, self.kid)
            shown = az(f"batch account show {ONE} --query encryption")
            equal((shown["keySource"], shown["keyVaultProperties"]["keyIdentifier"]), ("Microsoft.KeyVault", self.kid))
        with story.step("--encryption-key-identifier alone changes nothing: az sends an empty patch"):
            az(f"batch account set {ONE} --encryption-key-identifier {self.vault_url}/keys/other")
            shown = az(f"batch account show {ONE} --query encryption")
            equal(shown["keyVaultProperties"]["keyIdentifier"], self.kid)

    def user_identity(self):
        story, az = self.story, self.az
        with story.step("az identity create"):
            self.identity = az(f"identity create -n batchid -g {GROUP} -l westus2")
            assert self.identity["principalId"] and self.identity["clientId"]
        with story.step("az keyvault set-policy for it"):
            az(f"keyvault set-policy -n {VAULT} --object-id {self.identity['principalId']} "
               "--key-permissions get wrapKey unwrapKey")
        with story.step("az batch account create --mi-user-assigned, with the key from the start"):
            az(f"batch account create -n {SECOND} -g {GROUP} -l westus2 --mi-user-assigned {self.identity['id']} "
               f"--encryption-key-source Microsoft.KeyVault --encryption-key-identifier {self.kid}")
            shown = az(f"batch account show -n {SECOND} -g {GROUP}")
            equal(shown["encryption"]["keyVaultProperties"]["keyIdentifier"], self.kid)
            equal(shown["identity"]["type"], "UserAssigned")

    def work(self):
        story, az = self.story, self.az
        with story.step("az batch account login --shared-key-auth"):
            az(f"batch account login {ONE} --shared-key-auth")
        with story.step("az batch pool create"):
            az(f"batch pool create --id {POOL} --vm-size Standard_D2s_v3 --target-dedicated-nodes {NODES} "
               "--image canonical:0001-com-ubuntu-server-jammy:22_04-lts --node-agent-sku-id",
               "batch.node.ubuntu 22.04")
            self.emulator.advance("120s")
            equal(self.nodes(), {"idle": NODES})
        with story.step("az batch account login, with an Entra token"):
            az(f"batch account login {ONE}")
        with story.step("az batch job create"):
            az(f"batch job create --id {JOB} --pool-id {POOL}")
        with story.step("az batch task create --json-file"):
            tasks = [{"id": f"task{i}", "commandLine": "/bin/sh -c 'sleep 300'"} for i in range(1, TASKS)]
            added = az(f"batch task create --job-id {JOB} --json-file {az.write('tasks.json', tasks)}")
            equal({one["status"].lower() for one in added}, {"success"})
        with story.step("az batch task create --command-line"):
            az(f"batch task create --job-id {JOB} --task-id task0 --command-line", "/bin/sh -c 'sleep 300'")
        with story.step("az batch task list, node list, job task-counts show"):
            self.emulator.advance("60s")
            equal(self.tasks(), {"active": TASKS - NODES, "running": NODES})
            equal(self.nodes(), {"running": NODES})
            counts = az(f"batch job task-counts show --job-id {JOB}")["taskCounts"]
            equal((counts["active"], counts["running"]), (TASKS - NODES, NODES))

    def change_keys(self):
        story, az = self.story, self.az
        with story.step("a new version of the key"):
            self.kid = az(f"keyvault key create --vault-name {VAULT} -n {KEY} --kty RSA --size 2048")["key"]["kid"]
            updated = az(SET_KEY, self.kid)
            equal(updated["encryption"]["keyVaultProperties"]["keyIdentifier"], self.kid)
        with story.step("another key"):
            other = az(f"keyvault key create --vault-name {VAULT} -n otherkey --kty RSA --size 3072")["key"]["kid"]
            equal(az(SET_KEY, other)["encryption"]["keyVaultProperties"]["keyIdentifier"], other)
        with story.step("the first key again, without a version"):
            versionless = self.kid.rsplit("/", 1)[0]
            equal(az(SET_KEY, versionless)["encryption"]["keyVaultProperties"]["keyIdentifier"], versionless)

    def lost(self, why):
        story, az = self.story, self.az
        for command in (f"batch task list --job-id {JOB}", "batch pool list",
                        f"batch account set {ONE} --encryption-key-source Microsoft.Batch",
                        f"batch account keys list {ONE}"):
            refused(story, f"{why}: az {command.split(' -')[0]}", "account is disabled", az, command)
        with story.step(f"{why}: az batch account show"):
            equal(az(f"batch account show {ONE}")["encryption"]["keySource"], "Microsoft.KeyVault")

    def restored(self, why):
        with self.story.step(f"{why}: the window runs"):
            self.emulator.advance("599s")
        refused(self.story, f"{why}: a second before its end", "account is disabled", self.az,
                f"batch task list --job-id {JOB}")
        with self.story.step(f"{why}: at its end tasks run again"):
            self.emulator.advance("1s")
            equal(self.tasks(), {"active": TASKS - NODES, "running": NODES})

    def revoke(self):
        story, az = self.story, self.az
        with story.step("az keyvault key set-attributes --enabled false"):
            az(f"keyvault key set-attributes --vault-name {VAULT} -n {KEY} --enabled false")
        self.lost("key disabled")
        with story.step("az batch account delete of the second account: the one thing that still works"):
            az(f"batch account delete -n {SECOND} -g {GROUP} --yes")
            equal([one["name"] for one in az(f"batch account list -g {GROUP}")], [ACCOUNT])
        with story.step("az keyvault key set-attributes --enabled true"):
            az(f"keyvault key set-attributes --vault-name {VAULT} -n {KEY} --enabled true")
        self.restored("key enabled")
        with story.step("az keyvault key delete"):
            assert az(f"keyvault key delete --vault-name {VAULT} -n {KEY}")["recoveryId"]
        self.lost("key deleted")
        refused(story, "az keyvault key purge: purge protection keeps it", "Forbidden", az,
                f"keyvault key purge --vault-name {VAULT} -n {KEY}")
        with story.step("az keyvault key recover"):
            az(f"keyvault key recover --vault-name {VAULT} -n {KEY}")
        self.restored("key recovered")
        with story.step("az keyvault delete-policy, and back"):
            az(f"keyvault delete-policy -n {VAULT} --object-id {self.principal}")
            equal(self.emulator.key_access(ACCOUNT), "lost")
            az(f"keyvault set-policy -n {VAULT} --object-id {self.principal} --key-permissions get wrapKey unwrapKey")
        self.restored("policy restored")
        with story.step("the tasks run to their end"):
            self.emulator.advance(f"{300 * TASKS // NODES}s")
            equal(self.tasks(), {"completed": TASKS})

    def platform_key(self):
        story, az = self.story, self.az
        with story.step("az batch account set --encryption-key-source Microsoft.Batch"):
            updated = az(f"batch account set {ONE} --encryption-key-source Microsoft.Batch")
            equal(updated["encryption"]["keySource"], "Microsoft.Batch")
        with story.step("now the key can go, and the account works"):
            az(f"keyvault key delete --vault-name {VAULT} -n {KEY}")
            equal(self.tasks(), {"completed": TASKS})
        with story.step("az batch account keys renew"):
            before = az(f"batch account keys list {ONE}")
            after = az(f"batch account keys renew {ONE} --key-name Primary")
            assert before["primary"] != after["primary"] and before["secondary"] == after["secondary"]
        with story.step("az batch job delete, pool delete, account delete"):
            az(f"batch job delete --job-id {JOB} --yes")
            az(f"batch pool delete --pool-id {POOL} --yes")
            az(f"batch account delete {ONE} --yes")
            equal(az(f"batch account list -g {GROUP}"), [])
        with story.step("az keyvault delete, list-deleted, recover"):
            az(f"keyvault delete -n {VAULT} -g {GROUP}")
            equal([one["name"] for one in az("keyvault list-deleted")], [VAULT])
            az(f"keyvault recover -n {VAULT}")
            equal([one["name"] for one in az("keyvault list")], [VAULT])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"az.article.{mode}")
    with Emulator() as emulator, tempfile.TemporaryDirectory() as scratch:
        Article(story, emulator, Az(emulator.environment(mode), scratch), mode).run()
    story.finish()


if __name__ == "__main__":
    main()
