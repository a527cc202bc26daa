#include "emulator/https/rest/url_fields.h"

#include <functional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

struct Suffix {
  absl::string_view azure;
  absl::string_view local;
};

constexpr Suffix kSuffixes[] = {
    {".vault.azure.net", ".vault.localhost"},
    {".managedhsm.azure.net", ".managedhsm.localhost"},
    {".batch.azure.com", ".batch.localhost"},
};

// Every field of the API that holds a URL or a host name of an emulated service.
bool HoldsUrl(const FieldDescriptor& field) {
  static const auto& names = *new absl::flat_hash_set<std::string>({
      "lazuli.v1.BatchAccountProperties.account_endpoint",
      "lazuli.v1.BatchAccountProperties.node_management_endpoint",
      "lazuli.v1.CertificateBundle.id",
      "lazuli.v1.CertificateBundle.kid",
      "lazuli.v1.CertificateBundle.sid",
      "lazuli.v1.CertificateContacts.id",
      "lazuli.v1.CertificateIssuerItem.id",
      "lazuli.v1.CertificateItem.id",
      "lazuli.v1.CertificateOperation.id",
      "lazuli.v1.CertificateOperation.target",
      "lazuli.v1.CertificatePolicy.id",
      "lazuli.v1.CloudJob.url",
      "lazuli.v1.CloudPool.url",
      "lazuli.v1.CloudTask.url",
      "lazuli.v1.ComputeNode.url",
      "lazuli.v1.ComputeNodeInformation.node_url",
      "lazuli.v1.DeletedCertificateBundle.id",
      "lazuli.v1.DeletedCertificateBundle.kid",
      "lazuli.v1.DeletedCertificateBundle.recovery_id",
      "lazuli.v1.DeletedCertificateBundle.sid",
      "lazuli.v1.DeletedCertificateItem.id",
      "lazuli.v1.DeletedCertificateItem.recovery_id",
      "lazuli.v1.DeletedKeyBundle.recovery_id",
      "lazuli.v1.DeletedKeyItem.kid",
      "lazuli.v1.DeletedKeyItem.recovery_id",
      "lazuli.v1.DeletedSecretBundle.id",
      "lazuli.v1.DeletedSecretBundle.kid",
      "lazuli.v1.DeletedSecretBundle.recovery_id",
      "lazuli.v1.DeletedSecretItem.id",
      "lazuli.v1.DeletedSecretItem.recovery_id",
      "lazuli.v1.EndpointDependency.domain_name",
      "lazuli.v1.JsonWebKey.kid",
      "lazuli.v1.KeyItem.kid",
      "lazuli.v1.KeyOperationResult.kid",
      "lazuli.v1.KeyRotationPolicy.id",
      "lazuli.v1.KeyVaultProperties.key_identifier",
      "lazuli.v1.KeyVaultReference.url",
      "lazuli.v1.ObjectRevision.data_service_id",
      "lazuli.v1.ObjectRevision.location",
      "lazuli.v1.IssuerBundle.id",
      "lazuli.v1.ManagedHsmProperties.hsm_uri",
      "lazuli.v1.PendingCertificate.id",
      "lazuli.v1.SecretBundle.id",
      "lazuli.v1.SecretBundle.kid",
      "lazuli.v1.SecretItem.id",
      "lazuli.v1.TaskAddResult.location",
      "lazuli.v1.VaultKeyProperties.key_uri",
      "lazuli.v1.VaultKeyProperties.key_uri_with_version",
      "lazuli.v1.VaultProperties.vault_uri",
  });
  return names.contains(field.full_name());
}

bool IsHostCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
}

// `text` with each `from` that ends a host name replaced by `to`; `drop_port`: and by a port that
// follows it.
std::string ReplaceSuffix(absl::string_view text, absl::string_view from, absl::string_view to,
                          bool drop_port) {
  std::string replaced;
  size_t begin = 0;
  while (true) {
    const size_t found = text.find(from, begin);
    if (found == absl::string_view::npos) break;
    size_t end = found + from.size();
    const bool ends_name = end == text.size() || !IsHostCharacter(text[end]) ||
                           (text[end] == '.' && end + 1 == text.size());
    if (!ends_name) {
      absl::StrAppend(&replaced, text.substr(begin, end - begin));
      begin = end;
      continue;
    }
    absl::StrAppend(&replaced, text.substr(begin, found - begin), to);
    if (drop_port && end < text.size() && text[end] == ':') {
      size_t digits = end + 1;
      while (digits < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[digits])))
        ++digits;
      end = digits;
    }
    begin = end;
  }
  absl::StrAppend(&replaced, text.substr(begin));
  return replaced;
}

}  // namespace

