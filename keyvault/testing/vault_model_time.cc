// What comes to vaults and their objects with time.
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "keyvault/testing/model_texts.h"
#include "keyvault/testing/vault_model.h"

namespace lazuli::keyvault {

using namespace model;  // NOLINT: the words of the model

namespace {

constexpr PolicyChoice::Span kNear = {.days = 30};

int64_t DueOf(const ActionTrigger& trigger, int64_t begin, int64_t end) {
  if (trigger.days > 0) return end - trigger.days * kDay;
  return begin + (end - begin) * trigger.percentage / 100;
}

}  // namespace

void VaultModel::Tell(Kind kind, const char* what, int vault, int key_number,
                      const Version& version) {
  const char* const folder = kind == Kind::kKey      ? ""
                             : kind == Kind::kSecret ? "secrets/"
                                                     : "certificates/";
  events_.push_back(absl::StrCat(seconds(), " ", what, " vault-", vault, "/", folder, "k",
                                 key_number, "#", version.number, " ", Text(version.not_before),
                                 " ", Text(version.expires)));
}

bool VaultModel::IsLate(const Object& object) const {
  const std::optional<int64_t>& expires = object.latest().expires;
  if (!expires.has_value()) return false;
  if (*expires * 1000 <= now_) return object.expired_told != expires;
  return object.near_told != expires && Plus(*expires, kNear, -1) * 1000 <= now_;
}

std::optional<int64_t> VaultModel::RotationOf(const Key& key) const {
  const Version& latest = key.latest();
  if (!key.policy.has_value() || !latest.enabled) return std::nullopt;
  const PolicyChoice::Meaning& meaning = key.policy->meaning;
  if (meaning.rotate_after_create.has_value()) {
    return Plus(latest.created, *meaning.rotate_after_create, 1) * 1000;
  }
  if (!meaning.rotate_before_expiry.has_value() || !latest.expires.has_value()) return std::nullopt;
  return Plus(*latest.expires, *meaning.rotate_before_expiry, -1) * 1000;
}

std::optional<int64_t> VaultModel::RenewalOf(const Certificate& certificate) const {
  if (certificate.is_in_progress()) return certificate.request->issue_at;
  const Version& latest = certificate.latest();
  const CertificatePolicy& policy = certificate.policy;
  if (rules_.certificates_do_not_renew || !latest.issued || !latest.enabled ||
      policy.issuer != "Self" || !policy.actions.renew.has_value()) {
    return std::nullopt;
  }
  return DueOf(*policy.actions.renew, *latest.not_before, *latest.expires) * 1000;
}

void VaultModel::AddDues(const Due& due, const Vault& vault, const Object& object,
                         const std::optional<int64_t>& near, const std::optional<int64_t>& rotate,
                         std::vector<Due>* dues) const {
  const auto add = [&](int64_t time, Coming coming) {
    dues->push_back({time, due.vault, due.key, due.kind, coming});
  };
  if (object.state != State::kLive) {
    add(object.step_due, Coming::kState);
    return;
  }
  if (!vault.live) return;
  const std::optional<int64_t>& expires = object.latest().expires;
  if (expires.has_value()) {
    if (object.near_told != expires && *expires * 1000 > now_) add(*near * 1000, Coming::kNear);
    if (object.expired_told != expires) add(*expires * 1000, Coming::kExpired);
  }
  if (rotate.has_value()) add(*rotate, Coming::kRotate);
}

std::optional<VaultModel::Due> VaultModel::NextDue() const {
  std::vector<Due> dues;
  const auto before = [](const Object& object, PolicyChoice::Span span) -> std::optional<int64_t> {
    const std::optional<int64_t>& expires = object.latest().expires;
    if (!expires.has_value()) return std::nullopt;
    return Plus(*expires, span, -1);
  };
  for (const auto& [number, vault] : vaults_) {
    if (!vault.live) {
      dues.push_back({vault.purge * 1000, number, -1, Kind::kKey, Coming::kState});
    }
    for (const auto& [name, key] : vault.keys) {
      const PolicyChoice::Span notify = key.policy.has_value() ? key.policy->meaning.notify : kNear;
      AddDues({0, number, name, Kind::kKey, Coming::kState}, vault, key, before(key, notify),
              RotationOf(key), &dues);
    }
    for (const auto& [name, secret] : vault.secrets) {
      AddDues({0, number, name, Kind::kSecret, Coming::kState}, vault, secret,
              before(secret, kNear), std::nullopt, &dues);
    }
    for (const auto& [name, certificate] : vault.certificates) {
      std::optional<int64_t> near = before(certificate, kNear);
      const Version& latest = certificate.latest();
      const std::optional<ActionTrigger>& mail = certificate.policy.actions.mail;
      if (latest.issued && mail.has_value()) {
        near = DueOf(*mail, *latest.not_before, *latest.expires);
      }
      AddDues({0, number, name, Kind::kCertificate, Coming::kState}, vault, certificate, near,
              RenewalOf(certificate), &dues);
    }
  }
  // What is late comes now. Then it is the turn of keys and secrets before that of certificates,
  // whose renewal makes new versions of them.
  const auto order = [this](const Due& due) {
    return std::make_tuple(std::max(due.time, now_), due.kind == Kind::kCertificate, due.time,
                           due.coming);
  };
  const auto first =
      std::min_element(dues.begin(), dues.end(),
                       [&order](const Due& a, const Due& b) { return order(a) < order(b); });
  if (first == dues.end()) return std::nullopt;
  return *first;
}

void VaultModel::Fire(const Due& due) {
  if (due.key < 0) {
    vaults_.erase(due.vault);
    return;
  }
  Vault& vault = vaults_[due.vault];
  Object& object = due.kind == Kind::kKey      ? static_cast<Object&>(vault.keys[due.key])
                   : due.kind == Kind::kSecret ? vault.secrets[due.key]
                                               : vault.certificates[due.key];
  switch (due.coming) {
    case Coming::kNear:
      Tell(due.kind, "near", due.vault, due.key, object.latest());
      object.near_told = object.latest().expires;
      return;
    case Coming::kExpired:
      Tell(due.kind, "expired", due.vault, due.key, object.latest());
      object.expired_told = object.latest().expires;
      return;
    case Coming::kRotate:
      if (due.kind == Kind::kCertificate) {
        Renew(due.vault, due.key);
      } else {
        Rotate(due.vault, due.key, &vault.keys[due.key]);
      }
      return;
    case Coming::kState:
      break;
  }
  if (object.state == State::kDeleting) {
    object.state = State::kDeleted;
    object.step_due = object.purge * 1000;
  } else if (object.state == State::kRecovering) {
    object.state = State::kLive;
  } else if (due.kind == Kind::kKey) {
    vault.keys.erase(due.key);
  } else if (due.kind == Kind::kSecret) {
    vault.secrets.erase(due.key);
  } else {
    vault.certificates.erase(due.key);
  }
}

std::string VaultModel::Advance(const Step& step) {
  const int64_t by = kAdvanceChoices[static_cast<size_t>(step.choice)];
  int64_t target = now_ + by * 1000;
  if (by < 0) {
    const std::optional<Due> next = NextDue();
    target = std::max(now_, next.has_value() ? next->time - (by == kBeforeNext ? 1000 : 0) : now_);
  }
  while (true) {
    const std::optional<Due> due = NextDue();
    if (!due.has_value() || due->time > target) break;
    now_ = std::max(now_, due->time);
    Fire(*due);
  }
  now_ = target;
  return absl::StrCat(target);
}

}  // namespace lazuli::keyvault
