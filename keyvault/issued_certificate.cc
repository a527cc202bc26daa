#include "keyvault/issued_certificate.h"

#include <memory>
#include <utility>

#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault {

bool KeyFitsPolicy(const CertificatePolicy& policy, const crypto::KeyMaterial& key) {
  if (key.type() != crypto::MaterialType(policy.key_type)) return false;
  return key.is_rsa() ? key.rsa_bits() == policy.key_size : key.curve() == policy.curve;
}

absl::StatusOr<IssuedCertificate> AssembleCertificate(const CertificatePolicy& policy,
                                                      const std::vector<std::string>& chain,
                                                      const crypto::KeyMaterial::Ptr& key,
                                                      const CertificateLabels& labels) {
  LAZULI_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificateFacts(chain.front()));
  LAZULI_ASSIGN_OR_RETURN(
      SecureBytes file,
      WriteCertificateFile(policy.content_type, chain, policy.exportable ? key.get() : nullptr));
  IssuedCertificate issued;
  issued.certificate.der = chain.front();
  issued.certificate.attributes = {labels.enabled, facts.not_before, facts.not_after};
  issued.certificate.tags = labels.tags;
  issued.key.type = policy.key_type;
  issued.key.key_ops = KeyOperationsOf(policy.key_usages, policy.key_type);
  issued.key.attributes = issued.certificate.attributes;
  issued.key.tags = labels.tags;
  issued.key.material = key;
  issued.key.managed = true;
  issued.secret.value = std::make_shared<const SecureBytes>(std::move(file));
  issued.secret.content_type = std::string(CertificateContentTypeName(policy.content_type));
  issued.secret.attributes = issued.certificate.attributes;
  issued.secret.tags = labels.tags;
  issued.secret.managed = true;
  return issued;
}

absl::StatusOr<IssuedCertificate> IssueSelfSigned(const CertificatePolicy& policy,
                                                  const crypto::KeyMaterial::Ptr& key,
                                                  const CertificateLabels& labels, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(std::string der, MakeSelfSignedCertificate(policy, *key, now));
  return AssembleCertificate(policy, {std::move(der)}, key, labels);
}

absl::StatusOr<IssuedCertificate> IssueCertificate(const CertificatePolicy& policy,
                                                   const crypto::KeyMaterial::Ptr& key,
                                                   const CertificateLabels& labels,
                                                   const CertificateIssuer* issuer,
                                                   absl::Time now) {
  if (issuer == nullptr) return IssueSelfSigned(policy, key, labels, now);
  const IssuingAuthority& authority = issuer->authority;
  LAZULI_ASSIGN_OR_RETURN(
      std::string der,
      MakeSignedCertificate(policy, *key, authority.certificate, *authority.key, now));
  return AssembleCertificate(policy, {std::move(der), authority.certificate}, key, labels);
}

}  // namespace lazuli::keyvault
