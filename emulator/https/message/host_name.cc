#include "emulator/https/message/host_name.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace lazuli::emulator {

namespace {

// Cuts a port off the end of `authority`, which may be an IPv6 address in brackets.
void SplitPort(absl::string_view authority, HostName* name) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port =
      colon != absl::string_view::npos && (bracket == absl::string_view::npos || colon > bracket);
  name->host = absl::AsciiStrToLower(has_port ? authority.substr(0, colon) : authority);
  if (has_port) name->port = std::string(authority.substr(colon + 1));
}

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  for (const char c : label) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') return false;
  }
  return true;
}

// The label before `suffix` when `host` is one label and the suffix.
bool OneLabelBefore(absl::string_view host, absl::string_view suffix, std::string* label) {
  if (!absl::EndsWith(host, suffix)) return false;
  host.remove_suffix(suffix.size());
  if (!IsLabel(host)) return false;
  *label = std::string(host);
  return true;
}

bool ParseBatch(absl::string_view host, absl::string_view suffix, HostName* name) {
  if (!absl::EndsWith(host, suffix)) return false;
  host.remove_suffix(suffix.size());
  const std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  if (labels.size() != 2 || !IsLabel(labels[0]) || !IsLabel(labels[1])) return false;
  name->kind = HostKind::kBatchAccount;
  name->name = std::string(labels[0]);
  name->region = std::string(labels[1]);
  return true;
}

HostKind WellKnown(absl::string_view host) {
  if (host == "management.azure.com") return HostKind::kResourceManager;
  if (host == "login.microsoftonline.com" || host == "login.windows.net" ||
      host == "sts.windows.net" || host == "login.microsoft.com") {
    return HostKind::kLogin;
  }
  if (host == "graph.microsoft.com") return HostKind::kGraph;
  if (host == "169.254.169.254") return HostKind::kIdentityEndpoint;
  return HostKind::kForeign;
}

}  // namespace

HostName ParseHostName(absl::string_view authority) {
  HostName name;
  SplitPort(authority, &name);
  const absl::string_view host = name.host;
  if (host == "localhost" || host == "127.0.0.1" || host == "[::1]") {
    name.kind = HostKind::kLocal;
    name.is_local = true;
    return name;
  }
  name.kind = WellKnown(host);
  if (name.kind != HostKind::kForeign) return name;
  if (OneLabelBefore(host, ".vault.azure.net", &name.name)) {
    name.kind = HostKind::kVault;
  } else if (OneLabelBefore(host, ".managedhsm.azure.net", &name.name)) {
    name.kind = HostKind::kManagedHsm;
  } else if (ParseBatch(host, ".batch.azure.com", &name)) {
  } else if (absl::EndsWith(host, ".localhost")) {
    if (OneLabelBefore(host, ".vault.localhost", &name.name)) {
      name.kind = HostKind::kVault;
    } else if (OneLabelBefore(host, ".managedhsm.localhost", &name.name)) {
      name.kind = HostKind::kManagedHsm;
    } else {
      ParseBatch(host, ".batch.localhost", &name);
    }
    name.is_local = name.kind != HostKind::kForeign;
  }
  return name;
}

}  // namespace lazuli::emulator
