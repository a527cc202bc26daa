// File: batch/workload/workload.h
//
// Pools, nodes, jobs and tasks of one Batch account, and the scheduler that brings them together: a
// plain, deterministic state machine. It has no lock (the account's guards it), no clock (each call
// brings its now) and no sockets.
//
// What rests in clear is what the scheduler needs: ids, states, counters, times, priorities, slots
// and constraints. The specification of an object, the exit code of a task and a user's reason for
// ending a job rest sealed, by the host's protector, and are unsealed only into an answer or for
// the start of a run.
#ifndef LAZULI_BATCH_WORKLOAD_WORKLOAD_H_
#define LAZULI_BATCH_WORKLOAD_WORKLOAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/change_set.h"
#include "base/ids.h"
#include "batch/change_flag.h"
#include "batch/state_scope.h"
#include "batch/workload/limits.h"
#include "batch/workload/task_runner.h"
#include "batch/workload/types.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

struct Job;
struct Node;
enum class NodeTimer : uint8_t;
struct Pool;
struct PoolQueue;
struct Task;
class WorkloadStateVisitor;

struct WorkloadOptions {
  // Reads specifications when tasks start. Not owned, not null, outlives the Workload.
  const TaskRunner* task_runner = nullptr;
  // Node ids derive from (its seed, account_id, pool, ordinal in the pool).
  IdDeriver ids = IdDeriver(0);
  // The account's ARM id.
  std::string account_id;
  // "https://{account}.{region}.batch.azure.com", without a slash at the end: what the URLs of
  // objects begin with.
  std::string account_url;
  // From the request for a node until it is idle. For the first half the node is creating, then
  // starting.
  absl::Duration node_boot_time = absl::Seconds(60);
  // How long a node stays in leavingpool, and a pool without nodes in deleting.
  absl::Duration node_leave_time = absl::Seconds(10);
  // How long a job stays in deleting.
  absl::Duration job_delete_time = absl::Seconds(5);
  // Pools that may exist, and jobs that may be not completed.
  int32_t pool_quota = limits::batch::kDefaultPoolQuota;
  int32_t active_job_quota = limits::batch::kDefaultActiveJobQuota;
};

// Ids are kept as given and found without regard to case. Errors are those of
// batch/workload/errors.h; a call that returns an error has changed nothing. Values are taken as
// valid: ids well formed, numbers in range (the callers' services see to it). Not thread safe.
class Workload {
 public:
  // `host` outlives the Workload.
  Workload(WorkloadHost* host, WorkloadOptions options);
  // Leaves the host alone: its timers must have been cleared, or never fire, and no step of a loss
  // be applied later.
  ~Workload();

  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  const WorkloadOptions& options() const { return options_; }

  // --- Pools and nodes ---

  // The nodes are requested at once. PoolExists, PoolBeingDeleted, PoolQuotaReached.
  absl::Status AddPool(const NewPool& added, absl::Time now);
  // PoolNotFound, here and below.
  absl::StatusOr<PoolView> GetPool(absl::string_view pool_id) const;
  absl::StatusOr<Page<PoolView>> ListPools(const PageRequest& page) const;
  // Too many nodes: those that are not ready go first, then idle ones, then running ones, the
  // youngest of each first. PoolBeingDeleted; PoolBeingResized unless the allocation state is
  // steady.
  absl::Status ResizePool(absl::string_view pool_id, const PoolResize& resize, absl::Time now);
  // The pool stays at the nodes that are staying now, which become its targets. A pool that is
  // steady is left alone. PoolBeingDeleted.
  absl::Status StopResize(absl::string_view pool_id, absl::Time now);
  // Takes these nodes out and lowers the targets by as many; nodes that are leaving anyway are
  // passed over. NodeNotFound, PoolBeingDeleted, PoolBeingResized.
  absl::Status RemoveNodes(absl::string_view pool_id, const NodeRemoval& removal, absl::Time now);
  // PoolBeingDeleted.
  absl::Status ReplacePoolSpecification(absl::string_view pool_id, absl::string_view specification,
                                        absl::Time now);
  absl::StatusOr<Revision> PoolRevision(absl::string_view pool_id) const;
  // Running tasks are requeued; the pool is gone when its nodes have left. PoolBeingDeleted.
  absl::Status DeletePool(absl::string_view pool_id, absl::Time now);
  // NodeNotFound.
  absl::StatusOr<NodeView> GetNode(absl::string_view pool_id, absl::string_view node_id) const;
  absl::StatusOr<Page<NodeView>> ListNodes(absl::string_view pool_id,
                                           const PageRequest& page) const;
  absl::StatusOr<Page<PoolNodeNumbers>> CountNodes(const PageRequest& page) const;
  // Of an idle or running node, else NodeStateError; NodeNotFound. Takes half of the time that a
  // node takes to boot.
  absl::Status RebootNode(absl::string_view pool_id, absl::string_view node_id,
                          NodeDeallocation tasks, absl::Time now);
  // A node without scheduling takes no tasks; it is offline when it runs none. NodeNotFound,
  // NodeAlreadyInTargetSchedulingState, NodeStateError.
  absl::Status DisableScheduling(absl::string_view pool_id, absl::string_view node_id,
                                 NodeDeallocation tasks, absl::Time now);
  absl::Status EnableScheduling(absl::string_view pool_id, absl::string_view node_id,
                                absl::Time now);

