// File: emulator/client/api.h
//
// The calls that a scenario makes most, each in one line: for the demo, whole-program tests and
// benchmarks. Everything is in the default subscription, and in one resource group.
#ifndef LAZULI_EMULATOR_CLIENT_API_H_
#define LAZULI_EMULATOR_CLIENT_API_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/grpc/grpc_client.h"
#include "google/protobuf/message.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/control.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

// Thread safe as its client. Errors are the server's.
class Api {
 public:
  // `client` is signed in and outlives this.
  Api(GrpcClient* client, std::string resource_group)
      : client_(client), group_(std::move(resource_group)) {}

  GrpcClient& client() { return *client_; }

  // Any method: `name` as "Keys/GetKey".
  template <typename Response>
  absl::StatusOr<Response> Call(absl::string_view name, const google::protobuf::Message& request) {
    Response response;
    absl::Status status = CallInto(name, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // Resource Manager.
  absl::Status PutResourceGroup();
  absl::StatusOr<v1::Identity> PutIdentity(const std::string& name);
  absl::Status DeleteIdentity(const std::string& name);
  absl::StatusOr<v1::RoleAssignment> AssignRole(const std::string& scope, const std::string& name,
                                                const std::string& role,
                                                const std::string& principal_id);
  absl::Status DeleteRoleAssignment(const std::string& scope, const std::string& name);

  // Vaults. Creation: soft delete with `retention_days`, access policies for the administrator
  // ("all" and purge).
  struct VaultSpec {
    bool purge_protection = true;
    int retention_days = 90;
    bool rbac = false;
    bool soft_delete = true;
    std::string tenant_id;  // empty: the default tenant
  };
  absl::StatusOr<v1::Vault> PutVault(const std::string& name, const VaultSpec& spec);
  absl::StatusOr<v1::Vault> GetVault(const std::string& name);
  absl::StatusOr<v1::Vault> UpdateVault(const std::string& name,
                                        const v1::VaultPatchProperties& properties);
  absl::Status DeleteVault(const std::string& name);
  absl::StatusOr<v1::Vault> RecoverVault(const std::string& name);
  // `kind`: "add", "replace" or "remove".
  absl::Status ChangePolicy(const std::string& vault, const std::string& kind,
                            const std::string& object_id,
                            const std::vector<std::string>& permissions);

  // Keys.
  absl::StatusOr<v1::KeyBundle> CreateRsaKey(const std::string& vault, const std::string& key,
                                             int bits = 2048);
  absl::StatusOr<v1::KeyBundle> CreateKey(v1::CreateKeyRequest request);
  absl::StatusOr<v1::KeyBundle> GetKey(const std::string& vault, const std::string& key);
  absl::StatusOr<v1::KeyBundle> UpdateKey(const v1::UpdateKeyRequest& request);
  absl::StatusOr<v1::KeyBundle> EnableKey(const std::string& vault, const std::string& key,
                                          bool enabled);
  absl::StatusOr<v1::DeletedKeyBundle> DeleteKey(const std::string& vault, const std::string& key);
  absl::StatusOr<v1::KeyBundle> RecoverKey(const std::string& vault, const std::string& key);
  absl::Status PurgeKey(const std::string& vault, const std::string& key);

  // Batch accounts. `key_identifier` empty: the platform's key. `identity_id` empty:
  // system-assigned.
  absl::StatusOr<v1::BatchAccount> PutAccount(const std::string& name,
                                              const std::string& identity_id = "",
                                              const std::string& key_identifier = "");
  absl::StatusOr<v1::BatchAccount> GetAccount(const std::string& name);
  absl::StatusOr<v1::BatchAccount> SetCustomerKey(const std::string& name,
                                                  const std::string& key_identifier);
  absl::StatusOr<v1::BatchAccount> SetPlatformKey(const std::string& name);
  absl::Status DeleteAccount(const std::string& name);

  // Pools, jobs, tasks.
  absl::Status AddPool(const std::string& account, const std::string& pool, int nodes,
                       int slots = 1);
  absl::Status AddJob(const std::string& account, const std::string& job, const std::string& pool);
  // Tasks named PREFIX-0001 and so on, in collections of 100.
  absl::Status AddTasks(const std::string& account, const std::string& job,
                        const std::string& prefix, int count, const std::string& command_line);
  absl::StatusOr<v1::CloudTask> GetTask(const std::string& account, const std::string& job,
                                        const std::string& task);
  absl::StatusOr<std::vector<v1::CloudTask>> ListTasks(const std::string& account,
                                                       const std::string& job);
  absl::StatusOr<std::vector<v1::ComputeNode>> ListNodes(const std::string& account,
                                                         const std::string& pool);
  absl::StatusOr<v1::TaskCounts> CountTasks(const std::string& account, const std::string& job);

  // Control.
  absl::StatusOr<absl::Time> Now();
  absl::StatusOr<absl::Time> AdvanceBy(absl::Duration duration);
  absl::StatusOr<v1::KeyAccess> KeyAccess(const std::string& account);
  absl::StatusOr<std::vector<v1::QueuedTransition>> QueuedTransitions(const std::string& account);
  absl::StatusOr<std::vector<v1::RestingRecord>> DumpRecords(const std::string& account);
  // All events after `sequence`.
  absl::StatusOr<std::vector<v1::EventRecord>> EventsAfter(uint64_t sequence);

  // ARM ids in the default subscription and this group.
  std::string VaultId(const std::string& name) const;
  std::string AccountId(const std::string& name) const;

 private:
  absl::Status CallInto(absl::string_view name, const google::protobuf::Message& request,
                        google::protobuf::Message* response);
  absl::StatusOr<v1::BatchAccount> UpdateAccount(const std::string& name,
                                                 v1::BatchAccountUpdateParameters parameters);

  GrpcClient* const client_;
  const std::string group_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLIENT_API_H_
