#include "emulator/server/emulator.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>  // NOLINT: how many processors there are
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/change_gate.h"
#include "base/ids.h"
#include "base/real_time.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "base/worker_pool.h"
#include "batch/account_registry.h"
#include "batch/account_spec.h"
#include "batch/account_workload.h"
#include "batch/service/simulated_task_runner.h"
#include "batch/storage/account_records.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_directory_records.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignment_records.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/arm/role_propagation.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/arm/user_assigned_identity_records.h"
#include "emulator/attestation/attestation_authority.h"
#include "emulator/authorization/batch_authorizer.h"
#include "emulator/authorization/control_authorizer.h"
#include "emulator/authorization/key_vault_authorizer.h"
#include "emulator/authorization/resource_manager_authorizer.h"
#include "emulator/authorization/role_cleanup.h"
#include "emulator/authorization/token_authenticator.h"
#include "emulator/authorization/vault_limiter.h"
#include "emulator/chaos/chaos.h"
#include "emulator/control/event_log_file.h"
#include "emulator/dispatch/held_calls.h"
#include "emulator/explain/refusal_log.h"
#include "emulator/faults/fault_gate.h"
#include "emulator/faults/fault_rules.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/directory_records.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/token_verifier.h"
#include "emulator/key_access/coupling.h"
#include "emulator/key_access/vault_key_client.h"
#include "emulator/sandboxes/sandbox_records.h"
#include "emulator/sandboxes/sandboxes.h"
#include "emulator/server/https_face.h"
#include "emulator/server/services.h"
#include "emulator/server/version.h"
#include "emulator/server/world_records.h"
#include "emulator/storage/journal.h"
#include "emulator/storage/snapshot.h"
#include "emulator/storage/state_control.h"
#include "emulator/templates/template_applier.h"
#include "keyvault/access_control.h"
#include "keyvault/backup/backup_records.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/names.h"
#include "keyvault/storage/vault_records.h"
#include "keyvault/throttle.h"
#include "keyvault/vault_registry.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

namespace {

WorkerPoolOptions WorkersOf(const ServerOptions& options) {
  WorkerPoolOptions workers;
  workers.name = "emulator";
  workers.threads = options.workers;
  // At least two, so that one long call (a 4096-bit key) does not stop all others.
  if (workers.threads == 0)
    workers.threads = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  return workers;
}

keyvault::VaultRegistryOptions VaultsOf(const ServerOptions& options) {
  keyvault::VaultRegistryOptions vaults;
  vaults.allow_vaults_without_soft_delete = options.allow_vaults_without_soft_delete;
  vaults.object_deletion_delay = options.object_deletion_delay;
  vaults.object_recovery_delay = options.object_recovery_delay;
  vaults.object_purge_delay = options.object_purge_delay;
  vaults.certificate_issue_delay = options.certificate_issue_delay;
  return vaults;
}

batch::AccountOptions AccountsOf(const ServerOptions& options) {
  batch::AccountOptions accounts;
  accounts.allow_cmk_on_any_account = options.allow_cmk_on_any_account;
  accounts.key_access.probe_interval = options.probe_interval;
  // Auto time would run for ever from one periodic look at the key to the next. Changes and the
  // key's own times are seen without it.
  if (options.clock.mode == ClockMode::kAuto) {
    accounts.key_access.probe_interval = absl::InfiniteDuration();
  }
  accounts.key_access.detection_delay = options.detection_delay;
  accounts.key_access.restoration_window = options.restoration_window;
  accounts.key_access.random_restoration_window = options.random_restoration_window;
  accounts.key_access.loss_step_delay = options.loss_step_delay;
  return accounts;
}

// The members stand in the order in which they build on one another, and go in the reverse.
class EmulatorImpl final : public Emulator {
 public:
  // `state` is that of parts.records, whose seed and time stand in the options already.
  EmulatorImpl(const ServerOptions& options, const std::optional<WorldState>& state,
               const EmulatorParts& parts)
      : ids_(options.seed),
        request_ids_(RequestIds(ids_, parts.epoch)),
        clock_driver_(options.clock, &change_gate_),
        start_time_(state.has_value() ? state->start_time : clock_driver_.clock().Now()),
        events_(options.event_history,
                std::max(parts.last_event, state.has_value() ? state->last_event : 0)),
        signing_key_(parts.signing_key),
        directory_(ids_, &clock_driver_.clock(), &events_, options.admin_secret),
        token_issuer_(signing_key_.get(), &real_clock_),
        token_verifier_(signing_key_.get(), &directory_, &real_clock_),
        resources_(&directory_, ids_, &clock_driver_.clock(), &events_),
        roles_(&directory_, &resources_, ids_, &clock_driver_.clock(), &events_),
        role_evaluator_(&roles_),
        role_propagation_(&roles_, &role_evaluator_, &clock_driver_.clock(),
                          &clock_driver_.timers(), &coupling_),
        policy_propagation_delay_(options.policy_propagation_delay),
        user_identities_(&directory_, &resources_, &roles_),
        key_pool_(options.key_pool),
        vaults_(VaultsOf(options), ids_, &clock_driver_.timers(), &events_, &crypto_engine_),
        access_control_(&vaults_, &role_propagation_),
        sandboxes_(SandboxesOf(options)),
        templates_(TemplatesOf()),
        fault_rules_(FaultsOf(options)),
        fault_gate_(&fault_rules_),
        held_calls_(&clock_driver_),
        key_client_(&directory_, &vaults_, &access_control_, &crypto_engine_, &fault_rules_,
                    [this](absl::string_view tenant) { return sandboxes_.NameSpaceOf(tenant); }),
        coupling_(&clock_driver_.clock()),
        workers_(WorkersOf(options)),
        authenticator_(&token_verifier_),
        key_vault_authorizer_(&access_control_),
        vault_limiter_(&throttle_, &vaults_),
        resource_manager_authorizer_(&resources_, &role_evaluator_),
        control_authorizer_(&role_evaluator_),
        role_cleanup_(&roles_) {}

