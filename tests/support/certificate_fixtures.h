// File: tests/support/certificate_fixtures.h
//
// What the whole-program tests of certificates and of their issuers begin with.
#ifndef LAZULI_TESTS_SUPPORT_CERTIFICATE_FIXTURES_H_
#define LAZULI_TESTS_SUPPORT_CERTIFICATE_FIXTURES_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "boost/json.hpp"
#include "emulator/client/api.h"
#include "emulator/server/emulator.h"
#include "gtest/gtest.h"
#include "proto/certificates.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/program.h"
#include "tests/support/succession.h"

namespace lazuli::emulator {

// Over gRPC, in a server that goes on where another ended: a vault without purge protection whose
// certificates are the administrator's, and a minute until one is issued.
class CertificatesState : public testing::TestWithParam<By> {
 protected:
  static constexpr const char* kVault = "certs";

  CertificatesState();

  void GoOn() { servers_.GoOn(); }
  Api& api() { return servers_.api(); }
  void Advance(absl::Duration duration);

  // EC, "CN=host.example".
  v1::CertificateOperation Create(const std::string& name, const std::string& issuer);
  v1::CertificateBundle Get(const std::string& name);

 private:
  Succession servers_;
};

// On Azure's wire, where the openssl command reads what comes: a group, and a vault at kHost.
class CertificatesWire : public testing::Test {
 protected:
  static constexpr const char* kHost = "certs.vault.azure.net";
  static constexpr const char* kGroup =
      "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";

  CertificatesWire();

  // A vault whose policy gives the administrator every permission on keys, "get" on secrets, and
  // these on certificates: "\"all\",\"purge\"".
  void PutVault(const std::string& name, const std::string& permissions);

  static boost::json::value Json(const HttpResponse& answer);
  // The text at a JSON pointer; "no ..." without one.
  static std::string Text(const boost::json::value& value, const std::string& path);
  // What the command says; nothing where there is no command.
  std::string OpenSsl(const std::string& arguments) const;

  const TemporaryFolder folder_;
  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_CERTIFICATE_FIXTURES_H_
