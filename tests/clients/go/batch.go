// Batch's data plane: every kind of request that the client makes of what is emulated.
package main

import (
	"time"

	"github.com/Azure/azure-sdk-for-go/services/batch/2020-09-01.12.0/batch"
	batchmgmt "github.com/Azure/azure-sdk-for-go/services/batch/mgmt/2022-01-01/batch"
)

// What the steps hand on: clients that sign with the account's key, and such with a token.
type dataPlaneStory struct{ byKey, byToken *batchClients }

func batchStory() {
	story := &dataPlaneStory{}
	story.accountAndPools()
	story.nodes()
	story.jobs()
	story.tasks()
	story.remove()
}

func (s *dataPlaneStory) pool() batch.CloudPool {
	return done(s.byKey.pools.Get(ctx, "pool", "", "", nil, nil, nil, nil, "", "", nil, nil))
}

func (s *dataPlaneStory) job() batch.CloudJob {
	return done(s.byToken.jobs.Get(ctx, "job", "", "", nil, nil, nil, nil, "", "", nil, nil))
}

func (s *dataPlaneStory) task(id string) (batch.CloudTask, error) {
	return s.byKey.tasks.Get(ctx, "job", id, "", "", nil, nil, nil, nil, "", "", nil, nil)
}

func (s *dataPlaneStory) patchPool(value, ifMatch string) error {
	_, err := s.byKey.pools.Patch(ctx, "pool", batch.PoolPatchParameter{
		Metadata: &[]batch.MetadataItem{{Name: pointer("a"), Value: pointer(value)}}},
		nil, nil, nil, nil, ifMatch, "", nil, nil)
	return err
}

func newTask(id string) batch.TaskAddParameter {
	return batch.TaskAddParameter{ID: pointer(id), CommandLine: pointer("/bin/sh -c 'sleep 3600'")}
}

func (s *dataPlaneStory) accountAndPools() {
	step("create an account, and clients by key and by token", func() {
		createGroup()
		account := createAccount("batchaccount", batchmgmt.AccountCreateParameters{})
		keys := done(accounts.GetKeys(ctx, group, "batchaccount"))
		s.byKey, s.byToken = batchByKey(account, *keys.Secondary), batchByToken(account)
	})
	step("the images, all and by a filter", func() {
		count := func(filter string) int {
			list := done(s.byKey.account.ListSupportedImagesComplete(ctx, filter, nil, nil, nil, nil, nil))
			return len(collect[batch.ImageInformation](
				&list, func(one batch.ImageInformation) string { return *one.NodeAgentSKUID }))
		}
		windows := count("osType eq 'windows'")
		holds(windows > 0 && count("") > windows, windows, count(""))
	})
	step("add, find, change and resize a pool", func() {
		exists := func(id string) int {
			return done(s.byKey.pools.Exists(ctx, id, nil, nil, nil, nil, "", "", nil, nil)).StatusCode
		}
		done(s.byKey.pools.Add(ctx, poolParameters("pool", 2), nil, nil, nil, nil))
		equal([]int{exists("pool"), exists("nowhere")}, []int{200, 404})
		must(s.patchPool("1", ""))
		pool := s.pool()
		equal(*(*pool.Metadata)[0].Value, "1")
		equal(*pool.ResizeTimeout, "PT15M")
		equal(*pool.VirtualMachineConfiguration.ImageReference.Sku, "22_04-lts")
		advance(2 * time.Minute)
		done(s.byKey.pools.Resize(ctx, "pool", batch.PoolResizeParameter{TargetDedicatedNodes: pointer(int32(3))},
			nil, nil, nil, nil, "", "", nil, nil))
		equal(s.pool().AllocationState, batch.Resizing)
		advance(2 * time.Minute)
		equal(*s.pool().CurrentDedicatedNodes, int32(3))
	})
	refused("a stale eTag", "412 ConditionNotMet", func() error { return s.patchPool("2", "0x1") })
	step("the right one", func() {
		must(s.patchPool("2", *s.pool().ETag))
		equal(*(*s.pool().Metadata)[0].Value, "2")
	})
}

func (s *dataPlaneStory) nodes() {
	step("list, count, switch off, reboot and remove nodes", func() {
		nodes := s.byKey.nodes
		list := done(nodes.ListComplete(ctx, "pool", "", "", nil, nil, nil, nil, nil))
		ids := collect[batch.ComputeNode](&list, func(one batch.ComputeNode) string { return *one.ID })
		equal(s.byKey.nodeStates("pool"), map[string]int{"idle": 3})
		counts := done(s.byKey.account.ListPoolNodeCounts(ctx, "", nil, nil, nil, nil, nil)).Values()
		equal([]int32{*counts[0].Dedicated.Idle, *counts[0].Dedicated.Total}, []int32{3, 3})
		state := func() batch.ComputeNodeState {
			return done(nodes.Get(ctx, "pool", ids[0], "", nil, nil, nil, nil)).State
		}
		done(nodes.DisableScheduling(ctx, "pool", ids[0], &batch.NodeDisableSchedulingParameter{
			NodeDisableSchedulingOption: batch.DisableComputeNodeSchedulingOptionRequeue}, nil, nil, nil, nil))
		equal(state(), batch.Offline)
		done(nodes.EnableScheduling(ctx, "pool", ids[0], nil, nil, nil, nil))
		equal(state(), batch.Idle)
		done(nodes.Reboot(ctx, "pool", ids[0], &batch.NodeRebootParameter{
			NodeRebootOption: batch.ComputeNodeRebootOptionRequeue}, nil, nil, nil, nil))
		equal(state(), batch.Rebooting)
		advance(2 * time.Minute)
		done(s.byKey.pools.RemoveNodes(ctx, "pool", batch.NodeRemoveParameter{NodeList: &[]string{ids[2]}},
			nil, nil, nil, nil, "", "", nil, nil))
		advance(2 * time.Minute)
		equal(*s.pool().CurrentDedicatedNodes, int32(2))
	})
}