  ~EmulatorImpl() override { Stop(absl::ZeroDuration()); }

  absl::Status Init(const ServerOptions& options, HttpsFaceOptions https,
                    const EmulatorParts& emulator_parts) {
    if (!options.event_log.empty()) {
      LAZULI_ASSIGN_OR_RETURN(
          event_log_file_,
          EventLogFile::Open(options.event_log, &events_,
                             emulator_parts.is_first ? EventLogFile::Mode::kReplace
                                                     : EventLogFile::Mode::kAppend));
    }
    LAZULI_RETURN_IF_ERROR(MakeAccounts(options));
    TieTogether();
    MakeChaos(options);
    batch_authorizer_ =
        std::make_unique<BatchAuthorizer>(accounts_.get(), &resources_, &role_evaluator_);
    MakeServices(options, emulator_parts.state_control);
    LAZULI_RETURN_IF_ERROR(methods_.Complete());
    Dispatcher::Parts parts;
    parts.clock_driver = &clock_driver_;
    parts.ids = &request_ids_;
    parts.workers = &workers_;
    parts.authenticator = &authenticator_;
    parts.authorizers = {{v1::PLANE_KEY_VAULT_DATA, &key_vault_authorizer_},
                         {v1::PLANE_RESOURCE_MANAGER, &resource_manager_authorizer_},
                         {v1::PLANE_BATCH_DATA, batch_authorizer_.get()},
                         {v1::PLANE_CONTROL, &control_authorizer_}};
    parts.completion_listener = &role_cleanup_;
    parts.call_observer = chaos_->call_observer();
    parts.name_space_of = [this](const Caller& caller) { return NameSpaceOf(caller); };
    parts.faults = &fault_gate_;
    parts.held_calls = &held_calls_;
    parts.refusals = &refusals_;
    parts.limiter = &vault_limiter_;
    throttle_.Enable(options.throttling);
    parts.change_gate = &change_gate_;
    MakeRecords(options);
    if (emulator_parts.database != nullptr) {
      journal_ = std::make_unique<Journal>(emulator_parts.database, &change_gate_, sources_);
    }
    parts.change_store = journal_.get();
    dispatcher_ = std::make_unique<Dispatcher>(std::move(parts));
    templates_.SetDispatcher(dispatcher_.get());
    api_ = {&methods_, dispatcher_.get()};
    LAZULI_RETURN_IF_ERROR(MakeHttpsFace(options, std::move(https)));
    return emulator_parts.records == nullptr ? absl::OkStatus() : Restore(*emulator_parts.records);
  }

