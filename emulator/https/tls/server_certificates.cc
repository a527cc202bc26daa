#include "emulator/https/tls/server_certificates.h"

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "emulator/https/tls/limits.h"
#include "emulator/https/tls/pem.h"
#include "emulator/https/tls/x509_fields.h"

namespace lazuli::emulator {

namespace {

absl::Status CheckCombination(const ServerCertificatesOptions& options) {
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return InvalidInputError(options.tls_cert.empty() ? "tls_cert" : "tls_key",
                             "tls_cert and tls_key go together");
  }
  if (!options.tls_cert.empty() && !options.ca_key.empty()) {
    return InvalidInputError("ca_key",
                             "either certificates are made (ca_cert, ca_key) or one is brought "
                             "(tls_cert, tls_key)");
  }
  if (options.tls_cert.empty() && options.ca_cert.empty() != options.ca_key.empty()) {
    return InvalidInputError(options.ca_cert.empty() ? "ca_cert" : "ca_key",
                             "ca_cert and ca_key go together");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerCertificates>> ServerCertificates::Create(
    ServerCertificatesOptions options) {
  LAZULI_RETURN_IF_ERROR(CheckCombination(options));
  std::unique_ptr<ServerCertificates> certificates(new ServerCertificates(std::move(options)));
  LAZULI_RETURN_IF_ERROR(certificates->Init());
  return certificates;
}

ServerCertificates::ServerCertificates(ServerCertificatesOptions options)
    : options_(std::move(options)) {}

absl::Status ServerCertificates::Init() {
  if (!options_.tls_cert.empty()) return LoadOwn();
  LAZULI_RETURN_IF_ERROR(MakeAuthority());
  ca_pem_ = authority_->certificate_pem();
  LAZULI_ASSIGN_OR_RETURN(leaf_key_, GenerateTlsKey());
  // The first of all is wanted at once; and what cannot be made is better known at start.
  if (For("") == nullptr) return InternalError("a certificate could not be made");
  return absl::OkStatus();
}

absl::Status ServerCertificates::MakeAuthority() {
  const absl::Time now = options_.clock->Now();
  if (options_.ca_cert.empty()) return MakeOwnAuthority(now);
  LAZULI_ASSIGN_OR_RETURN(const std::string certificates, ReadPemFile("ca_cert", options_.ca_cert));
  LAZULI_ASSIGN_OR_RETURN(const std::string key, ReadPemFile("ca_key", options_.ca_key));
  LAZULI_ASSIGN_OR_RETURN(authority_, CertificateAuthority::Load(certificates, key, now));
  return absl::OkStatus();
}

absl::Status ServerCertificates::MakeOwnAuthority(absl::Time now) {
  if (options_.load_authority) {
    LAZULI_ASSIGN_OR_RETURN(const KeptAuthority kept, options_.load_authority());
    if (!kept.certificate.empty()) {
      absl::StatusOr<std::unique_ptr<CertificateAuthority>> loaded =
          CertificateAuthority::Load(kept.certificate, kept.key, now);
      if (loaded.ok()) {
        authority_ = *std::move(loaded);
        return absl::OkStatus();
      }
      Log(LogLevel::kWarning, "authority_made_anew",
          {{"why", std::string(loaded.status().message())}});
    }
  }
  LAZULI_ASSIGN_OR_RETURN(authority_, CertificateAuthority::Generate(now));
  if (!options_.keep_authority) return absl::OkStatus();
  return options_.keep_authority({authority_->certificate_pem(), authority_->private_key_pem()});
}

absl::Status ServerCertificates::LoadOwn() {
  LAZULI_ASSIGN_OR_RETURN(const std::string chain_pem, ReadPemFile("tls_cert", options_.tls_cert));
  LAZULI_ASSIGN_OR_RETURN(const std::string key_pem, ReadPemFile("tls_key", options_.tls_key));
  LAZULI_ASSIGN_OR_RETURN(const std::vector<bssl::UniquePtr<X509>> chain,
                          ParseCertificates("tls_cert", chain_pem));
  TlsIdentity own;
  LAZULI_ASSIGN_OR_RETURN(own.key, ParsePrivateKey("tls_key", key_pem));
  X509* const leaf = chain.front().get();
  if ((X509_get_extension_flags(leaf) & EXFLAG_CA) != 0) {
    return InvalidInputError("tls_cert",
                             "begins with an authority's certificate, which strict clients refuse "
                             "for a host");
  }
  if (X509_check_private_key(leaf, own.key.get()) != 1) {
    ERR_clear_error();
    return InvalidInputError("tls_key", "does not belong to the first certificate of tls_cert");
  }
  own.not_after = NotAfter(leaf);
  if (options_.clock->Now() >= own.not_after) {
    return InvalidInputError("tls_cert", "has expired");
  }
  for (const bssl::UniquePtr<X509>& certificate : chain) {
    own.chain.push_back(ToBuffer(certificate.get()));
  }
  own_ = std::make_shared<const TlsIdentity>(std::move(own));
  // Without a word about the authority, the last of the chain is the nearest to it.
  ca_pem_ = CertificateToPem(chain.back().get());
  if (options_.ca_cert.empty()) return absl::OkStatus();
  LAZULI_ASSIGN_OR_RETURN(const std::string ca_pem, ReadPemFile("ca_cert", options_.ca_cert));
  LAZULI_ASSIGN_OR_RETURN(const std::vector<bssl::UniquePtr<X509>> authorities,
                          ParseCertificates("ca_cert", ca_pem));
  ca_pem_.clear();
  for (const bssl::UniquePtr<X509>& authority : authorities) {
    ca_pem_ += CertificateToPem(authority.get());
  }
  return absl::OkStatus();
}

std::shared_ptr<const TlsIdentity> ServerCertificates::For(absl::string_view name) {
  if (own_ != nullptr) return own_;
  std::string key = absl::AsciiStrToLower(name);
  if (!key.empty() && !options_.is_served(key)) key.clear();
  {
    MutexLock lock(&mu_);
    const auto found = made_.find(key);
    if (found != made_.end() &&
        found->second.identity->not_after - options_.clock->Now() > limits::tls::kLeafRenewal) {
      uses_.splice(uses_.begin(), uses_, found->second.use);
      return found->second.identity;
    }
  }
  // Outside of the lock: two at once make one too many, which harms nobody.
  std::shared_ptr<const TlsIdentity> identity = Make(key);
  if (identity == nullptr) return nullptr;
  MutexLock lock(&mu_);
  const auto [entry, is_new] = made_.try_emplace(key);
  if (is_new) {
    uses_.push_front(key);
    entry->second.use = uses_.begin();
  }
  entry->second.identity = identity;
  EvictLocked();
  return identity;
}

std::shared_ptr<const TlsIdentity> ServerCertificates::Make(const std::string& name) const {
  std::vector<std::string> names = {name};
  if (name.empty()) {
    names = {"localhost", "127.0.0.1", "::1"};
    names.insert(names.end(), options_.default_names.begin(), options_.default_names.end());
  }
  absl::StatusOr<TlsIdentity> made =
      authority_->Issue(names, leaf_key_.get(), options_.clock->Now());
  if (!made.ok()) return nullptr;
  return std::make_shared<const TlsIdentity>(*std::move(made));
}

void ServerCertificates::EvictLocked() {
  while (made_.size() > limits::tls::kMaxLeaves) {
    made_.erase(uses_.back());
    uses_.pop_back();
  }
}

size_t ServerCertificates::cached() const {
  MutexLock lock(&mu_);
  return made_.size();
}

}  // namespace lazuli::emulator
