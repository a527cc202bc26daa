// File: keyvault/service/rotation_policy_conversion.h
//
// Between lazuli.v1.KeyRotationPolicy and the model of rotation policies.
#ifndef LAZULI_KEYVAULT_SERVICE_ROTATION_POLICY_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_ROTATION_POLICY_CONVERSION_H_

#include "absl/strings/string_view.h"
#include "keyvault/rotation/rotation_policy.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// What a caller wrote, unchecked: see ReadRotationPolicy. Members that only the service writes are
// ignored, as it ignores them.
RotationPolicyInput ReadRotationPolicyInput(const v1::KeyRotationPolicy& message);

// `policy` null: the key has none, which shows as the notification that every key has, with
// attributes that are empty.
void WriteRotationPolicy(const RotationPolicy* policy, absl::string_view vault_name,
                         absl::string_view key_name, v1::KeyRotationPolicy* message);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_ROTATION_POLICY_CONVERSION_H_
