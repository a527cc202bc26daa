// File: emulator/arm/resource_id.h
//
// The id of something that Resource Manager knows, which is also the scope of a role assignment.
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_ID_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// One of
//   /
//   /subscriptions/S
//   /subscriptions/S/resourceGroups/G
//   /subscriptions/S[/resourceGroups/G]/providers/PROVIDER/TYPE/NAME[/TYPE/NAME...]
// Parsed once; immutable. Azure compares ids without regard to letter case, and so do == and key().
class ResourceId {
 public:
  enum class Kind { kRoot, kSubscription, kResourceGroup, kResource };

  // The root, "/".
  ResourceId();

  // A missing slash at the start and one too many at the end are forgiven. Errors:
  // InvalidResourceIdError.
  static absl::StatusOr<ResourceId> Parse(absl::string_view text);

  // From parts that are known to be proper names.
  static ResourceId Subscription(absl::string_view subscription);
  static ResourceId ResourceGroup(absl::string_view subscription, absl::string_view group);
  // `type`: "Microsoft.KeyVault/vaults".
  static ResourceId Resource(absl::string_view subscription, absl::string_view group,
                             absl::string_view type, absl::string_view name);

  Kind kind() const { return kind_; }
  // The parts, as written; empty where the id has none.
  const std::string& subscription() const { return subscription_; }
  const std::string& resource_group() const { return resource_group_; }
  const std::string& provider() const { return provider_; }  // "Microsoft.KeyVault"
  const std::string& type() const { return type_; }          // "Microsoft.KeyVault/vaults/keys"
  const std::string& name() const { return name_; }          // the last name

  // The id, with the fixed words in Azure's spelling and the rest as written.
  const std::string& text() const { return text_; }
  // The id in lower case: equal for equal ids.
  const std::string& key() const { return key_; }

  // True if `other` is this or lies below it.
  bool Contains(const ResourceId& other) const;
  // For a resource of a nested type, e.g. a vault's key: the resource that it belongs to in the
  // end, e.g. the vault. Any other id: itself.
  ResourceId TopLevel() const;

  friend bool operator==(const ResourceId& a, const ResourceId& b) { return a.key_ == b.key_; }
  friend bool operator<(const ResourceId& a, const ResourceId& b) { return a.key_ < b.key_; }

 private:
  Kind kind_ = Kind::kRoot;
  std::string subscription_;
  std::string resource_group_;
  std::string provider_;
  std::string type_;
  std::string name_;
  std::string text_;
  std::string key_;
};

// True if the ARM id `inner` is `outer` or lies below it. Both are in lower case without a slash at
// the end, as ResourceId::key() is; whole segments count, so that ".../vaults/a" does not hold
// ".../vaults/ab".
bool ScopeContains(absl::string_view outer, absl::string_view inner);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_ID_H_
