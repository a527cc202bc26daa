#include "emulator/authorization/key_vault_authorizer.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "emulator/authorization/request_fields.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/permission.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

namespace {

constexpr char kVaultName[] = "vault_name";

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

// As QuestionOf, about what the request names, as long as it lives.
absl::StatusOr<keyvault::AccessQuestion> FullQuestionOf(const Method& method,
                                                        const google::protobuf::Message& request) {
  LAZULI_ASSIGN_OR_RETURN(keyvault::AccessQuestion question, QuestionOf(method));
  const ObjectFields fields = FieldsOf(question.kind);
  question.vault_name = StringField(request, kVaultName);
  question.object_name = StringField(request, fields.name);
  question.object_version = StringField(request, fields.version);
  return question;
}

}  // namespace

bool NamesObject(const Method& method, keyvault::PermissionKind kind) {
  return absl::StrContains(method.rule.http(), absl::StrCat("{", FieldsOf(kind).name, "}"));
}

bool NamesVersion(const Method& method, keyvault::PermissionKind kind) {
  return absl::StrContains(method.rule.http(), absl::StrCat("{", FieldsOf(kind).version, "}"));
}

// Names and versions of all kinds are spelled alike.
absl::Status CheckUri(const Method& method, const keyvault::AccessQuestion& question) {
  if (!question.object_name.empty() && !keyvault::IsValidKeyName(question.object_name)) {
    return keyvault::InvalidObjectNameError(FieldsOf(question.kind).name, question.object_name);
  }
  if (!question.object_version.empty() && !IsHex32(question.object_version)) {
    const std::string& http = method.rule.http();
    return keyvault::InvalidObjectVersionError(
        FieldsOf(question.kind).version, http.substr(0, http.find(' ')), question.object_version);
  }
  return absl::OkStatus();
}

absl::StatusOr<keyvault::AccessQuestion> QuestionOf(const Method& method) {
  const std::string& objects =
      method.descriptor->service()->options().GetExtension(v1::service).objects();
  const std::optional<keyvault::PermissionKind> kind = keyvault::ParsePermissionKind(objects);
  if (!kind.has_value()) {
    return InternalError(absl::StrCat("the service of ", method.name, " says no kind of objects"));
  }
  keyvault::AccessQuestion question;
  question.kind = *kind;
  question.permission = method.rule.permission();
  question.data_action = method.rule.action();
  question.is_about_deleted = absl::StrContains(method.rule.http(), " /deleted");
  question.is_update = absl::StartsWith(method.rule.http(), "PATCH ");
  return question;
}

absl::string_view KeyVaultAuthorizer::TargetOf(const google::protobuf::Message& request) const {
  return StringField(request, kVaultName);
}

absl::Status KeyVaultAuthorizer::CheckEntry(absl::string_view target,
                                            const CallContext& ctx) const {
  return target.empty() ? absl::OkStatus() : access_control_->CheckEntry(ctx, target);
}

absl::Status KeyVaultAuthorizer::Authorize(const Method& method,
                                           const google::protobuf::Message& request,
                                           CallContext* ctx) const {
  LAZULI_ASSIGN_OR_RETURN(const keyvault::AccessQuestion question, FullQuestionOf(method, request));
  // What is wrong with the URI comes after whether the caller is let in, and before what it may.
  if (absl::Status uri = CheckUri(method, question); !uri.ok()) {
    LAZULI_RETURN_IF_ERROR(access_control_->CheckEntry(*ctx, question.vault_name));
    return uri;
  }
  return access_control_->Authorize(*ctx, question);
}

std::optional<Decision> KeyVaultAuthorizer::Explain(const Method& method,
                                                    const google::protobuf::Message& request,
                                                    const CallContext& ctx,
                                                    const absl::Status& status) const {
  const absl::StatusOr<keyvault::AccessQuestion> question = FullQuestionOf(method, request);
  if (!question.ok()) return std::nullopt;
  return access_control_->DescribeState(ctx, *question, status);
}

}  // namespace lazuli::emulator