  const ServedApi& api() const override { return api_; }
  ClockDriver& clock_driver() override { return clock_driver_; }
  HttpHandler* http_handler() override { return https_face_->handler(); }

  void Start() override {
    if (journal_ != nullptr) journal_->Start();
    if (is_restored_) {
      // What accounts find out about their keys is stored like any change.
      ChangeGate::Change change(&change_gate_);
      const absl::Time now = clock_driver_.clock().Now();
      vaults_.AddMilestones(now);
      accounts_->Resume(now);
    }
    // Not before: what is restored was so long ago.
    role_propagation_.SetDelay(policy_propagation_delay_);
    clock_driver_.Start();
  }

  void WriteAll(RecordWriter* writer) override {
    ChangeGate::Quiet quiet(&change_gate_);
    for (RecordSource* source : sources_) source->WriteAll(writer);
  }

  SnapshotHeader DescribeSnapshot() const override {
    return {.version = kVersion, .seed = ids_.seed(), .now = clock_driver_.clock().Now()};
  }
  uint64_t seed() const override { return ids_.seed(); }
  uint64_t last_event() const override { return events_.last_sequence(); }
  Journal* journal() override { return journal_.get(); }

  void Retire() override {
    held_calls_.End();
    events_.Close();
    clock_driver_.Stop();
  }

  absl::Status ApplyTemplate(const v1::Template& what) override {
    CallArrival arrival;
    arrival.authenticate = []() -> absl::StatusOr<Caller> {
      Caller administrator;
      administrator.tenant_id = std::string(kDefaultTenantId);
      administrator.object_id = std::string(kAdminObjectId);
      administrator.app_id = std::string(kAdminAppId);
      administrator.name = std::string(kAdminName);
      return administrator;
    };
    v1::ApplyTemplateResponse unused;
    return dispatcher_->Call(*methods_.Find("lazuli.v1.Templates/ApplyTemplate"),
                             std::move(arrival), what, &unused);
  }

  void EndHeldCalls() override { held_calls_.End(); }

  void Stop(absl::Duration grace) override {
    held_calls_.End();
    // A key that is being generated would outlast the grace.
    key_pool_.Stop();
    workers_.Drain(grace);
    workers_.Stop();
    clock_driver_.Stop();
    if (journal_ != nullptr) journal_->Stop();
  }

 private:
  static IdDeriver RequestIds(const IdDeriver& ids, uint64_t epoch) {
    if (epoch == 0) return ids;
    uint64_t seed = 0;
    static_cast<void>(
        absl::SimpleHexAtoi(ids.Hex32("emulator", "epoch", epoch).substr(0, 16), &seed));
    return IdDeriver(seed);
  }

  // What rests, in the order in which it is restored: each relies upon those before it.
  void MakeRecords(const ServerOptions& options) {
    const auto add = [this](std::unique_ptr<RecordSource> source) {
      sources_.push_back(source.get());
      records_.push_back(std::move(source));
    };
    add(std::make_unique<WorldRecords>(options.seed, start_time_, &clock_driver_.clock(),
                                       &events_));
    add(std::make_unique<DirectoryRecords>(&directory_));
    add(std::make_unique<ResourceDirectoryRecords>(&resources_));
    add(std::make_unique<UserAssignedIdentityRecords>(&user_identities_));
    add(std::make_unique<RoleAssignmentRecords>(&roles_));
    add(std::make_unique<SandboxRecords>(&sandboxes_));
    add(std::make_unique<keyvault::VaultRecords>(&vaults_));
    add(std::make_unique<keyvault::BackupRecords>(&backup_sealer_));
    add(std::make_unique<batch::AccountRecords>(accounts_.get()));
  }

  absl::Status Restore(const RecordReader& records) {
    for (RecordSource* source : sources_) LAZULI_RETURN_IF_ERROR(source->Restore(records));
    is_restored_ = true;
    return absl::OkStatus();
  }

