// File: emulator/https/tls/server_certificates.h
//
// Which certificate a connection gets: one's own for all, or one for each name that a client asks
// for, made when it is first asked for.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_SERVER_CERTIFICATES_H_
#define LAZULI_EMULATOR_HTTPS_TLS_SERVER_CERTIFICATES_H_

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "emulator/https/tls/certificate_authority.h"

namespace lazuli::emulator {

// An authority of our own making, in PEM; both empty: none.
struct KeptAuthority {
  std::string certificate;
  std::string key;  // secret
};

struct ServerCertificatesOptions {
  // Files in PEM; all empty: an authority made anew, in memory.
  std::string ca_cert;  // one's own authority, with ca_key; or, with tls_cert, what clients trust
  std::string ca_key;
  std::string tls_cert;  // one certificate for all names, with those above it, and its key
  std::string tls_key;
  // Keeps the authority that was made, in PEM, for the next time. `load_authority` gives what
  // `keep_authority` was given, or nothing; one that has expired is made anew. Both or none.
  std::function<absl::StatusOr<KeptAuthority>()> load_authority;
  std::function<absl::Status(const KeptAuthority&)> keep_authority;
  // Host names and addresses besides localhost, 127.0.0.1 and ::1 for clients that name no host.
  std::vector<std::string> default_names;
  // Which names, in lower case, certificates are made for; clients that ask for others get the one
  // for localhost.
  std::function<bool(const std::string&)> is_served;
  // The machine's own clock, by which clients judge certificates. Must outlive this.
  const Clock* clock = nullptr;
};

// Thread safe.
class ServerCertificates {
 public:
  // INVALID_ARGUMENT naming the option whose file cannot be read or holds something else, or that
  // does not go with another; the errors of load_authority and keep_authority.
  static absl::StatusOr<std::unique_ptr<ServerCertificates>> Create(
      ServerCertificatesOptions options);

  // What clients have to trust, in PEM.
  const std::string& ca_pem() const { return ca_pem_; }

  // For a client that asks for `name`; empty: it names none. Never nullptr but when the library
  // fails.
  std::shared_ptr<const TlsIdentity> For(absl::string_view name);

  // How many certificates made for names are kept.
  size_t cached() const;

 private:
  struct Entry {
    std::shared_ptr<const TlsIdentity> identity;
    std::list<std::string>::iterator use;  // its place in uses_
  };

  explicit ServerCertificates(ServerCertificatesOptions options);

  absl::Status Init();
  absl::Status LoadOwn();
  absl::Status MakeAuthority();
  // The one that was kept, or a new one, which is.
  absl::Status MakeOwnAuthority(absl::Time now);
  std::shared_ptr<const TlsIdentity> Make(const std::string& name) const;
  void EvictLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const ServerCertificatesOptions options_;
  // Written by Init alone.
  std::string ca_pem_;
  std::shared_ptr<const TlsIdentity> own_;  // for all names; null: the authority makes one for each
  std::unique_ptr<CertificateAuthority> authority_;
  bssl::UniquePtr<EVP_PKEY> leaf_key_;

  mutable Mutex mu_;
  std::map<std::string, Entry> made_ ABSL_GUARDED_BY(mu_);
  std::list<std::string> uses_ ABSL_GUARDED_BY(mu_);  // the latest first
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_SERVER_CERTIFICATES_H_
