// File: tests/support/scene.h
//
// A Batch account at work whose data is protected by a vault's RSA key: what most tests of losing
// that key begin with.
#ifndef LAZULI_TESTS_SUPPORT_SCENE_H_
#define LAZULI_TESTS_SUPPORT_SCENE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "emulator/client/api.h"
#include "emulator/server/server_options.h"
#include "google/protobuf/message.h"
#include "proto/control.pb.h"
#include "proto/keys.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

struct SceneOptions {
  bool rbac = false;  // the vault authorizes by roles, else by access policies
  bool user_assigned =
      false;                 // the account acts as such an identity, else as a system-assigned one
  bool versionless = false;  // the account follows new versions of the key
  int retention_days = 90;
  int nodes = 2;
  int tasks = 4;  // each an hour long; as many run as there are nodes
};

// Ends the test program when it cannot be set up.
class Scene {
 public:
  static constexpr char kVault[] = "scene-vault";
  static constexpr char kKey[] = "batch-key";
  static constexpr char kAccount[] = "scenebatch";
  static constexpr char kPool[] = "pool1";
  static constexpr char kJob[] = "job1";
  static constexpr char kIdentity[] = "scene-identity";
  static constexpr char kTaskPrefix[] = "task";
  static constexpr absl::Duration kTaskTime = absl::Hours(1);
  // The name of the role assignment of an RBAC scene's account.
  static constexpr char kAssignment[] = "0a000000-0000-0000-0000-000000000001";

  // When it returns, nodes are up, and tasks have been running for a minute.
  explicit Scene(const SceneOptions& options = {}, const ServerOptions& server = TestOptions());

  TestServer& server() { return server_; }
  Api& api() { return server_.api(); }

  // The version of the key that the account used at first, and the identity it acts as.
  const std::string& first_kid() const { return first_kid_; }
  const std::string& principal_id() const { return principal_id_; }
  const std::string& node_id() const { return node_id_; }

  absl::Time Now() { return Must(api().Now()); }
  void Advance(absl::Duration duration) { Must(api().AdvanceBy(duration).status()); }
  v1::KeyAccess Access() { return Must(api().KeyAccess(kAccount)); }

  // Gives the account's identity what it needs of the key; also once more.
  absl::Status Grant();
  // An update of the key's latest version.
  absl::Status UpdateKey(const v1::KeyAttributes& attributes);
  absl::Status SetKeyOperations(const std::vector<v1::JsonWebKeyOperation>& operations);
  absl::Status UpdateVault(const v1::VaultPatchProperties& properties);

  // OK if the account serves calls.
  absl::Status TryService() { return api().ListTasks(kAccount, kJob).status(); }

  // "2 running": the pool's nodes by state; likewise the job's tasks. The error's code while the
  // account is lost.
  std::string NodesByState();
  std::string TasksByState();

  // Changes "kind from -> to" after `sequence`, and how often each happened, of nodes and tasks
  // only.
  std::map<std::string, int> ChangesAfter(uint64_t sequence);
  // How often each task was started since the scene began.
  std::map<std::string, int> StartsByTask();

 private:
  void MakeVault();
  void MakeAccount();
  void StartWork();

  const SceneOptions options_;
  TestServer server_;
  std::string identity_id_;
  std::string principal_id_;
  std::string first_kid_;
  std::string node_id_;
};

// The identifier of a key version without the version.
std::string Versionless(const std::string& kid);

// One call, ready to be made.
struct PreparedCall {
  std::string method;  // "Pools/GetPool"
  std::shared_ptr<google::protobuf::Message> request;
};

// One valid call for each method that needs the account's data: the whole Batch data plane, and of
// Resource Manager everything that changes the account or tells its secrets.
std::vector<PreparedCall> CallsThatNeedTheKey(const Scene& scene);
// Likewise each method that works without, but for the account's deletion.
std::vector<PreparedCall> CallsThatNeedNoKey();

// Makes the call and throws its answer away.
absl::Status Make(GrpcClient* client, const PreparedCall& call);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_SCENE_H_