  // --- Jobs ---

  // Its pool need not exist: the tasks wait for one of that id. JobExists, JobBeingDeleted,
  // ActiveJobAndScheduleQuotaReached.
  absl::Status AddJob(const NewJob& added, absl::Time now);
  // JobNotFound, here and below.
  absl::StatusOr<JobView> GetJob(absl::string_view job_id) const;
  absl::StatusOr<Page<JobView>> ListJobs(const PageRequest& page) const;
  absl::StatusOr<Revision> JobRevision(absl::string_view job_id) const;
  // Makes the job what it would be had it been added so; `changed.id` names it. The retry count
  // goes for tasks that are added later. Another pool: of a disabled job only, else
  // OperationInvalidForCurrentState. JobCompleted, JobBeingTerminated, JobBeingDeleted.
  absl::Status UpdateJob(const NewJob& changed, absl::Time now);
  // JobCompleted, JobBeingTerminated, JobBeingDeleted, here and in the next two. Disabling a
  // disabled job again is fine; while it is disabling, what happens to the tasks that still run
  // changes.
  absl::Status DisableJob(absl::string_view job_id, DisableTasks tasks, absl::Time now);
  // OperationInvalidForCurrentState for a job that is active already.
  absl::Status EnableJob(absl::string_view job_id, absl::Time now);
  // Running tasks end; waiting ones stay as they are and never run. An empty reason is stored as
  // none.
  absl::Status TerminateJob(absl::string_view job_id, absl::string_view reason, absl::Time now);
  // Running tasks are stopped at once; the job and all its tasks are gone after a moment.
  // JobBeingDeleted.
  absl::Status DeleteJob(absl::string_view job_id, absl::Time now);
  absl::StatusOr<JobTaskCounts> CountTasks(absl::string_view job_id) const;

  // --- Tasks ---

  // JobNotFound, JobCompleted, JobBeingTerminated, JobBeingDeleted, TaskExists,
  // InvalidPropertyValue (more slots than a node of the pool has).
  absl::StatusOr<Revision> AddTask(absl::string_view job_id, const NewTask& added, absl::Time now);
  // Each on its own, in the order given; the answer has one entry each. An error of the job is the
  // answer's.
  absl::StatusOr<std::vector<AddedTask>> AddTasks(absl::string_view job_id,
                                                  absl::Span<const NewTask> added, absl::Time now);
  // TaskNotFound, here and below.
  absl::StatusOr<TaskView> GetTask(absl::string_view job_id, absl::string_view task_id) const;
  absl::StatusOr<Page<TaskView>> ListTasks(absl::string_view job_id, const PageRequest& page) const;
  absl::StatusOr<Revision> TaskRevision(absl::string_view job_id, absl::string_view task_id) const;
  // Counts from the task's next run on. TaskCompleted, JobBeingDeleted.
  absl::Status UpdateTask(absl::string_view job_id, absl::string_view task_id,
                          const TaskConstraints& constraints, absl::Time now);
  // TaskCompleted, JobBeingDeleted.
  absl::Status TerminateTask(absl::string_view job_id, absl::string_view task_id, absl::Time now);
  // TaskNotCompleted, TaskSucceeded; JobCompleted, JobBeingTerminated, JobBeingDeleted.
  absl::Status ReactivateTask(absl::string_view job_id, absl::string_view task_id, absl::Time now);
  // In any state. JobBeingDeleted.
  absl::Status DeleteTask(absl::string_view job_id, absl::string_view task_id, absl::Time now);

  // --- The account's key ---

