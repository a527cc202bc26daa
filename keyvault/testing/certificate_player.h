// File: keyvault/testing/certificate_player.h
//
// Takes the steps of the model-based test that are about certificates, and about secrets of their
// names.
#ifndef LAZULI_KEYVAULT_TESTING_CERTIFICATE_PLAYER_H_
#define LAZULI_KEYVAULT_TESTING_CERTIFICATE_PLAYER_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/certificates_service.h"
#include "keyvault/service/secrets_service.h"
#include "keyvault/test_environment.h"
#include "keyvault/testing/step.h"
#include "keyvault/testing/version_numbers.h"
#include "proto/certificates.pb.h"
#include "proto/secrets.pb.h"

namespace lazuli::keyvault {

// All keys are of P-256, and all files PEM, so that little time goes into them. Not thread safe.
class CertificatePlayer {
 public:
  // The pointers outlive this. `follow` has `numbers` learn of all versions so far.
  CertificatePlayer(TestEnvironment* environment, crypto::KeyPool* pool, const BackupSealer* sealer,
                    const VersionNumbers* numbers, std::function<void()> follow)
      : environment_(environment),
        numbers_(numbers),
        follow_(std::move(follow)),
        certificates_(&environment->registry(), pool, sealer),
        secrets_(&environment->registry(), sealer) {}

  // Of a step for which IsAboutCertificates holds: what comes of it in the model's words.
  std::string Apply(const Step& step);
  // Tells of a certificate whose key or secret is in another state than it; empty without one.
  std::string Strays() const;

 private:
  std::string ApplyToSecret(const Step& step);
  std::string ApplyToRequest(const Step& step);
  std::string UpdateSecret(const Step& step);
  std::string Create(const Step& step);
  std::string Import(const Step& step);
  std::string Merge(const Step& step);
  std::string Update(const Step& step);
  std::string SetPolicy(const Step& step);
  std::string List(const Step& step);
  std::string ListVersions(const Step& step);
  std::string ListDeleted(const Step& step);
  std::string Backup(const Step& step);
  std::string Restore(const Step& step);

  template <typename Request>
  Request Of(const Step& step) const;
  template <typename Bundle>
  std::string SecretAnswer(const absl::Status& status, const Bundle& bundle) const;
  template <typename Bundle>
  std::string CertificateText(const Bundle& bundle) const;
  std::string Answer(const absl::Status& status, const v1::CertificateBundle& bundle) const;
  std::string Answer(const absl::Status& status, const v1::DeletedCertificateBundle& deleted) const;
  // What is wrong with the key and the secret behind a version, or nothing.
  std::string BehindText(const v1::CertificateBundle& bundle) const;

  TestEnvironment* const environment_;
  const VersionNumbers* const numbers_;
  const std::function<void()> follow_;
  CertificatesService certificates_;
  SecretsService secrets_;
  struct Saved {
    std::string vault;
    std::string blob;
  };
  std::map<int, Saved> backups_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_CERTIFICATE_PLAYER_H_
