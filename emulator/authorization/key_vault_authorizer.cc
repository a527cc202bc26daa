#include "emulator/authorization/key_vault_authorizer.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "emulator/authorization/request_fields.h"
#include "keyvault/permission.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

namespace {

struct ObjectFields {
  const char* name;
  const char* version;
};

ObjectFields FieldsOf(keyvault::PermissionKind kind) {
  switch (kind) {
    case keyvault::PermissionKind::kKeys:
      return {"key_name", "key_version"};
    case keyvault::PermissionKind::kSecrets:
      return {"secret_name", "secret_version"};
    case keyvault::PermissionKind::kCertificates:
      return {"certificate_name", "certificate_version"};
  }
  return {"", ""};
}

}  // namespace

absl::Status KeyVaultAuthorizer::Authorize(const Method& method,
                                           const google::protobuf::Message& request,
                                           CallContext* ctx) const {
  const std::string& objects =
      method.descriptor->service()->options().GetExtension(v1::service).objects();
  const std::optional<keyvault::PermissionKind> kind = keyvault::ParsePermissionKind(objects);
  if (!kind.has_value()) {
    return InternalError(absl::StrCat("the service of ", method.name, " says no kind of objects"));
  }
  const ObjectFields fields = FieldsOf(*kind);
  return access_control_->Authorize(*ctx, {.vault_name = StringField(request, "vault_name"),
                                           .kind = *kind,
                                           .object_name = StringField(request, fields.name),
                                           .object_version = StringField(request, fields.version),
                                           .permission = method.rule.permission(),
                                           .data_action = method.rule.action()});
}

}  // namespace lazuli::emulator
