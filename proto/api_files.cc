#include "proto/api_files.h"

#include "proto/attestations.pb.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_catalog.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_machines.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/batch_resources.pb.h"
#include "proto/certificates.pb.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/explain.pb.h"
#include "proto/faults.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/managed_hsms.pb.h"
#include "proto/options.pb.h"
#include "proto/provider_lists.pb.h"
#include "proto/resource_providers.pb.h"
#include "proto/resources.pb.h"
#include "proto/sandboxes.pb.h"
#include "proto/secrets.pb.h"
#include "proto/state.pb.h"
#include "proto/templates.pb.h"
#include "proto/throttling.pb.h"
#include "proto/vault_keys.pb.h"
#include "proto/vault_resources.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;

namespace {

void AddWithNested(const Descriptor* message, std::vector<const Descriptor*>* messages) {
  if (message->options().map_entry()) return;
  // Google's own, which rides beside gRPC's answers.
  if (message == v1::RpcStatus::descriptor()) return;
  messages->push_back(message);
  for (int i = 0; i < message->nested_type_count(); ++i) {
    AddWithNested(message->nested_type(i), messages);
  }
}

}  // namespace

std::vector<const FileDescriptor*> ApiFiles() {
  return {
      v1::BatchAccount::descriptor()->file(),
      v1::PoolNodeCounts::descriptor()->file(),
      v1::CloudTask::descriptor()->file(),
      v1::ImageReference::descriptor()->file(),
      v1::CloudPool::descriptor()->file(),
      v1::Empty::descriptor()->file(),
      v1::Info::descriptor()->file(),
      v1::Principal::descriptor()->file(),
      v1::KeyBundle::descriptor()->file(),
      v1::MethodRule::descriptor()->file(),
      v1::Subscription::descriptor()->file(),
      v1::Vault::descriptor()->file(),
      v1::Provider::descriptor()->file(),
      v1::ManagedHsm::descriptor()->file(),
      v1::SupportedSku::descriptor()->file(),
      v1::Operation::descriptor()->file(),
      v1::FaultRule::descriptor()->file(),
      v1::Explanation::descriptor()->file(),
      v1::ThrottlingState::descriptor()->file(),
      v1::ChaosSchedule::descriptor()->file(),
      v1::Sandbox::descriptor()->file(),
      v1::Template::descriptor()->file(),
      v1::SnapshotBytes::descriptor()->file(),
      v1::AttestationKey::descriptor()->file(),
      v1::VaultKey::descriptor()->file(),
      v1::VaultResourceRequest::descriptor()->file(),
      v1::SecretBundle::descriptor()->file(),
      v1::CertificateBundle::descriptor()->file(),
  };
}

std::vector<const Descriptor*> ApiMessages() {
  std::vector<const Descriptor*> messages;
  for (const FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      AddWithNested(file->message_type(i), &messages);
    }
  }
  return messages;
}

}  // namespace lazuli