  Sandboxes::Parts SandboxesOf(const ServerOptions& options) {
    Sandboxes::Parts sandboxes;
    sandboxes.directory = &directory_;
    sandboxes.resources = &resources_;
    sandboxes.roles = &roles_;
    sandboxes.vaults = &vaults_;
    sandboxes.ids = &ids_;
    sandboxes.own_names = options.own_sandbox_names;
    return sandboxes;
  }

  TemplateApplier::Parts TemplatesOf() {
    TemplateApplier::Parts templates;
    templates.methods = &methods_;
    templates.directory = &directory_;
    templates.resources = &resources_;
    templates.roles = &role_evaluator_;
    templates.clock = &clock_driver_.clock();
    templates.ids = &ids_;
    templates.name_space_of = [this](const Caller& caller) { return NameSpaceOf(caller); };
    templates.vault_id = [this](const std::string& name_space,
                                const std::string& name) -> absl::StatusOr<std::string> {
      LAZULI_ASSIGN_OR_RETURN(const keyvault::VaultRecordPtr vault,
                              vaults_.Describe(name, name_space));
      return vault->arm_id;
    };
    templates.account_id = [this](const std::string& name_space,
                                  const std::string& name) -> absl::StatusOr<std::string> {
      LAZULI_ASSIGN_OR_RETURN(const auto account, accounts_->Find(name, name_space));
      return account->arm_id();
    };
    return templates;
  }

  // See CallContext. A shared key speaks for an account, and so for the tenant that it lies in.
  std::string NameSpaceOf(const Caller& caller) const {
    if (!sandboxes_.has_own_names()) return "";
    if (caller.shared_key_account_id.empty()) return sandboxes_.NameSpaceOf(caller.tenant_id);
    const absl::StatusOr<ResourceId> account = ResourceId::Parse(caller.shared_key_account_id);
    if (!account.ok()) return "";
    const absl::StatusOr<std::string> tenant = resources_.TenantOf(account->subscription());
    return tenant.ok() ? sandboxes_.NameSpaceOf(*tenant) : "";
  }

  FaultRules::Parts FaultsOf(const ServerOptions& options) {
    FaultRules::Parts faults;
    faults.events = &events_;
    faults.seed = options.seed;
    // Auto time would jump to the end of each rule at once.
    if (options.clock.mode != ClockMode::kAuto) faults.timers = &clock_driver_.timers();
    return faults;
  }

  absl::Status MakeAccounts(const ServerOptions& options) {
    const batch::AccountOptions accounts = AccountsOf(options);
    batch::WorkloadOptions workload;
    // What an account says of its quotas is what its pools and jobs are held to.
    workload.pool_quota = accounts.pool_quota;
    workload.active_job_quota = accounts.active_job_quota;
    workload.task_runner = &task_runner_;
    workload.ids = ids_;
    workload.node_boot_time = options.node_boot_time;
    batch::AccountEnvironment environment;
    environment.clock = &clock_driver_.clock();
    environment.timers = &clock_driver_.timers();
    environment.events = &events_;
    environment.keys = &key_client_;
    environment.identities = &directory_;
    environment.observer = &coupling_;
    environment.workloads = batch::MakeWorkloadFactory(workload);
    environment.ids = ids_;
    environment.options = accounts;
    LAZULI_ASSIGN_OR_RETURN(accounts_, batch::AccountRegistry::Create(std::move(environment)));
    return absl::OkStatus();
  }

  void MakeChaos(const ServerOptions& options) {
    vaults_.SetPolicyPropagationDelay(options.policy_propagation_delay);
    Chaos::Parts parts;
    parts.engines = {.vaults = &vaults_,
                     .accounts = accounts_.get(),
                     .resources = &resources_,
                     .roles = &roles_,
                     .identities = &user_identities_};
    parts.role_propagation = &role_propagation_;
    parts.faults = &fault_rules_;
    parts.clock = &clock_driver_.clock();
    parts.real_clock = &real_clock_;
    parts.timers = &clock_driver_.timers();
    parts.events = &events_;
    parts.seed = options.seed;
    parts.delays = {.policy_propagation = options.policy_propagation_delay,
                    .detection = options.detection_delay};
    chaos_ = std::make_unique<Chaos>(parts);
  }

