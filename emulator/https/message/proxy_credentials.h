// File: emulator/https/message/proxy_credentials.h
//
// Who a client says it is to a proxy: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT becomes a header
// on CONNECT and on requests in absolute form (RFC 9110 section 11.7.2, RFC 7617).
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_PROXY_CREDENTIALS_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_PROXY_CREDENTIALS_H_

#include <string>

#include "emulator/https/message/http_headers.h"

namespace lazuli::emulator {

// The user of Proxy-Authorization: Basic. Empty when there is none, or one that cannot be read. The
// password is not looked at.
std::string ProxyUser(const HttpHeaders& headers);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_PROXY_CREDENTIALS_H_
