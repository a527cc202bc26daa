// File: emulator/templates/template_applier.h
//
// Makes what a template says, through the operations that calls go through.
#ifndef LAZULI_EMULATOR_TEMPLATES_TEMPLATE_APPLIER_H_
#define LAZULI_EMULATOR_TEMPLATES_TEMPLATE_APPLIER_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/ids.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/identity/directory.h"
#include "emulator/templates/template_target.h"
#include "google/protobuf/message.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

// Thread safe once SetDispatcher was called.
class TemplateApplier {
 public:
  // All outlive the applier.
  struct Parts {
    const MethodRegistry* methods = nullptr;
    const Directory* directory = nullptr;
    const ResourceDirectory* resources = nullptr;
    const RoleEvaluator* roles = nullptr;
    const Clock* clock = nullptr;  // virtual
    const IdDeriver* ids = nullptr;
    // See Dispatcher::Parts.
    std::function<std::string(const Caller&)> name_space_of;
    // The ARM id of the vault, or of the account, that a caller of the name space means.
    std::function<absl::StatusOr<std::string>(const std::string& name_space,
                                              const std::string& name)>
        vault_id;
    std::function<absl::StatusOr<std::string>(const std::string& name_space,
                                              const std::string& name)>
        account_id;
  };

  explicit TemplateApplier(Parts parts) : parts_(std::move(parts)) {}

  // Once, before the first use. Outlives the applier.
  void SetDispatcher(Dispatcher* dispatcher) { dispatcher_ = dispatcher; }

  // Makes everything in the order that proto/templates.proto tells, on this thread. The first error
  // ends it: it is the operation's own, and its message begins with the element, as "vaults[0]:
  // ...". What was made before stays.
  absl::StatusOr<v1::ApplyTemplateResponse> Apply(const TemplateTarget& target,
                                                  v1::Template what) const;

 private:
  class Run;

  const Parts parts_;
  Dispatcher* dispatcher_ = nullptr;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_TEMPLATE_APPLIER_H_