ServiceNames::ServiceNames(const HostName& host)
    : is_local_(host.is_local), is_hsm_(host.kind == HostKind::kManagedHsm) {
  // A name that was added stands for none of the services: its callers get Azure's names.
  if (host.kind == HostKind::kForeign) return;
  if (!host.port.empty() && host.port != "443") port_ = absl::StrCat(":", host.port);
}

std::string ServiceNames::ToCaller(absl::string_view text) const {
  std::string mapped(text);
  if (is_azure()) return mapped;
  for (const Suffix& suffix : kSuffixes) {
    if (!absl::StrContains(mapped, suffix.azure)) continue;
    mapped = ReplaceSuffix(mapped, suffix.azure,
                           absl::StrCat(is_local_ ? suffix.local : suffix.azure, port_), false);
  }
  return mapped;
}

std::string ServiceNames::VaultResource() const {
  return absl::StrCat("https://", is_hsm_ ? "managedhsm." : "vault.",
                      is_local_ ? "localhost" : "azure.net", port_);
}

std::string ServiceNames::LoginAuthority() const {
  return is_local_ ? absl::StrCat("https://localhost", port_)
                   : absl::StrCat("https://login.microsoftonline.com", port_);
}

std::string ServiceNames::ToAzure(absl::string_view text) {
  std::string mapped(text);
  for (const Suffix& suffix : kSuffixes) {
    for (const absl::string_view from : {suffix.azure, suffix.local}) {
      if (absl::StrContains(mapped, from)) mapped = ReplaceSuffix(mapped, from, suffix.azure, true);
    }
  }
  return mapped;
}

struct UrlFields::Plan {
  std::vector<const FieldDescriptor*> urls;
  // Messages that hold some further down.
  std::vector<std::pair<const FieldDescriptor*, std::shared_ptr<const Plan>>> messages;

  // `above`: the types on the way here, so that one that contains itself ends.
  static std::shared_ptr<const Plan> Of(const Descriptor& type,
                                        std::set<const Descriptor*>* above) {
    if (!above->insert(&type).second) return nullptr;
    Plan plan;
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (HoldsUrl(field)) plan.urls.push_back(&field);
      if (field.message_type() == nullptr || field.is_map()) continue;
      if (auto below = Of(*field.message_type(), above)) {
        plan.messages.emplace_back(&field, std::move(below));
      }
    }
    above->erase(&type);
    if (plan.urls.empty() && plan.messages.empty()) return nullptr;
    return std::make_shared<const Plan>(std::move(plan));
  }

  void Apply(const std::function<std::string(absl::string_view)>& map, Message* message) const {
    const Reflection& reflection = *message->GetReflection();
    std::string scratch;
    for (const FieldDescriptor* field : urls) {
      if (!reflection.HasField(*message, field)) continue;
      const std::string& text = reflection.GetStringReference(*message, field, &scratch);
      reflection.SetString(message, field, map(text));
    }
    for (const auto& [field, plan] : messages) {
      if (field->is_repeated()) {
        const int size = reflection.FieldSize(*message, field);
        for (int i = 0; i < size; ++i) {
          plan->Apply(map, reflection.MutableRepeatedMessage(message, field, i));
        }
      } else if (reflection.HasField(*message, field)) {
        plan->Apply(map, reflection.MutableMessage(message, field));
      }
    }
  }
};

UrlFields UrlFields::Of(const Descriptor& type) {
  UrlFields fields;
  std::set<const Descriptor*> above;
  fields.plan_ = Plan::Of(type, &above);
  return fields;
}

void UrlFields::ToCaller(const ServiceNames& names, Message* message) const {
  if (plan_ == nullptr || names.is_azure()) return;
  plan_->Apply([&](absl::string_view text) { return names.ToCaller(text); }, message);
}

void UrlFields::ToAzure(Message* message) const {
  if (plan_ == nullptr) return;
  plan_->Apply([](absl::string_view text) { return ServiceNames::ToAzure(text); }, message);
}

}  // namespace lazuli::emulator
