// File: keyvault/testing/vault_model.h
//
// What vaults, keys and certificates are to do, and secrets as far as certificates have to do with
// them, said once more as simply as possible: no locks, no timers, no records, no cryptography. A
// second opinion for the model-based test, which shares no code with what is tested.
#ifndef LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_
#define LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "keyvault/testing/step.h"

namespace lazuli::keyvault {

// All times in milliseconds since 1970, unless named seconds.
class VaultModel {
 public:
  struct Rules {
    int64_t deleting = 0;
    int64_t recovering = 0;
    int64_t purging = 0;
    // Of certificates that sign themselves.
    int64_t issuing = 0;
    // Wrong on purpose, for tests of whoever compares: each is a mistake that emulators make.
    bool rotation_keeps_expiry = false;
    bool recovery_loses_policy = false;
    bool expired_keys_sign = false;
    bool restoring_loses_versions = false;
    bool certificates_leave_their_keys = false;  // when they are deleted
    bool keys_behind_certificates_are_free = false;
    bool names_are_shared = false;  // by certificates and keys or secrets of others
    bool certificates_do_not_renew = false;
  };

  VaultModel(const Rules& rules, int64_t now) : rules_(rules), now_(now) {}

  // What a call is answered with. Nullopt: the model has no opinion, so that the step is to be left
  // out. Of kAdvance the time that the clock is to show, in milliseconds.
  std::optional<std::string> Apply(const Step& step);
  // What subscribers were told since the last call, as "SECONDS KIND VAULT/KEY#N", or
  // "VAULT/secrets/NAME#N" and "VAULT/certificates/NAME#N", and its validity.
  std::vector<std::string> TakeEvents() { return std::exchange(events_, {}); }

 private:
  enum class Kind { kKey, kSecret, kCertificate };
  struct Version {
    int number = 0;  // the n-th of its kind under its name
    int material = 0;
    Shape shape = Shape::kP256;
    std::string operations;
    bool enabled = true;
    std::optional<int64_t> not_before;  // seconds, as the rest
    std::optional<int64_t> expires;
    int64_t created = 0;
    int64_t updated = 0;
    std::optional<std::string> tag;
    bool issued = true;  // a certificate that is not yet has neither key nor secret
    int of_key = 0;      // of a secret behind a certificate: the number of the key's version
  };
  enum class State { kLive, kDeleting, kDeleted, kRecovering, kPurging };
  struct Policy {
    PolicyChoice::Meaning meaning;
    int64_t created = 0;
    int64_t updated = 0;
  };
  // What keys, secrets and certificates have in common.
  struct Object {
    State state = State::kLive;
    std::vector<Version> versions;
    std::optional<int64_t> near_told;  // the exp of which it was told
    std::optional<int64_t> expired_told;
    int64_t step_due = 0;  // of all but live ones
    int64_t deleted = 0;   // seconds
    int64_t purge = 0;     // seconds
    const Version& latest() const { return versions.back(); }
  };
  struct Key : Object {
    std::optional<Policy> policy;
  };
  struct CertificatePolicy {
    std::string issuer;
    int months = 12;
    bool reuse_key = false;
    CertificateActions actions;
    int64_t created = 0;
    int64_t updated = 0;
  };
  // Whether a version is enabled, and its tag.
  struct Labels {
    bool enabled = true;
    std::optional<std::string> tag;
  };
  struct Request {
    std::string status = "inProgress";
    int material = 0;
    Labels labels;
    std::optional<int64_t> issue_at;
    bool in_progress() const { return status == "inProgress"; }
  };
  struct Certificate : Object {
    CertificatePolicy policy;
    std::optional<Request> request;
    bool is_in_progress() const { return request.has_value() && request->in_progress(); }
  };
  struct Vault {
    bool live = true;
    int retention_days = 0;
    bool purge_protection = false;
    int64_t purge = 0;  // seconds; of a deleted one
    std::map<int, Key> keys;
    std::map<int, Object> secrets;
    // Each, once it is issued, with a key and a secret of its name.
    std::map<int, Certificate> certificates;
  };
  // What comes to an object with time; kRotate is also a certificate's renewal, or its issue.
  enum class Coming { kState, kNear, kExpired, kRotate };
  struct Due {
    int64_t time;
    int vault;
    int key;  // -1: the vault
    Kind kind;
    Coming coming;
  };
  struct Slot {
    int vault = 0;
    int key = 0;
    int number = 0;
    int material = 0;
    Shape shape = Shape::kP256;
  };

  // A key as it was, and where.
  struct Backup {
    int vault = 0;
    int key_number = 0;
    Key key;
  };
  struct CertificateBackup {
    int vault = 0;
    int name = 0;
    Certificate certificate;
    std::optional<Key> key;
    std::optional<Object> secret;
  };
  // What is to become a version of a certificate, with its key and its secret.
  struct Issued {
    CertificatePolicy policy;
    std::optional<Request> request;
    int material = 0;
    Labels labels;
    int64_t begin = 0;  // seconds: the validity is from ten minutes before on
    int months = 0;
  };

  int64_t seconds() const { return now_ / 1000; }