  // Access to the key is lost: from now on no task starts. Returns what remains to be done, in
  // order: first the running tasks, by job and task, go back to active (counted as requeued, their
  // end timers cancelled), then the idle and running nodes, by pool and node, become unusable with
  // `reason` in their errors. Whoever applies a step after access was restored gets false. Needs no
  // protector. Losing it again before it was restored plans what is left.
  std::vector<LossStep> PlanLoss(absl::string_view reason);
  // After a restart: what is left of the loss that was planned before. Nothing where none was.
  std::vector<LossStep> PlanRestOfLoss();
  // Access is back: unusable nodes become idle (or leave, if a resize waits for that) and the
  // scheduler runs. Deferred work may be applied before or after; no task starts before this. No
  // effect without a loss.
  void OnAccessRestored(absl::Time now);

  // All of it as it rests: pools with their nodes, then jobs with their tasks, in order of
  // creation. Works without access to the key.
  std::vector<RestingBytes> DumpRecords() const;
  // Drops everything, timers included, and tells no event.
  void Clear();

  // --- How it is stored (batch/workload/workload_state.h) ---

  // From now on notes what changes.
  void StartTracking();
  // Shows all that is to be stored, or what changed since the last such call or since
  // StartTracking. Works without access to the key.
  void VisitState(StateScope scope, WorkloadStateVisitor* visitor);

 private:
  friend class WorkloadRestorer;

  // --- Finding ---
  Pool* FindPool(uint64_t ordinal);
  Node* FindNode(uint64_t pool_ordinal, uint64_t node_ordinal);
  Job* FindJob(uint64_t ordinal);
  Task* FindTask(uint64_t job_ordinal, uint64_t task_ordinal);
  absl::StatusOr<Pool*> PoolById(absl::string_view pool_id) const;
  absl::StatusOr<Job*> JobById(absl::string_view job_id) const;
  absl::StatusOr<Task*> TaskById(absl::string_view job_id, absl::string_view task_id) const;
  absl::StatusOr<Node*> NodeById(absl::string_view pool_id, absl::string_view node_id) const;
  // The queue of the jobs for a pool of that id; made if there is none.
  PoolQueue& QueueOf(absl::string_view pool_id);
  // Drops the queue if neither pool nor job needs it.
  void ReleaseQueue(PoolQueue& queue);

  // --- Moving: the only writers of a state. False, and nothing done, where there is no such way
  // ---
  bool Move(Pool& pool, PoolTrigger trigger, absl::Time now, absl::string_view cause);
  bool Move(Pool& pool, AllocationTrigger trigger, absl::Time now, absl::string_view cause);
  bool Move(Node& node, NodeTrigger trigger, absl::Time now, absl::string_view cause);
  bool Move(Job& job, JobTrigger trigger, absl::Time now, absl::string_view cause);
  bool Move(Task& task, TaskTrigger trigger, absl::Time now, absl::string_view cause);

  // --- Pools and nodes ---
  absl::StatusOr<PoolView> View(const Pool& pool) const;
  NodeView View(const Node& node) const;
  void AddNodes(Pool& pool, int32_t count, bool dedicated, absl::Time now);
  // Takes a draining node out, with its tasks or after them.
  void RetireNode(Node& node, NodeDeallocation how, absl::Time now, absl::string_view cause);
  // What `how` says becomes of the tasks of a node that takes no more.
  void EvictTasks(Node& node, NodeDeallocation how, absl::Time now, absl::string_view cause);
  // Once an idle node runs nothing: reboots it or takes it offline, if the user wants that.
  void FollowWishes(Node& node, absl::Time now);
  void SetDraining(Node& node, bool draining);
  void StartLeaving(Node& node, absl::Time now, absl::string_view cause);
  void RemoveNode(Node& node);
  void RemovePool(Pool& pool);
  // Makes or retires nodes of one kind until there are `target`.
  void FitNodes(Pool& pool, bool dedicated, int32_t target, NodeDeallocation how, absl::Time now);
  // Brings the nodes to the pool's targets and starts the resize's clock.
  void StartResize(Pool& pool, NodeDeallocation how, absl::Duration timeout, absl::Time now);
  // Ends the resize if nothing is left to wait for.
  void SettleResize(Pool& pool, absl::Time now);
  void GiveUpResize(Pool& pool, AllocationTrigger trigger, absl::Time now, absl::string_view cause);
  void StartPoolTimer(Pool& pool, absl::Duration delay, absl::Time now);
  void StartNodeTimer(Node& node, NodeTimer timer, absl::Duration delay, absl::Time now);
  void OnNodeTimer(Node& node, absl::Time now);
  // Enters the node into its pool's index of free slots, or takes it out, as its state demands.
  void UpdateSlots(Node& node);

