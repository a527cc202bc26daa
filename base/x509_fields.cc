#include "base/x509_fields.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/types/span.h"
#include "base/secure_random.h"

namespace lazuli {

namespace {

bool SetSerial(X509* certificate) {
  // RFC 5280 section 4.1.2.2: positive and at most 20 bytes.
  std::array<uint8_t, 16> bytes;
  FillSecureRandom(absl::MakeSpan(bytes));
  bytes[0] = static_cast<uint8_t>((bytes[0] & 0x3f) | 0x40);
  const bssl::UniquePtr<BIGNUM> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  const bssl::UniquePtr<ASN1_INTEGER> serial(
      number == nullptr ? nullptr : BN_to_ASN1_INTEGER(number.get(), nullptr));
  return serial != nullptr && X509_set_serialNumber(certificate, serial.get()) == 1;
}

// 99991231235959Z.
constexpr int64_t kLastSecond = 253'402'300'799;

bool SetTime(absl::Time time, ASN1_TIME* field) {
  return ASN1_TIME_set(field, std::min<int64_t>(absl::ToUnixSeconds(time), kLastSecond)) != nullptr;
}

absl::Time FromAsn1(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (epoch == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
    ERR_clear_error();
    return absl::UnixEpoch();
  }
  return absl::UnixEpoch() + absl::Hours(24) * days + absl::Seconds(seconds);
}

// The bytes of an address, or nothing when `name` is none.
std::string AddressBytes(const std::string& name) {
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1) return bytes;
  return "";
}

}  // namespace

bool SetBasics(X509* certificate, absl::Time not_before, absl::Time not_after) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 && SetSerial(certificate) &&
         SetTime(not_before, X509_getm_notBefore(certificate)) &&
         SetTime(not_after, X509_getm_notAfter(certificate));
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, text));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool PushGeneralName(GENERAL_NAMES* names, int type, absl::string_view value) {
  bssl::UniquePtr<GENERAL_NAME> general(GENERAL_NAME_new());
  bssl::UniquePtr<ASN1_STRING> text(type == GEN_IPADD ? ASN1_OCTET_STRING_new()
                                                      : ASN1_IA5STRING_new());
  if (general == nullptr || text == nullptr ||
      ASN1_STRING_set(text.get(), value.data(), static_cast<int>(value.size())) != 1) {
    return false;
  }
  GENERAL_NAME_set0_value(general.get(), type, text.release());
  return bssl::PushToStack(names, std::move(general));
}

bool AddAlternativeNames(X509* certificate, const std::vector<std::string>& names) {
  const bssl::UniquePtr<GENERAL_NAMES> general_names(GENERAL_NAMES_new());
  if (general_names == nullptr) return false;
  for (const std::string& name : names) {
    const std::string address = AddressBytes(name);
    const bool pushed = address.empty() ? PushGeneralName(general_names.get(), GEN_DNS, name)
                                        : PushGeneralName(general_names.get(), GEN_IPADD, address);
    if (!pushed) return false;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, general_names.get(), 0, 0) == 1;
}

absl::Time NotBefore(const X509* certificate) { return FromAsn1(X509_get0_notBefore(certificate)); }

absl::Time NotAfter(const X509* certificate) { return FromAsn1(X509_get0_notAfter(certificate)); }

std::string CertificateToDer(X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size < 0) return "";
  const bssl::UniquePtr<uint8_t> owner(der);
  return std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
}

}  // namespace lazuli