  std::string ApplyToVault(const Step& step);
  std::string ApplyToKey(const Step& step, Vault* vault);
  std::string ApplyToSecret(const Step& step, Vault* vault);
  std::optional<std::string> ApplyToCertificate(const Step& step, Vault* vault);
  std::optional<std::string> ApplyToRequest(const Step& step, Vault* vault, Certificate* live);
  std::string ApplyToPolicy(const Step& step, Key* key);
  std::optional<std::string> ApplyCryptography(const Step& step);
  std::optional<std::string> ApplyBackup(const Step& step);
  std::optional<std::string> RestoreCertificate(const Step& step);
  std::string Advance(const Step& step);

  std::string AddVersion(const Step& step, Vault* vault, const KeyChoice& choice, int material);
  std::string Update(const Step& step, Vault* vault, Key* key);
  void Rotate(int vault, int key_number, Key* key);
  std::string SetSecret(const Step& step, Vault* vault);
  std::string List(const Vault& vault, bool deleted) const;

  std::string CreateCertificate(const Step& step, Vault* vault);
  std::string ImportCertificate(const Step& step, Vault* vault);
  std::optional<std::string> Merge(const Step& step, Vault* vault, Certificate* certificate);
  std::string UpdateCertificate(const Step& step, Vault* vault, Certificate* certificate);
  std::string LeaveCertificate(const Step& step, Vault* vault, Certificate* certificate);
  std::string ListCertificates(const Step& step, const Vault& vault) const;
  // Why the name takes no version of a certificate, or nothing.
  std::string IssueRefusal(const Vault& vault, int name) const;
  // The policy as the choice has it; nullopt when that is none. `fresh`: a new one.
  std::optional<CertificatePolicy> TakePolicy(CertificatePolicy policy,
                                              const CertificatePolicyChoice& choice,
                                              bool fresh) const;
  // The version that was waiting for it, or another; returns it.
  const Version& Issue(int vault_number, int name, Issued issued);
  // Time has come for the next version.
  void Renew(int vault_number, int name);
  // The material of another version.
  int NextMaterial(const Vault& vault, int name, bool reuse_key);
  // What is behind the version of a certificate: the numbers of its key and its secret.
  std::pair<int, int> Behind(int vault_number, int name, int number);
  // Something is to be told of it that should have been before: of the order in which that and
  // the renewal of a certificate come, the model has no opinion.
  bool IsLate(const Object& object) const;

  // Each tells why an object, null when there is none, does not take the request, or nothing.
  static std::string AddRefusal(const Object* object);
  static std::string RestoreRefusal(const Object* object);
  static std::string RecoverRefusal(const Object* object, const char* not_found);
  static std::string PurgeRefusal(const Object* object, const char* not_found);
  void Delete(const Vault& vault, Object* object);
  void Recover(Object* object);
  template <typename Objects>
  void Purge(int name, Objects* objects) {
    const auto found = objects->find(name);
    if (found == objects->end()) return;
    found->second.state = State::kPurging;
    found->second.step_due = now_ + rules_.purging;
    if (rules_.purging == 0) objects->erase(found);
  }
  static bool IsBehindCertificate(const Vault& vault, int name);

  std::optional<Due> NextDue() const;
  void AddDues(const Due& due, const Vault& vault, const Object& object,
               const std::optional<int64_t>& near, const std::optional<int64_t>& rotate,
               std::vector<Due>* dues) const;
  std::optional<int64_t> RotationOf(const Key& key) const;
  std::optional<int64_t> RenewalOf(const Certificate& certificate) const;
  void Fire(const Due& due);
  void Tell(Kind kind, const char* what, int vault, int key_number, const Version& version);

  // Null when it is not live.
  Vault* LiveVault(int vault);
  // Null when there is none of that name.
  template <typename Objects>
  static auto* Present(Objects& objects, int name) {
    const auto found = objects.find(name);
    return found == objects.end() ? nullptr : &found->second;
  }
  template <typename Objects>
  static auto* Live(Objects& objects, int name) {
    auto* const present = Present(objects, name);
    return present == nullptr || present->state != State::kLive ? nullptr : present;
  }
  // 0: the latest; null when there is none.
  static Version* Find(Object* object, int number);
  // Why the version may not be used, or nothing.
  std::string Refusal(const Version& version, const std::string& operation, bool outside) const;

  std::string VersionText(const Vault& vault, const Version& version, int key) const;
  // What versions of all kinds show.
  std::string AttributesText(const Vault& vault, const Version& version) const;
  std::string SecretText(const Vault& vault, const Version& version, int name) const;
  std::string CertificateText(const Vault& vault, const Certificate& certificate,
                              const Version& version, int name) const;
  static std::string DeletedText(const Object& object, const std::string& text);
  std::string PolicyText(const std::optional<Policy>& policy) const;
  static std::string CertificatePolicyText(const CertificatePolicy& policy);
  static std::string RequestText(const Certificate& certificate);

  const Rules rules_;
  int64_t now_;
  std::map<int, Vault> vaults_;
  // Versions ever made under a vault's name and that of an object of the kind.
  std::map<std::tuple<Kind, int, int>, int> made_;
  // Of a vault's name, that of a certificate and the number of a version: what is behind it, also
  // when it is issued once more after it was restored.
  std::map<std::tuple<int, int, int>, std::pair<int, int>> behind_;
  int materials_ = 100;  // beyond those that are imported
  std::map<int, Slot> signatures_;
  std::map<int, Slot> wrapped_;
  std::map<int, Backup> backups_;
  std::map<int, CertificateBackup> certificate_backups_;
  std::vector<std::string> events_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_VAULT_MODEL_H_
