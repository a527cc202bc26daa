"""The Batch data plane as azure-batch drives it: pools, nodes, jobs, tasks, counts, conditions, lists, and what is refused."""

import argparse
import datetime

from azure.batch import models as batch

from harness.emulator import Emulator, enter
from harness.story import Story, equal
from python.clients import LOCATION, Azure

GROUP, ACCOUNT = "batchgroup", "batchaccount"
POOL, JOB = "pool", "job"


def pool(name, nodes=0, **more):
    return batch.PoolAddParameter(
        id=name, vm_size="standard_d2s_v3", target_dedicated_nodes=nodes,
        virtual_machine_configuration=batch.VirtualMachineConfiguration(
            image_reference=batch.ImageReference(
                publisher="canonical", offer="0001-com-ubuntu-server-jammy", sku="22_04-lts"),
            node_agent_sku_id="batch.node.ubuntu 22.04"),
        **more)


def job(name, **more):
    return batch.JobAddParameter(id=name, pool_info=batch.PoolInformation(pool_id=POOL), **more)


def task(name, seconds=3600, **more):
    return batch.TaskAddParameter(id=name, command_line=f"/bin/sh -c 'sleep {seconds}'", **more)


class Batch:
    def __init__(self, story, emulator, azure):
        self.story = story
        self.emulator = emulator
        self.azure = azure

    def run(self):
        self.account_and_clients()
        self.account_lists()
        self.pools()
        self.nodes()
        self.jobs()
        self.tasks()
        self.lists()
        self.conditions()
        self.not_emulated()
        self.authentication_modes()

    def account_and_clients(self):
        with self.story.step("create an account, and clients by key and by token"):
            self.azure.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})
            self.account = self.azure.accounts.begin_create(
                GROUP, ACCOUNT, {"location": LOCATION}).result()
            keys = self.azure.accounts.get_keys(GROUP, ACCOUNT)
            self.by_key = self.azure.batch_by_key(self.account, keys.primary)
            self.by_token = self.azure.batch_by_token(self.account)

    def account_lists(self):
        with self.story.step("supported images, also by filter"):
            images = list(self.by_key.account.list_supported_images())
            assert len(images) > 4, images
            windows = list(self.by_key.account.list_supported_images(
                batch.AccountListSupportedImagesOptions(filter="osType eq 'windows'")))
            equal({image.os_type for image in windows}, {"windows"})
        with self.story.step("empty lists of what is not emulated"):
            equal(list(self.by_key.application.list()), [])
            equal(list(self.by_key.certificate.list()), [])
            equal(list(self.by_key.job_schedule.list()), [])

    def pools(self):
        client = self.by_key.pool
        with self.story.step("add, get and list pools"):
            client.add(pool(POOL, 2, metadata=[batch.MetadataItem(name="a", value="1")], user_accounts=[
                batch.UserAccount(name="me", password="secret", elevation_level="admin")]))
            seen = client.get(POOL)
            equal(seen.state, "active")
            equal(seen.allocation_state, "resizing")
            equal(seen.user_accounts[0].password, None)
            equal(seen.resize_timeout, datetime.timedelta(minutes=15))
            equal([one.id for one in client.list()], [POOL])
        with self.story.step("a pool exists or does not"):
            assert client.exists(POOL)
            assert not client.exists("nowhere")
        with self.story.step("headers of an answer"):
            raw = client.get(POOL, raw=True)
            equal(raw.headers["ETag"], raw.output.e_tag)
            equal(raw.headers["Last-Modified"].replace(tzinfo=None),
                  raw.output.last_modified.replace(tzinfo=None, microsecond=0))
        with self.story.step("patch a pool, and update its properties"):
            client.patch(POOL, batch.PoolPatchParameter(
                start_task=batch.StartTask(command_line="prepare", wait_for_success=True)))
            seen = client.get(POOL)
            equal((seen.start_task.command_line, seen.metadata[0].value), ("prepare", "1"))
            client.update_properties(POOL, batch.PoolUpdatePropertiesParameter(
                certificate_references=[], application_package_references=[],
                metadata=[batch.MetadataItem(name="b", value="2")]))
            seen = client.get(POOL)
            equal((seen.start_task, seen.metadata[0].name), (None, "b"))
        with self.story.step("resize a pool, stop that, and resize again"):
            self.emulator.advance("120s")
            client.resize(POOL, batch.PoolResizeParameter(target_dedicated_nodes=3))
            self.story.refused("a second resize at once", "409 PoolBeingResized", client.resize, POOL,
                               batch.PoolResizeParameter(target_dedicated_nodes=4))
            client.stop_resize(POOL)
            equal(client.get(POOL).allocation_state, "steady")
            self.emulator.advance("120s")
            equal(client.get(POOL).current_dedicated_nodes, 3)

    def nodes(self):
        client = self.by_key.compute_node
        with self.story.step("list, get and count nodes"):
            nodes = list(client.list(POOL))
            equal([node.state for node in nodes], ["idle"] * 3)
            equal(client.get(POOL, nodes[0].id).affinity_id, "TVM:" + nodes[0].id)
            counts = list(self.by_key.account.list_pool_node_counts())
            equal((counts[0].pool_id, counts[0].dedicated.idle, counts[0].dedicated.total), (POOL, 3, 3))
        with self.story.step("scheduling off and on"):
            client.disable_scheduling(POOL, nodes[0].id, node_disable_scheduling_option="requeue")
            equal(client.get(POOL, nodes[0].id).state, "offline")
            client.enable_scheduling(POOL, nodes[0].id)
            equal(client.get(POOL, nodes[0].id).state, "idle")
        with self.story.step("reboot"):
            client.reboot(POOL, nodes[0].id)
            equal(client.get(POOL, nodes[0].id).state, "rebooting")
            self.emulator.advance("120s")
            equal(client.get(POOL, nodes[0].id).state, "idle")
        with self.story.step("remove a node"):
            self.by_key.pool.remove_nodes(POOL, batch.NodeRemoveParameter(node_list=[nodes[2].id]))
            self.emulator.advance("120s")
            equal(self.by_key.pool.get(POOL).target_dedicated_nodes, 2)

    def jobs(self):
        client = self.by_token.job
        with self.story.step("add, get, patch and update a job"):
            client.add(job(JOB, priority=5, metadata=[batch.MetadataItem(name="a", value="1")],
                           constraints=batch.JobConstraints(
                               max_wall_clock_time=datetime.timedelta(hours=5), max_task_retry_count=3)))
            client.patch(JOB, batch.JobPatchParameter(
                constraints=batch.JobConstraints(max_wall_clock_time=datetime.timedelta(hours=6))))
            seen = client.get(JOB)
            equal((seen.priority, seen.constraints.max_wall_clock_time, seen.constraints.max_task_retry_count),
                  (5, datetime.timedelta(hours=6), 0))
            client.update(JOB, batch.JobUpdateParameter(pool_info=batch.PoolInformation(pool_id=POOL)))
            seen = client.get(JOB)
            equal((seen.priority, seen.metadata), (0, None))
        with self.story.step("disable and enable a job"):
            client.disable(JOB, "requeue")
            equal(client.get(JOB).state, "disabled")
            client.enable(JOB)
            equal(client.get(JOB).state, "active")
        with self.story.step("terminate and delete a job"):
            client.add(job("other"))
            client.terminate("other", terminate_reason="enough")
            seen = client.get("other")
            equal((seen.state, seen.execution_info.terminate_reason), ("completed", "enough"))
            client.delete("other")
            self.emulator.advance("60s")
            equal([one.id for one in client.list()], [JOB])

    def tasks(self):
        client = self.by_key.task
        with self.story.step("add, get and update a task"):
            client.add(JOB, task("first", output_files=[batch.OutputFile(
                file_pattern="*.txt",
                destination=batch.OutputFileDestination(
                    container=batch.OutputFileBlobContainerDestination(container_url="https://store/c")),
                upload_options=batch.OutputFileUploadOptions(upload_condition="tasksuccess"))]))
            seen = client.get(JOB, "first")
            equal((seen.state, seen.output_files[0].file_pattern), ("running", "*.txt"))
            client.update(JOB, "first", constraints=batch.TaskConstraints(
                retention_time=datetime.timedelta(days=1)))
            equal(client.get(JOB, "first").constraints.retention_time, datetime.timedelta(days=1))
        with self.story.step("a collection, told apart"):
            results = client.add_collection(JOB, [task(f"t{index}") for index in range(250)]).value
            equal(len(results), 250)
            equal({result.status for result in results}, {batch.TaskAddStatus.success})
            # The client sends them in an order of its own.
            first = next(result for result in results if result.task_id == "t0")
            assert first.e_tag and first.location.endswith("/jobs/job/tasks/t0"), first
        with self.story.step("a task of a collection that cannot be"):
            try:
                client.add_collection(JOB, [task("good"), batch.TaskAddParameter(id="b a d", command_line="x")])
            except batch.CreateTasksErrorException as error:
                equal([one.error.code for one in error.failure_tasks], ["InvalidPropertyValue"])
                assert error.failure_tasks[0].error.message.value, error
            else:
                raise AssertionError("it was added")
        with self.story.step("counts of tasks and slots"):
            counts = self.by_key.job.get_task_counts(JOB)
            equal((counts.task_counts.running, counts.task_counts.active), (2, 250))
            equal(counts.task_slot_counts.running, 2)
        with self.story.step("terminate, reactivate and delete a task"):
            client.terminate(JOB, "t9")
            seen = client.get(JOB, "t9")
            equal((seen.state, seen.execution_info.failure_info.code), ("completed", "TaskEnded"))
            client.reactivate(JOB, "t9")
            equal(client.get(JOB, "t9").state, "active")
            client.delete(JOB, "t9")
        self.story.refused("a task that is gone", "404 TaskNotFound", client.get, JOB, "t9")

    def lists(self):
        with self.story.step("pages, filters and selections"):
            options = batch.TaskListOptions(max_results=100)
            equal(len(list(self.by_key.task.list(JOB, options))), 251)
            running = list(self.by_key.task.list(JOB, batch.TaskListOptions(
                filter="state eq 'running'", select="id,state")))
            equal([(one.state, one.command_line) for one in running], [("running", None)] * 2)
            some = list(self.by_key.task.list(JOB, batch.TaskListOptions(
                filter="startswith(id,'t24') and executionInfo/retryCount eq 0")))
            equal(len(some), 11)
            equal(len(list(self.by_token.job.list(batch.JobListOptions(
                filter="state eq 'active'", expand="stats")))), 1)
        self.story.refused("a filter that cannot be read", "400 InvalidQueryParameterValue", list_all,
                           self.by_key.pool, batch.PoolListOptions(filter="state is 'active'"))

    def conditions(self):
        with self.story.step("what has changed since is not overwritten"):
            stale = self.by_key.pool.get(POOL).e_tag
            self.by_key.pool.patch(POOL, batch.PoolPatchParameter(metadata=[]))
        self.story.refused("a stale eTag", "412 ConditionNotMet", self.by_key.pool.patch, POOL,
                           batch.PoolPatchParameter(metadata=[]), batch.PoolPatchOptions(if_match=stale))
        with self.story.step("what has not changed is not sent again"):
            fresh = self.by_key.pool.get(POOL).e_tag
            self.by_key.pool.patch(POOL, batch.PoolPatchParameter(metadata=[]), batch.PoolPatchOptions(if_match=fresh))
            try:
                self.by_key.job.get(JOB, batch.JobGetOptions(if_none_match="*"))
            except Exception as error:  # msrest knows no answer without a body.
                equal(error.response.status_code, 304)
            else:
                raise AssertionError("it was sent")

    def not_emulated(self):
        refused = self.story.refused
        refused("files of a task", "501 NotImplemented", list_of, self.by_key.file.list_from_task, JOB, "first")
        refused("subtasks", "501 NotImplemented", self.by_key.task.list_subtasks, JOB, "first")
        refused("automatic scaling", "501 NotImplemented", self.by_key.pool.enable_auto_scale, POOL,
                auto_scale_formula="$TargetDedicatedNodes=1")
        refused("a job schedule", "404 JobScheduleNotFound", self.by_key.job_schedule.get, "s")
        refused("a job's manager", "501 NotImplemented", self.by_key.job.add, job(
            "managed", job_manager_task=batch.JobManagerTask(id="m", command_line="x")))
        refused("remote login", "501 NotImplemented", self.by_key.compute_node.get_remote_login_settings, POOL, "n")

    def authentication_modes(self):
        with self.story.step("shared keys are switched off"):
            self.azure.accounts.update(GROUP, ACCOUNT, {
                "allowed_authentication_modes": ["AAD"], "public_network_access": None})
        self.story.refused("a call by key", "403 AuthenticationFailed", list_of, self.by_key.pool.list)
        self.story.refused("listing the keys", "409 OperationInvalidForCurrentState",
                           self.azure.accounts.get_keys, GROUP, ACCOUNT)
        with self.story.step("tokens go on"):
            equal([one.id for one in self.by_token.pool.list()], [POOL])
        with self.story.step("tokens are switched off"):
            self.azure.accounts.update(GROUP, ACCOUNT, {
                "allowed_authentication_modes": ["SharedKey"], "public_network_access": None})
            equal([one.id for one in self.by_key.pool.list()], [POOL])
        self.story.refused("a call by token", "403 AuthenticationFailed", list_of, self.by_token.pool.list)


def list_all(operations, options):
    return list(operations.list(options))


def list_of(call, *arguments):
    return list(call(*arguments))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    mode = parser.parse_args().mode
    story = Story(f"python.batch.{mode}")
    with Emulator() as emulator:
        enter(emulator.environment(mode))
        Batch(story, emulator, Azure(emulator, mode)).run()
    story.finish()


if __name__ == "__main__":
    main()
