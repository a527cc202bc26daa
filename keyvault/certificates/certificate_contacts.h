// File: keyvault/certificates/certificate_contacts.h
//
// Who is told of what happens to the certificates of a vault.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_CONTACTS_H_
#define LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_CONTACTS_H_

#include <string>

namespace lazuli::keyvault {

// Nobody gets mail from the emulator: a contact is kept and shown.
struct CertificateContact {
  std::string email;
  std::string name;
  std::string phone;

  friend bool operator==(const CertificateContact&, const CertificateContact&) = default;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_CONTACTS_H_
