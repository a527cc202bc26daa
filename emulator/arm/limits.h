// File: emulator/arm/limits.h
//
// Numbers that bound what Resource Manager takes.
#ifndef LAZULI_EMULATOR_ARM_LIMITS_H_
#define LAZULI_EMULATOR_ARM_LIMITS_H_

#include <cstddef>

namespace lazuli::limits::arm {

// Azure documentation, "Naming rules and restrictions for Azure resources": resource groups have 1
// to 90 characters, user-assigned identities 3 to 128.
inline constexpr size_t kMaxResourceGroupNameBytes = 90;
inline constexpr size_t kMinIdentityNameBytes = 3;
inline constexpr size_t kMaxIdentityNameBytes = 128;

// Azure documentation, "Use tags to organize your Azure resources": 50 tags, names of 512 and
// values of 256 characters.
inline constexpr size_t kMaxTags = 50;
inline constexpr size_t kMaxTagNameBytes = 512;
inline constexpr size_t kMaxTagValueBytes = 256;

// Azure documentation, "Azure subscription and service limits": 980 resource groups a subscription,
// 4,000 role assignments a subscription.
inline constexpr size_t kMaxResourceGroupsPerSubscription = 980;
inline constexpr size_t kMaxRoleAssignmentsPerSubscription = 4000;

// Own choice: longer than any id that Azure makes; bounds the work of parsing one.
inline constexpr size_t kMaxResourceIdBytes = 2048;

// Own choice: the name of a region has at most 20 characters today.
inline constexpr size_t kMaxLocationBytes = 64;

// Own choices; Azure's portal takes about as much.
inline constexpr size_t kMaxSubscriptionNameBytes = 64;
inline constexpr size_t kMaxRoleDescriptionBytes = 1024;

// How many role assignments a denial lists at most. Own choice: enough to see what is wrong.
inline constexpr size_t kMaxExplainedAssignments = 10;

}  // namespace lazuli::limits::arm

#endif  // LAZULI_EMULATOR_ARM_LIMITS_H_