  absl::Status MakeHttpsFace(const ServerOptions& options, HttpsFaceOptions https) {
    HttpsFace::Parts parts;
    parts.methods = &methods_;
    parts.dispatcher = dispatcher_.get();
    parts.token_verifier = &token_verifier_;
    parts.directory = &directory_;
    parts.signing_key = signing_key_.get();
    parts.token_issuer = &token_issuer_;
    parts.clock = &clock_driver_.clock();
    parts.real_clock = &real_clock_;
    parts.ids = &ids_;
    parts.request_ids = &request_ids_;
    parts.vaults = &vaults_;
    parts.accounts = accounts_.get();
    parts.resources = &resources_;
    parts.user_identities = &user_identities_;
    parts.sandboxes = &sandboxes_;
    parts.refusals = &refusals_;
    parts.allowed_hosts = options.allowed_hosts;
    parts.allow_http_batch = options.allow_http_batch;
    parts.options = std::move(https);
    LAZULI_ASSIGN_OR_RETURN(https_face_, HttpsFace::Create(parts));
    return absl::OkStatus();
  }

  // Who tells whom. Roles hear of a deleted principal before the accounts that depend on them.
  void TieTogether() {
    directory_.AddListener(&token_verifier_);
    directory_.AddListener(&roles_);
    directory_.AddListener(&coupling_);
    roles_.AddListener(&role_propagation_);
    roles_.AddListener(&coupling_);
    vaults_.SetAccessListener(&coupling_);
    vaults_.SetKeyMaker([this](const keyvault::crypto::KeyMaterial& like,
                               const keyvault::crypto::Interrupted& interrupted) {
      ChangeGate::Pause pause(&change_gate_);
      return key_pool_.CreateLike(like, interrupted);
    });
    vaults_.SetRsaKeyMaker([this](int bits) {
      ChangeGate::Pause pause(&change_gate_);
      return key_pool_.CreateRsa(bits);
    });
    coupling_.SetAccounts(accounts_.get());
    resources_.AddResources(
        [this](const std::string& subscription, const std::string& group) {
          std::vector<ListedResource> resources;
          // All at once: nobody waits for a page here.
          for (const auto& vault : vaults_.List(subscription, group, "", SIZE_MAX).items) {
            resources.push_back({vault->arm_id, vault->location, vault->tags});
          }
          return resources;
        },
        [this](const CallContext& context, const ResourceId& id) {
          const bool is_hsm = absl::EqualsIgnoreCase(
              id.type(), keyvault::VaultResourceType(keyvault::VaultKind::kManagedHsm));
          return vaults_.Delete(
              context,
              is_hsm
                  ? keyvault::ManagedHsmAddress(id.subscription(), id.resource_group(), id.name())
                  : keyvault::VaultAddress{id.subscription(), id.resource_group(), id.name()});
        });
    // After the vaults, so that accounts go before the vaults that hold their keys.
    resources_.AddResources(
        [this](const std::string& subscription, const std::string& group) {
          std::vector<ListedResource> resources;
          for (const auto& account : accounts_->List(subscription, group)) {
            batch::AccountView view = account->Describe();
            resources.push_back({account->arm_id(), view.region, std::move(view.tags)});
          }
          return resources;
        },
        [this](const CallContext& context, const ResourceId& id) {
          accounts_->DeleteAccount({id.subscription(), id.resource_group(), id.name()},
                                   context.now);
          return absl::OkStatus();
        });
  }