  // --- Jobs ---
  absl::StatusOr<JobView> View(const Job& job) const;
  // A user's own reason goes before `system_reason`.
  void EndJob(Job& job, const char* system_reason, absl::Time now);
  void RequeueRunningTasks(Job& job, absl::Time now, absl::string_view cause);
  // Sets the clock of the job's own time, in the place of the one that was set before.
  void StartJobTimer(Job& job);
  // To the queue of another pool.
  void MoveToPool(Job& job, absl::string_view pool_id);
  void EndRunningTasks(Job& job, absl::Time now, absl::string_view cause);
  // What it means for the job that a task ended, lost its node or was deleted.
  void AfterTaskLeft(Job& job, absl::Time now);
  void RemoveJob(Job& job);
  // Enters the job into its pool's queue, or takes it out, as its state demands.
  void UpdateQueue(Job& job);

  // --- Tasks ---
  absl::StatusOr<TaskView> View(const Task& task) const;
  absl::StatusOr<Revision> Insert(Job& job, const NewTask& added, absl::Time now);
  void StartTask(Task& task, Node& node, const absl::StatusOr<std::string>& job_specification,
                 absl::Time now);
  void OnRunEnd(Task& task, absl::Time now);
  absl::StatusOr<int32_t> ExitCode(const Task& task, absl::string_view sealed) const;
  void CompleteTask(Task& task, TaskTrigger trigger, TaskFailure failure, absl::Time now,
                    absl::string_view cause);
  // Back to the queue, as a retry or a requeue.
  void ReturnTask(Task& task, TaskTrigger trigger, absl::Time now, absl::string_view cause);
  // Takes the task off its node, if it is on one, and cancels its timer.
  void LeaveNode(Task& task, absl::Time now);
  // Adds the task to what its job counts of its state, or (-1) takes it off.
  static void Count(const Task& task, int sign);

  // --- What comes due: that which the object's timer waits for, told from what the object is ---
  DeferredWork WorkOf(const Pool& pool);
  DeferredWork WorkOf(const Node& node);
  DeferredWork WorkOf(const Job& job);
  DeferredWork WorkOf(const Task& task);

  // --- Noting what is to be stored: that an object came, changed or is about to go ---
  void NoteChange(const Pool& pool);
  void NoteChange(const Node& node);
  void NoteChange(const Job& job);
  void NoteChange(const Task& task);
  void NoteAllChanged();
  void VisitAll(WorkloadStateVisitor* visitor) const;
  void VisitChanged(WorkloadStateVisitor* visitor);

  // --- Scheduling ---
  // Starts every task that may start now. To be called after whatever may have made room or work.
  void Schedule(PoolQueue& queue, absl::Time now);

  // Ordinals are given to pools, nodes, jobs and tasks alike, in order of creation, and never
  // again: they order lists and queues, tell a deferred callback whether its object still is the
  // same, and number sealed records.
  uint64_t NextOrdinal() {
    changed_counters_.Mark();
    return next_ordinal_++;
  }

  WorkloadHost* const host_;
  const WorkloadOptions options_;
  uint64_t next_ordinal_ = 1;
  // By ordinal.
  std::map<uint64_t, std::unique_ptr<Pool>> pools_;
  std::map<uint64_t, std::unique_ptr<Job>> jobs_;
  // By id in lower case.
  absl::flat_hash_map<std::string, Pool*> pools_by_id_;
  absl::flat_hash_map<std::string, Job*> jobs_by_id_;
  std::map<std::string, std::unique_ptr<PoolQueue>> queues_;
  // How many pools of an id (in lower case) there have been, so that the nodes of the next get ids
  // of their own.
  absl::flat_hash_map<std::string, uint64_t> pool_incarnations_;
  int32_t active_jobs_ = 0;
  bool access_lost_ = false;
  // Tells the steps of one loss from those of the next.
  uint64_t loss_epoch_ = 0;
  std::string loss_reason_;

  // What is to be stored. Nodes by (pool, node), tasks by (job, task).
  ChangeFlag changed_counters_;
  ChangeSet<std::string> changed_pool_names_;
  ChangeSet<uint64_t> changed_pools_;
  ChangeSet<std::pair<uint64_t, uint64_t>> changed_nodes_;
  ChangeSet<uint64_t> changed_jobs_;
  ChangeSet<std::pair<uint64_t, uint64_t>> changed_tasks_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_WORKLOAD_H_
