// File: keyvault/object_attributes.h
//
// What every version of every kind of object has.
#ifndef LAZULI_KEYVAULT_OBJECT_ATTRIBUTES_H_
#define LAZULI_KEYVAULT_OBJECT_ATTRIBUTES_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace lazuli::keyvault {

// When a version may be used: in [not_before, expires).
struct ObjectAttributes {
  bool enabled = true;
  std::optional<absl::Time> not_before;  // nbf, whole seconds
  std::optional<absl::Time> expires;     // exp, whole seconds

  friend bool operator==(const ObjectAttributes&, const ObjectAttributes&) = default;
};

// Refuses with BadParameter attributes that leave no time in which the version works (exp at or
// before nbf).
absl::Status CheckObjectAttributes(const ObjectAttributes& attributes);

// An object in the deleted state.
template <typename Version>
struct DeletedObject {
  std::shared_ptr<const Version> latest;
  // Absent in a vault without soft delete, where the object is already gone.
  std::optional<absl::Time> deleted_date;          // whole seconds
  std::optional<absl::Time> scheduled_purge_date;  // deleted_date + the vault's retention
};

// One page of a listing; `more` when something follows.
template <typename T>
struct Page {
  std::vector<T> items;
  bool more = false;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_OBJECT_ATTRIBUTES_H_