  void MakeServices(const ServerOptions& options, StateControl* state_control) {
    ServiceParts parts;
    parts.directory = &directory_;
    parts.token_issuer = &token_issuer_;
    parts.resources = &resources_;
    parts.roles = &roles_;
    parts.role_evaluator = &role_evaluator_;
    parts.user_identities = &user_identities_;
    parts.vaults = &vaults_;
    parts.access_control = &access_control_;
    parts.crypto_engine = &crypto_engine_;
    parts.key_pool = &key_pool_;
    parts.backup_sealer = &backup_sealer_;
    parts.attestation_authority = &attestation_authority_;
    parts.change_gate = &change_gate_;
    parts.accounts = accounts_.get();
    parts.emulator = {&clock_driver_, &events_,     accounts_.get(),
                      kVersion,       options.seed, start_time_};
    parts.chaos = chaos_->service();
    parts.fault_rules = &fault_rules_;
    parts.templates = &templates_;
    parts.sandboxes = &sandboxes_;
    parts.state_control = state_control;
    parts.explanations = {
        .refusals = &refusals_,
        .methods = &methods_,
        .directory = &directory_,
        .access_control = &access_control_,
        .name_space_of = [this](const Caller& caller) { return NameSpaceOf(caller); }};
    parts.throttle = &throttle_;
    services_ = std::make_unique<Services>(parts);
    RegisterServices(services_.get(), &methods_);
  }

  const IdDeriver ids_;
  const IdDeriver request_ids_;
  const RealClock real_clock_;
  ChangeGate change_gate_;
  ClockDriver clock_driver_;
  const absl::Time start_time_;
  EventLog events_;
  std::unique_ptr<EventLogFile> event_log_file_;

  const std::shared_ptr<const SigningKey> signing_key_;
  Directory directory_;
  TokenIssuer token_issuer_;
  TokenVerifier token_verifier_;
  ResourceDirectory resources_;
  RoleAssignments roles_;
  RoleEvaluator role_evaluator_;
  RolePropagation role_propagation_;
  const absl::Duration policy_propagation_delay_;
  UserAssignedIdentities user_identities_;

  keyvault::crypto::CryptoEngine crypto_engine_;
  keyvault::crypto::KeyPool key_pool_;
  keyvault::BackupSealer backup_sealer_;
  AttestationAuthority attestation_authority_;
  keyvault::VaultRegistry vaults_;
  keyvault::AccessControl access_control_;

  Sandboxes sandboxes_;
  TemplateApplier templates_;

  FaultRules fault_rules_;
  FaultGate fault_gate_;
  HeldCalls held_calls_;

  batch::SimulatedTaskRunner task_runner_;
  VaultKeyClient key_client_;
  KeyAccessCoupling coupling_;
  std::unique_ptr<batch::AccountRegistry> accounts_;

  WorkerPool workers_;
  TokenAuthenticator authenticator_;
  KeyVaultAuthorizer key_vault_authorizer_;
  keyvault::Throttle throttle_;
  VaultLimiter vault_limiter_;
  RefusalLog refusals_;
  ResourceManagerAuthorizer resource_manager_authorizer_;
  ControlAuthorizer control_authorizer_;
  RoleCleanup role_cleanup_;
  std::unique_ptr<BatchAuthorizer> batch_authorizer_;
  std::unique_ptr<Chaos> chaos_;

  std::unique_ptr<Services> services_;

  std::vector<std::unique_ptr<RecordSource>> records_;
  std::vector<RecordSource*> sources_;
  bool is_restored_ = false;
  std::unique_ptr<Journal> journal_;  // null without a database

  MethodRegistry methods_;
  std::unique_ptr<Dispatcher> dispatcher_;
  ServedApi api_;
  std::unique_ptr<HttpsFace> https_face_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Emulator>> Emulator::Create(const ServerOptions& options,
                                                           HttpsFaceOptions https,
                                                           EmulatorParts parts) {
  ServerOptions resumed = options;
  std::optional<WorldState> state;
  if (parts.records != nullptr) {
    LAZULI_ASSIGN_OR_RETURN(state, ReadWorldState(*parts.records));
    resumed.seed = state->seed;
    // Real time goes on with the machine's, unless it was ahead of that already.
    const bool is_past = options.clock.mode == ClockMode::kReal && state->now < RealNow();
    resumed.clock.start_time = is_past ? std::nullopt : std::optional(state->now);
  }
  if (parts.signing_key == nullptr) {
    LAZULI_ASSIGN_OR_RETURN(parts.signing_key, SigningKey::Generate());
  }
  auto emulator = std::make_unique<EmulatorImpl>(resumed, state, parts);
  absl::Status initialized = emulator->Init(resumed, std::move(https), parts);
  if (!initialized.ok()) return initialized;
  return emulator;
}

}  // namespace lazuli::emulator
