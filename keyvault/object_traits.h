// File: keyvault/object_traits.h
//
// What the one lifecycle of objects (vault_objects.h) has to know of each kind. A further kind
// needs an enumerator with its names (object_kind.h), traits and a line in VisitObjectKind here,
// a line in ObjectCollections (vault.h) and in VaultStateSink (vault_state.h), and what the
// compiler then asks for.
#ifndef LAZULI_KEYVAULT_OBJECT_TRAITS_H_
#define LAZULI_KEYVAULT_OBJECT_TRAITS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/certificate_milestones.h"
#include "keyvault/certificate_version.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"
#include "keyvault/rotation/key_milestones.h"
#include "keyvault/secret_version.h"

namespace lazuli::keyvault {

// Every version has a name, a version, attributes, created and updated; SetId gives it its id once
// the rest of its identity is known. NextMilestone says what time brings next to a live object;
// what its data has to remember of that is in data.told. Of a kind that knows kRotate,
// Vault::Succeed makes the new version.
struct KeyTraits {
  using Version = KeyVersion;
  using NameData = KeyNameData;
  static constexpr ObjectKind kKind = ObjectKind::kKey;
  // Whether others work with objects of this kind and have to be told when they come and go.
  static constexpr bool kGivesAccess = true;

  static void SetId(absl::string_view vault_name, KeyVersion* version) {
    version->kid = KeyVersionId(vault_name, version->name, version->version);
  }
  // Whether who relies on the version may be affected by a change of it.
  static bool AccessDiffers(const KeyVersion& a, const KeyVersion& b) {
    return !(a.attributes == b.attributes) || a.key_ops != b.key_ops;
  }
  static bool IsWhole(const KeyVersion& version) { return version.material != nullptr; }
  // Whether there is something to use. Before, nobody is told that it was created.
  static bool IsIssued(const KeyVersion&) { return true; }
  static const std::string& IdOf(const KeyVersion& version) { return version.kid; }
  static std::optional<DueMilestone> NextMilestone(const KeyVersion& latest,
                                                   const KeyNameData& data, absl::Time now) {
    return lazuli::keyvault::NextMilestone(data.rotation_policy.get(),
                                           {.created = latest.created,
                                            .expires = latest.attributes.expires,
                                            .rotatable = latest.attributes.enabled,
                                            .told = data.told},
                                           now);
  }
};

struct SecretTraits {
  using Version = SecretVersion;
  using NameData = SecretNameData;
  static constexpr ObjectKind kKind = ObjectKind::kSecret;
  static constexpr bool kGivesAccess = false;

  static void SetId(absl::string_view vault_name, SecretVersion* version) {
    version->id = ObjectVersionId(kKind, vault_name, version->name, version->version);
  }
  static bool AccessDiffers(const SecretVersion&, const SecretVersion&) { return false; }
  static bool IsWhole(const SecretVersion& version) { return version.value != nullptr; }
  static bool IsIssued(const SecretVersion&) { return true; }
  static const std::string& IdOf(const SecretVersion& version) { return version.id; }
  static std::optional<DueMilestone> NextMilestone(const SecretVersion& latest,
                                                   const SecretNameData& data, absl::Time now) {
    return lazuli::keyvault::NextMilestone(nullptr,
                                           {.created = latest.created,
                                            .expires = latest.attributes.expires,
                                            .rotatable = false,
                                            .told = data.told},
                                           now);
  }
};

struct CertificateTraits {
  using Version = CertificateVersion;
  using NameData = CertificateNameData;
  static constexpr ObjectKind kKind = ObjectKind::kCertificate;
  // Its key does.
  static constexpr bool kGivesAccess = false;

  static void SetId(absl::string_view vault_name, CertificateVersion* version) {
    version->id = ObjectVersionId(kKind, vault_name, version->name, version->version);
  }
  static bool AccessDiffers(const CertificateVersion&, const CertificateVersion&) { return false; }
  // Also before it is issued.
  static bool IsWhole(const CertificateVersion&) { return true; }
  static bool IsIssued(const CertificateVersion& version) { return version.is_issued(); }
  static const std::string& IdOf(const CertificateVersion& version) { return version.id; }
  static std::optional<DueMilestone> NextMilestone(const CertificateVersion& latest,
                                                   const CertificateNameData& data,
                                                   absl::Time now) {
    return NextCertificateMilestone(latest, data, now);
  }
};

template <typename Traits>
using VersionPtr = std::shared_ptr<const typename Traits::Version>;

// Calls visitor.operator()<Traits>() with the traits of the kind.
template <typename Visitor>
void VisitObjectKind(ObjectKind kind, Visitor&& visitor) {
  switch (kind) {
    case ObjectKind::kKey:
      visitor.template operator()<KeyTraits>();
      break;
    case ObjectKind::kSecret:
      visitor.template operator()<SecretTraits>();
      break;
    case ObjectKind::kCertificate:
      visitor.template operator()<CertificateTraits>();
      break;
  }
}

// Versions that left a vault: to be let go of, which wipes what they hold, when its lock is free.
struct RemovedVersions {
  std::vector<KeyVersionPtr> keys;
  std::vector<SecretVersionPtr> secrets;
  std::vector<CertificateVersionPtr> certificates;

  void Add(KeyVersionPtr version) { keys.push_back(std::move(version)); }
  void Add(SecretVersionPtr version) { secrets.push_back(std::move(version)); }
  void Add(CertificateVersionPtr version) { certificates.push_back(std::move(version)); }
};

// An object as a whole, to be put into a vault again.
template <typename Traits>
struct ObjectCopy {
  std::string name;
  std::vector<VersionPtr<Traits>> versions;
  std::string latest;  // one of the versions
  typename Traits::NameData data;
};

// A certificate as a whole, with the key and the secret behind it; these have no versions before
// the first one is issued.
struct CertificateCopy {
  ObjectCopy<CertificateTraits> certificate;
  ObjectCopy<KeyTraits> key;
  ObjectCopy<SecretTraits> secret;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_OBJECT_TRAITS_H_
