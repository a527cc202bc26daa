// File: emulator/templates/template_defaults.h
//
// Says in a template what goes without saying: as far as the template and its target alone tell.
#ifndef LAZULI_EMULATOR_TEMPLATES_TEMPLATE_DEFAULTS_H_
#define LAZULI_EMULATOR_TEMPLATES_TEMPLATE_DEFAULTS_H_

#include "emulator/templates/template_target.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

// Puts the target's tenant, subscription and resource group (its own, else the one that the
// template declares, if it is one) where they are left out and where {tenantId}, {subscriptionId}
// and {resourceGroupName} stand for them; makes ARM ids of the names of identities that accounts
// use and of resources that role assignments are for, and ids of the names of roles.
void FillTemplate(const TemplateTarget& target, v1::Template* what);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_TEMPLATE_DEFAULTS_H_
