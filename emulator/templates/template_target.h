// File: emulator/templates/template_target.h
//
// Where a template is applied when it does not say so itself.
#ifndef LAZULI_EMULATOR_TEMPLATES_TEMPLATE_TARGET_H_
#define LAZULI_EMULATOR_TEMPLATES_TEMPLATE_TARGET_H_

#include <string>

#include "base/call_context.h"

namespace lazuli::emulator {

struct TemplateTarget {
  std::string tenant_id;
  std::string subscription_id;
  std::string resource_group;  // empty: there is none that goes without saying
  // Who makes what lies in subscriptions. Acts as a member of each subscription's tenant, unless
  // `is_confined`.
  Caller maker;
  // Nothing may be made outside of the tenant.
  bool is_confined = false;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_TEMPLATE_TARGET_H_
