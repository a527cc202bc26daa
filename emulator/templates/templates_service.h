// File: emulator/templates/templates_service.h
#ifndef LAZULI_EMULATOR_TEMPLATES_TEMPLATES_SERVICE_H_
#define LAZULI_EMULATOR_TEMPLATES_TEMPLATES_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/templates/template_applier.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

// lazuli.v1.Templates. Thread safe.
class TemplatesService {
 public:
  // Outlives the service.
  explicit TemplatesService(const TemplateApplier* applier) : applier_(applier) {}

  // In the default tenant and subscription, where the template says no other.
  absl::Status ApplyTemplate(const CallContext& ctx, const v1::Template& request,
                             v1::ApplyTemplateResponse* response) const;

 private:
  const TemplateApplier* const applier_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_TEMPLATES_SERVICE_H_