func (s *dataPlaneStory) jobs() {
	step("add, change, disable and enable a job, with a token", func() {
		jobs, parameters := s.byToken.jobs, jobParameters("job", "pool")
		parameters.Priority = pointer(int32(5))
		done(jobs.Add(ctx, parameters, nil, nil, nil, nil))
		done(jobs.Patch(ctx, "job", batch.JobPatchParameter{
			Constraints: &batch.JobConstraints{MaxWallClockTime: pointer("PT6H")}},
			nil, nil, nil, nil, "", "", nil, nil))
		equal([]interface{}{*s.job().Constraints.MaxWallClockTime, *s.job().Priority}, []interface{}{"PT6H", int32(5)})
		done(jobs.Disable(ctx, "job", batch.JobDisableParameter{DisableTasks: batch.DisableJobOptionRequeue},
			nil, nil, nil, nil, "", "", nil, nil))
		equal(s.job().State, batch.JobStateDisabled)
		done(jobs.Enable(ctx, "job", nil, nil, nil, nil, "", "", nil, nil))
		equal(s.job().State, batch.JobStateActive)
	})
}

func (s *dataPlaneStory) tasks() {
	tasks := s.byKey.tasks
	addAll := func(ids ...string) []batch.TaskAddResult {
		parameters := []batch.TaskAddParameter{}
		for _, id := range ids {
			parameters = append(parameters, newTask(id))
		}
		return *done(tasks.AddCollection(ctx, "job", batch.TaskAddCollectionParameter{Value: &parameters},
			nil, nil, nil, nil)).Value
	}
	step("tasks, one by one and together", func() {
		done(tasks.Add(ctx, "job", newTask("first"), nil, nil, nil, nil))
		statuses := []batch.TaskAddStatus{}
		for _, one := range addAll("a", "b", "c") {
			statuses = append(statuses, one.Status)
		}
		equal(statuses, []batch.TaskAddStatus{
			batch.TaskAddStatusSuccess, batch.TaskAddStatusSuccess, batch.TaskAddStatusSuccess})
		again := addAll("a")
		equal([]interface{}{again[0].Status, *again[0].Error.Code},
			[]interface{}{batch.TaskAddStatusClientError, "TaskExists"})
		holds(*again[0].Error.Message.Value != "")
		done(tasks.Update(ctx, "job", "a", batch.TaskUpdateParameter{
			Constraints: &batch.TaskConstraints{RetentionTime: pointer("P1D")}}, nil, nil, nil, nil, "", "", nil, nil))
		equal(*done(s.task("a")).Constraints.RetentionTime, "P1D")
		counts := done(s.byKey.jobs.GetTaskCounts(ctx, "job", nil, nil, nil, nil))
		equal([]int32{*counts.TaskCounts.Running, *counts.TaskSlotCounts.Active}, []int32{2, 2})
	})
	step("terminate, reactivate and delete a task", func() {
		done(tasks.Terminate(ctx, "job", "a", nil, nil, nil, nil, "", "", nil, nil))
		equal(done(s.task("a")).State, batch.TaskStateCompleted)
		done(tasks.Reactivate(ctx, "job", "a", nil, nil, nil, nil, "", "", nil, nil))
		holds(done(s.task("a")).State != batch.TaskStateCompleted)
		done(tasks.Delete(ctx, "job", "a", nil, nil, nil, nil, "", "", nil, nil))
	})
	refused("a task that is gone", "404 TaskNotFound", func() error {
		_, err := s.task("a")
		return err
	})
	step("pages, filters and selections", func() {
		page := done(tasks.List(ctx, "job", "", "", "", pointer(int32(2)), nil, nil, nil, nil))
		sizes := []int{}
		for ; page.NotDone(); must(page.NextWithContext(ctx)) {
			sizes = append(sizes, len(page.Values()))
		}
		equal(sizes, []int{2, 1})
		filter := "state eq 'running' or startswith(id,'zz')"
		running := done(tasks.List(ctx, "job", filter, "id", "", nil, nil, nil, nil, nil))
		equal(len(running.Values()), 2)
		equal(running.Values()[0].CommandLine, (*string)(nil))
	})
	refused("a filter that cannot be read", "400 InvalidQueryParameterValue", func() error {
		_, err := s.byKey.listTasks("job", "color eq 'red'")
		return err
	})
}

func (s *dataPlaneStory) remove() {
	step("terminate and delete a job and a pool", func() {
		done(s.byKey.jobs.Terminate(ctx, "job", &batch.JobTerminateParameter{TerminateReason: pointer("enough")},
			nil, nil, nil, nil, "", "", nil, nil))
		equal(*s.job().ExecutionInfo.TerminateReason, "enough")
		done(s.byKey.jobs.Delete(ctx, "job", nil, nil, nil, nil, "", "", nil, nil))
		done(s.byKey.pools.Delete(ctx, "pool", nil, nil, nil, nil, "", "", nil, nil))
		advance(5 * time.Minute)
		pools := done(s.byKey.pools.ListComplete(ctx, "", "", "", nil, nil, nil, nil, nil))
		equal(collect[batch.CloudPool](&pools, func(one batch.CloudPool) string { return *one.ID }), []string{})
		jobs := done(s.byKey.jobs.ListComplete(ctx, "", "", "", nil, nil, nil, nil, nil))
		equal(collect[batch.CloudJob](&jobs, func(one batch.CloudJob) string { return *one.ID }), []string{})
	})
}
