// File: keyvault/storage/certificate_record_conversion.h
//
// Between what certificates have as a whole, and who issues them, and their records.
#ifndef LAZULI_KEYVAULT_STORAGE_CERTIFICATE_RECORD_CONVERSION_H_
#define LAZULI_KEYVAULT_STORAGE_CERTIFICATE_RECORD_CONVERSION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/storage/certificate_records.pb.h"

namespace lazuli::keyvault {

// What is told of expiry is the name's own. The private key of a request stands in the record as it
// is.
void PutCertificateData(const CertificateNameData& data, storage::CertificateDataRecord* record);
// DATA_LOSS, saying why without what the record says, for what PutCertificateData did not make.
absl::Status ReadCertificateData(const storage::CertificateDataRecord& record,
                                 CertificateNameData* data);

// The same of an issuer, whose authority's private key stands in the record as it is.
void PutCertificateIssuer(const CertificateIssuer& issuer,
                          storage::CertificateIssuerRecord* record);
absl::StatusOr<CertificateIssuer> CertificateIssuerOf(
    const storage::CertificateIssuerRecord& record);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_STORAGE_CERTIFICATE_RECORD_CONVERSION_H_
