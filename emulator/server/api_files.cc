#include "emulator/server/api_files.h"

#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/control.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

std::vector<const google::protobuf::FileDescriptor*> LinkApiFiles() {
  return {
      v1::Info::descriptor()->file(),         v1::Tenant::descriptor()->file(),
      v1::Subscription::descriptor()->file(), v1::Vault::descriptor()->file(),
      v1::KeyBundle::descriptor()->file(),    v1::BatchAccount::descriptor()->file(),
      v1::CloudPool::descriptor()->file(),    v1::CloudJob::descriptor()->file(),
  };
}

}  // namespace lazuli::emulator
