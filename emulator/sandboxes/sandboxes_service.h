// File: emulator/sandboxes/sandboxes_service.h
#ifndef LAZULI_EMULATOR_SANDBOXES_SANDBOXES_SERVICE_H_
#define LAZULI_EMULATOR_SANDBOXES_SANDBOXES_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/sandboxes/sandboxes.h"
#include "emulator/templates/template_applier.h"
#include "proto/common.pb.h"
#include "proto/sandboxes.pb.h"

namespace lazuli::emulator {

// lazuli.v1.Sandboxes. Thread safe.
class SandboxesService {
 public:
  // Both outlive the service.
  SandboxesService(Sandboxes* sandboxes, const TemplateApplier* templates)
      : sandboxes_(sandboxes), templates_(templates) {}

  absl::Status CreateSandbox(const CallContext& ctx, const v1::CreateSandboxRequest& request,
                             v1::CreateSandboxResponse* response);
  absl::Status ListSandboxes(const CallContext& ctx, const v1::Empty& request,
                             v1::ListSandboxesResponse* response);
  absl::Status GetSandbox(const CallContext& ctx, const v1::SandboxRequest& request,
                          v1::Sandbox* response);
  absl::Status DeleteSandbox(const CallContext& ctx, const v1::SandboxRequest& request,
                             v1::Empty* response);
  absl::Status ResetSandbox(const CallContext& ctx, const v1::SandboxRequest& request,
                            v1::Sandbox* response);
  absl::Status ResetAllSandboxes(const CallContext& ctx, const v1::Empty& request,
                                 v1::ListSandboxesResponse* response);

 private:
  Sandboxes* const sandboxes_;
  const TemplateApplier* const templates_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SANDBOXES_SANDBOXES_SERVICE_H_
