// File: emulator/server/https_face_options.h
//
// What the HTTPS face needs to know of the port that it stands behind.
#ifndef LAZULI_EMULATOR_SERVER_HTTPS_FACE_OPTIONS_H_
#define LAZULI_EMULATOR_SERVER_HTTPS_FACE_OPTIONS_H_

#include <functional>
#include <string>

namespace lazuli::emulator {

struct HttpsFaceOptions {
  // The authority's certificate in PEM; empty: there is no port.
  std::string ca_pem;
  // What opens control to callers from beyond this machine.
  std::string operator_token;
  // What the App Service forms of the identity endpoint have to present.
  std::string identity_secret;
  // See ServerOptions.
  std::string managed_identity;
  // Asked by /healthz, on any thread. Empty: it serves.
  std::function<bool()> is_serving;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_HTTPS_FACE_OPTIONS_H_
