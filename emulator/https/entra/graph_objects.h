// File: emulator/https/entra/graph_objects.h
//
// Principals and tenants as Microsoft Graph shows them (Microsoft Graph documentation, resource
// types servicePrincipal, application and organization, v1.0): every property that clients look
// for, and those of which there is nothing to say with the value they have then.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_OBJECTS_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_OBJECTS_H_

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/ids.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {

// `keys`: those of the principal.
boost::json::object GraphServicePrincipal(const Principal& principal,
                                          const std::vector<KeyCredential::Ptr>& keys);

// The application behind a service principal, which is an object with an id of its own.
boost::json::object GraphApplication(const Principal& principal, const IdDeriver& ids,
                                     const std::vector<KeyCredential::Ptr>& keys);
std::string GraphApplicationId(const Principal& principal, const IdDeriver& ids);

boost::json::object GraphOrganization(const Tenant& tenant);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_OBJECTS_H_
