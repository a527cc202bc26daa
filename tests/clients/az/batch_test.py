"""The commands of `az batch` that speak to the data plane, in the spelling of az 2.45."""

import tempfile

from az.cli import Az, refused
from harness.emulator import Emulator
from harness.story import Story, equal

GROUP, ACCOUNT, POOL, JOB = "batchgroup", "batchaccount", "pool", "job"


class Commands:
    def __init__(self, story, emulator, az):
        self.story = story
        self.emulator = emulator
        self.az = az

    def run(self):
        self.account()
        self.pools()
        self.nodes()
        self.jobs_and_tasks()
        self.not_emulated()

    def account(self):
        with self.story.step("an account, and to sign in to it"):
            self.az.login()
            self.az(f"group create -n {GROUP} -l westus2")
            self.az(f"batch account create -n {ACCOUNT} -g {GROUP} -l westus2")
            self.az(f"batch account login -n {ACCOUNT} -g {GROUP}")
        with self.story.step("lists of the account"):
            images = self.az("batch pool supported-images list")
            assert any(one["nodeAgentSkuId"] == "batch.node.ubuntu 22.04" for one in images), images
            equal(self.az("batch certificate list"), [])
            equal(self.az("batch job-schedule list"), [])

    def pools(self):
        with self.story.step("create, show, list and change a pool"):
            self.az(
                f"batch pool create --id {POOL} --vm-size Standard_D2s_v3 --target-dedicated-nodes 2"
                " --image canonical:0001-com-ubuntu-server-jammy:22_04-lts --disk-encryption-targets TemporaryDisk"
                " --target-communication simplified --metadata a=1", "--node-agent-sku-id", "batch.node.ubuntu 22.04")
            pool = self.az(f"batch pool show --pool-id {POOL}")
            equal((pool["state"], pool["targetNodeCommunicationMode"], pool["metadata"][0]["value"]),
                  ("active", "simplified", "1"))
            equal(self.az(f"batch pool show --pool-id {POOL} --select id,state")["vmSize"], None)
            equal(len(self.az("batch pool list", "--filter", "state eq 'active'")), 1)
            self.az(f"batch pool set --pool-id {POOL} --metadata b=2", "--start-task-command-line", "prepare it")
            self.az(f"batch pool reset --pool-id {POOL} --metadata c=3")
            equal(self.az(f"batch pool show --pool-id {POOL}")["metadata"][0]["name"], "c")
        with self.story.step("resize a pool, and stop that"):
            self.emulator.advance("120s")
            self.az(f"batch pool resize --pool-id {POOL} --target-dedicated-nodes 3")
            self.az(f"batch pool resize --pool-id {POOL} --abort")
            self.emulator.advance("120s")
            equal(self.az(f"batch pool show --pool-id {POOL}")["currentDedicatedNodes"], 3)

    def nodes(self):
        with self.story.step("nodes: list, show, count, schedule, reboot and delete"):
            nodes = self.az(f"batch node list --pool-id {POOL}")
            equal([node["state"] for node in nodes], ["idle"] * 3)
            node = f"--pool-id {POOL} --node-id {nodes[0]['id']}"
            equal(self.az(f"batch node show {node}")["id"], nodes[0]["id"])
            equal(self.az("batch pool node-counts list")[0]["dedicated"]["idle"], 3)
            self.az(f"batch node scheduling disable {node}")
            equal(self.az(f"batch node show {node}")["state"], "offline")
            self.az(f"batch node scheduling enable {node}")
            self.az(f"batch node reboot {node}")
            equal(self.az(f"batch node show {node}")["state"], "rebooting")
            self.az(f"batch node delete --pool-id {POOL} --node-list {nodes[2]['id']}")
            self.emulator.advance("120s")
            equal(len(self.az(f"batch node list --pool-id {POOL}")), 2)

    def jobs_and_tasks(self):
        with self.story.step("create, show, list and change a job"):
            self.az(f"batch job create --id {JOB} --pool-id {POOL} --priority 5 --metadata a=1")
            self.az(f"batch job set --job-id {JOB} --job-max-wall-clock-time PT6H")
            job = self.az(f"batch job show --job-id {JOB}")
            equal((job["priority"], job["constraints"]["maxWallClockTime"]), (5, "6:00:00"))
            self.az(f"batch job reset --job-id {JOB} --pool-id {POOL}")
            # `az batch job disable` of 2.45 refuses every value of its own --disable-tasks.
            equal(len(self.az("batch job list")), 1)
        with self.story.step("create, show and list tasks, by options and by file"):
            task = self.az(f"batch task create --job-id {JOB} --task-id one", "--command-line", "/bin/sh -c 'sleep 600'")
            equal(task["state"], "running")
            tasks = self.az.write("tasks.json", [{"id": f"t{index}", "commandLine": "sleep 600"} for index in range(3)])
            added = self.az(f"batch task create --job-id {JOB}", "--json-file", tasks)
            equal(sorted(one["taskId"] for one in added), ["t0", "t1", "t2"])
            equal(len(self.az(f"batch task list --job-id {JOB}")), 4)
            counts = self.az(f"batch job task-counts show --job-id {JOB}")
            equal(counts["taskCounts"]["running"], 2)
        with self.story.step("change, stop, reactivate and delete a task"):
            self.az(f"batch task reset --job-id {JOB} --task-id t0 --max-task-retry-count 2")
            self.az(f"batch task stop --job-id {JOB} --task-id t0")
            self.az(f"batch task reactivate --job-id {JOB} --task-id t0")
            equal(self.az(f"batch task show --job-id {JOB} --task-id t0")["executionInfo"]["retryCount"], 0)
            self.az(f"batch task delete --job-id {JOB} --task-id t0 --yes")
            equal(len(self.az(f"batch task list --job-id {JOB}")), 3)
        with self.story.step("with the shared key"):
            self.az(f"batch account login -n {ACCOUNT} -g {GROUP} --shared-key-auth")
            equal(len(self.az(f"batch task list --job-id {JOB}")), 3)
            self.az(f"batch job stop --job-id {JOB} --terminate-reason enough")
            equal(self.az(f"batch job show --job-id {JOB}")["executionInfo"]["terminateReason"], "enough")
            self.az(f"batch job delete --job-id {JOB} --yes")
            self.az(f"batch pool delete --pool-id {POOL} --yes")
            self.emulator.advance("120s")
            equal(self.az("batch pool list"), [])

    def not_emulated(self):
        refused(self.story, "what is not emulated says so", "File_ListFromTask not emulated", self.az,
                f"batch task file list --job-id {JOB} --task-id one")


def main():
    story = Story("az.batch")
    with tempfile.TemporaryDirectory() as scratch, Emulator() as emulator:
        Commands(story, emulator, Az(emulator.environment(), scratch)).run()
    story.finish()


if __name__ == "__main__":
    main()
