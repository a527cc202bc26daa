// File: keyvault/service/object_conversion.h
//
// What the messages of secrets.proto and its like have in common with each other, and the model of
// objects. What reads a message checks it and names the field at fault as JSON spells it.
#ifndef LAZULI_KEYVAULT_SERVICE_OBJECT_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_OBJECT_CONVERSION_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "google/protobuf/timestamp.pb.h"
#include "keyvault/limits.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/object_kind.h"
#include "keyvault/vault_record.h"
#include "proto/common.pb.h"
#include "proto/time.h"

namespace lazuli::keyvault {

// --- reading. Errors: InvalidObjectNameError, InvalidObjectVersionError, BadObjectParameterError.

// `field`: of the request, e.g. "secret_name".
absl::Status CheckObjectName(absl::string_view field, absl::string_view name);
// A version, or none at all. `http_verb`: of the operation.
absl::Status CheckObjectVersion(absl::string_view field, absl::string_view http_verb,
                                absl::string_view version);
absl::StatusOr<TagMap> ReadObjectTags(const v1::Tags& tags);
// Without its fraction of a second.
absl::StatusOr<absl::Time> ReadUnixSeconds(const google::protobuf::Timestamp& timestamp,
                                           absl::string_view field);

// The attributes that a caller sets; absent ones leave those of an existing version as they are.
struct ObjectAttributesInput {
  std::optional<bool> enabled;
  std::optional<absl::Time> not_before;
  std::optional<absl::Time> expires;

  void ApplyTo(ObjectAttributes* attributes) const;
};

template <typename Message>
absl::StatusOr<ObjectAttributesInput> ReadObjectAttributes(const Message& attributes) {
  ObjectAttributesInput input;
  if (attributes.has_enabled()) input.enabled = attributes.enabled();
  if (attributes.has_nbf()) {
    LAZULI_ASSIGN_OR_RETURN(input.not_before, ReadUnixSeconds(attributes.nbf(), "attributes.nbf"));
  }
  if (attributes.has_exp()) {
    LAZULI_ASSIGN_OR_RETURN(input.expires, ReadUnixSeconds(attributes.exp(), "attributes.exp"));
  }
  return input;
}

struct PageRequest {
  std::string after;
  size_t limit = limits::keyvault::kMaxPageSize;
};
// `skip_token` empty: the first page.
absl::StatusOr<PageRequest> ReadPage(std::optional<int> maxresults, const std::string& skip_token);

template <typename Request>
absl::StatusOr<PageRequest> ReadPageRequest(const Request& request) {
  return ReadPage(
      request.has_maxresults() ? std::optional<int>(request.maxresults()) : std::nullopt,
      request.skip_token());
}

// --- writing. Members that the service leaves out are left out.

template <typename Version, typename Message>
void WriteObjectAttributes(const Version& version, const VaultSettings& vault, Message* message) {
  message->set_enabled(version.attributes.enabled);
  if (version.attributes.not_before.has_value()) {
    *message->mutable_nbf() = ToProto(*version.attributes.not_before);
  }
  if (version.attributes.expires.has_value()) {
    *message->mutable_exp() = ToProto(*version.attributes.expires);
  }
  *message->mutable_created() = ToProto(version.created);
  *message->mutable_updated() = ToProto(version.updated);
  message->set_recovery_level(std::string(RecoveryLevel(vault)));
  message->set_recoverable_days(RecoverableDays(vault));
}

template <typename Message>
void WriteObjectTags(const std::optional<TagMap>& tags, Message* message) {
  if (!tags.has_value()) return;
  auto& values = *message->mutable_tags()->mutable_values();
  for (const auto& [name, value] : *tags) values[name] = value;
}

// recoveryId shows that the object can be recovered; pollers of clients wait only when it is there.
template <typename Version, typename Message>
void WriteObjectDeletion(ObjectKind kind, const DeletedObject<Version>& deleted,
                         const VaultRecord& vault, Message* message) {
  if (deleted.deleted_date.has_value()) {
    message->set_recovery_id(ObjectRecoveryId(kind, vault.name(), deleted.latest->name));
    *message->mutable_deleted_date() = ToProto(*deleted.deleted_date);
  }
  if (deleted.scheduled_purge_date.has_value()) {
    *message->mutable_scheduled_purge_date() = ToProto(*deleted.scheduled_purge_date);
  }
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_OBJECT_CONVERSION_H_
