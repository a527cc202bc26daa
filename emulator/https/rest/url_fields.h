// File: emulator/https/rest/url_fields.h
//
// Where messages of the API hold URLs and host names of the emulated services. Inside they always
// have Azure's names; a caller that came by names under localhost, or by another port, is to see
// and may send the names that it can reach.
#ifndef LAZULI_EMULATOR_HTTPS_REST_URL_FIELDS_H_
#define LAZULI_EMULATOR_HTTPS_REST_URL_FIELDS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/https/message/host_name.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// How the services are named to one caller: as the name that it came by.
class ServiceNames {
 public:
  // For a caller that came by `host`.
  explicit ServiceNames(const HostName& host);

  // True when the caller uses Azure's own names and port: nothing changes.
  bool is_azure() const { return port_.empty() && !is_local_; }

  // `text` with Azure's host names of vaults, managed HSMs and Batch accounts replaced.
  std::string ToCaller(absl::string_view text) const;
  // "https://vault.azure.net", or as the caller names it; of a managed HSM
  // "https://managedhsm.azure.net".
  std::string VaultResource() const;
  // "https://login.microsoftonline.com", or the authority under which the caller finds sign-in.
  std::string LoginAuthority() const;

  // `text` with names under localhost replaced by Azure's, and ports cut off the names of its
  // services: what a caller sends, as it is kept.
  static std::string ToAzure(absl::string_view text);

 private:
  bool is_local_ = false;
  bool is_hsm_ = false;
  std::string port_;  // ":8443"; empty for 443
};

// The fields of one message type, and of what it contains, that hold such texts. Cheap to copy.
class UrlFields {
 public:
  UrlFields() = default;

  static UrlFields Of(const google::protobuf::Descriptor& type);

  bool empty() const { return plan_ == nullptr; }
  void ToCaller(const ServiceNames& names, google::protobuf::Message* message) const;
  void ToAzure(google::protobuf::Message* message) const;

 private:
  struct Plan;

  std::shared_ptr<const Plan> plan_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_URL_FIELDS_H_
