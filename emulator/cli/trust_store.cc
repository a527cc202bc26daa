#include "emulator/cli/trust_store.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/boringssl.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

constexpr absl::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr absl::string_view kEnd = "-----END CERTIFICATE-----";

// Object identifiers.
constexpr char kData[] = "1.2.840.113549.1.7.1";
constexpr char kCertBag[] = "1.2.840.113549.1.12.10.1.3";
constexpr char kX509Certificate[] = "1.2.840.113549.1.9.22.1";
constexpr char kFriendlyName[] = "1.2.840.113549.1.9.20";
// Oracle's attribute for a certificate that is trusted, with the purposes for which it is.
constexpr char kTrustedKeyUsage[] = "2.16.840.1.113894.746875.1.1";
constexpr char kAnyExtendedKeyUsage[] = "2.5.29.37.0";

constexpr unsigned kExplicit0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;

// The certificates in DER.
std::vector<std::string> CertificatesOf(absl::string_view pem) {
  std::vector<std::string> certificates;
  while (true) {
    const size_t begin = pem.find(kBegin);
    const size_t end = begin == absl::string_view::npos ? begin : pem.find(kEnd, begin);
    if (end == absl::string_view::npos) return certificates;
    std::string der;
    const size_t from = begin + kBegin.size();
    if (absl::Base64Unescape(pem.substr(from, end - from), &der)) certificates.push_back(der);
    pem.remove_prefix(end + kEnd.size());
  }
}

bool AddOid(CBB* parent, absl::string_view text) {
  CBB oid;
  return CBB_add_asn1(parent, &oid, CBS_ASN1_OBJECT) &&
         CBB_add_asn1_oid_from_text(&oid, text.data(), text.size()) && CBB_flush(parent);
}

// A ContentInfo of plain data. The caller fills `content`.
bool OpenData(CBB* parent, CBB* info, CBB* wrapper, CBB* content) {
  return CBB_add_asn1(parent, info, CBS_ASN1_SEQUENCE) && AddOid(info, kData) &&
         CBB_add_asn1(info, wrapper, kExplicit0) &&
         CBB_add_asn1(wrapper, content, CBS_ASN1_OCTETSTRING);
}

bool AddFriendlyName(CBB* attributes, absl::string_view name) {
  CBB attribute, values, text;
  if (!CBB_add_asn1(attributes, &attribute, CBS_ASN1_SEQUENCE) ||
      !AddOid(&attribute, kFriendlyName) || !CBB_add_asn1(&attribute, &values, CBS_ASN1_SET) ||
      !CBB_add_asn1(&values, &text, CBS_ASN1_BMPSTRING)) {
    return false;
  }
  for (const char c : name) {
    if (!CBB_add_u16(&text, static_cast<uint8_t>(c))) return false;
  }
  return CBB_flush(attributes);
}

bool AddTrust(CBB* attributes) {
  CBB attribute, values;
  return CBB_add_asn1(attributes, &attribute, CBS_ASN1_SEQUENCE) &&
         AddOid(&attribute, kTrustedKeyUsage) && CBB_add_asn1(&attribute, &values, CBS_ASN1_SET) &&
         AddOid(&values, kAnyExtendedKeyUsage) && CBB_flush(attributes);
}

// A SafeBag (RFC 7292 section 4.2).
bool AddCertificate(CBB* bags, const std::string& der, absl::string_view name) {
  CBB bag, bag_value, certificate, certificate_value, octets, attributes;
  return CBB_add_asn1(bags, &bag, CBS_ASN1_SEQUENCE) && AddOid(&bag, kCertBag) &&
         CBB_add_asn1(&bag, &bag_value, kExplicit0) &&
         CBB_add_asn1(&bag_value, &certificate, CBS_ASN1_SEQUENCE) &&
         AddOid(&certificate, kX509Certificate) &&
         CBB_add_asn1(&certificate, &certificate_value, kExplicit0) &&
         CBB_add_asn1(&certificate_value, &octets, CBS_ASN1_OCTETSTRING) &&
         CBB_add_bytes(&octets, reinterpret_cast<const uint8_t*>(der.data()), der.size()) &&
         CBB_add_asn1(&bag, &attributes, CBS_ASN1_SET) && AddFriendlyName(&attributes, name) &&
         AddTrust(&attributes) && CBB_flush_asn1_set_of(&attributes) && CBB_flush(bags);
}

bool Write(const std::vector<std::string>& certificates, CBB* out) {
  CBB pfx, safe_info, safe_wrapper, safe, safes, info, wrapper, content, bags;
  if (!CBB_add_asn1(out, &pfx, CBS_ASN1_SEQUENCE) || !CBB_add_asn1_uint64(&pfx, 3) ||
      !OpenData(&pfx, &safe_info, &safe_wrapper, &safe) ||
      !CBB_add_asn1(&safe, &safes, CBS_ASN1_SEQUENCE) ||
      !OpenData(&safes, &info, &wrapper, &content) ||
      !CBB_add_asn1(&content, &bags, CBS_ASN1_SEQUENCE)) {
    return false;
  }
  for (size_t i = 0; i < certificates.size(); ++i) {
    if (!AddCertificate(&bags, certificates[i], absl::StrCat("lazuli-", i + 1))) return false;
  }
  return CBB_flush(out);
}

}  // namespace

absl::StatusOr<std::string> MakeTrustStore(absl::string_view pem) {
  const std::vector<std::string> certificates = CertificatesOf(pem);
  if (certificates.empty()) return InvalidInputError("ca_file", "holds no certificate");
  bssl::ScopedCBB out;
  if (!CBB_init(out.get(), 1024) || !Write(certificates, out.get())) {
    return InternalError("cannot write a trust store");
  }
  return std::string(reinterpret_cast<const char*>(CBB_data(out.get())), CBB_len(out.get()));
}

}  // namespace lazuli::emulator
