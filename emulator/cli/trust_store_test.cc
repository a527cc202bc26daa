#include "emulator/cli/trust_store.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/boringssl.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

// Any bytes will do: what is in a certificate is the reader's business.
const std::string kOne = std::string(300, '\x01');
const std::string kTwo = "another certificate";

std::string Pem(const std::string& der) {
  return absl::StrCat("-----BEGIN CERTIFICATE-----\n", absl::Base64Escape(der),
                      "\n-----END CERTIFICATE-----\n");
}

constexpr unsigned kExplicit0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;

// Steps into a ContentInfo of plain data.
bool OpenData(CBS* in, CBS* content) {
  CBS info, oid, wrapper;
  return CBS_get_asn1(in, &info, CBS_ASN1_SEQUENCE) && CBS_get_asn1(&info, &oid, CBS_ASN1_OBJECT) &&
         CBS_get_asn1(&info, &wrapper, kExplicit0) && CBS_len(&info) == 0 &&
         CBS_get_asn1(&wrapper, content, CBS_ASN1_OCTETSTRING) && CBS_len(&wrapper) == 0;
}

std::string TextOf(const CBS& cbs) {
  return std::string(reinterpret_cast<const char*>(CBS_data(&cbs)), CBS_len(&cbs));
}

// The certificate of one SafeBag, if the bag is marked as trusted.
bool ReadBag(CBS* bags, std::string* certificate) {
  CBS bag, oid, value, cert_bag, cert_oid, cert_value, octets, attributes;
  if (!CBS_get_asn1(bags, &bag, CBS_ASN1_SEQUENCE) || !CBS_get_asn1(&bag, &oid, CBS_ASN1_OBJECT) ||
      !CBS_get_asn1(&bag, &value, kExplicit0) ||
      !CBS_get_asn1(&value, &cert_bag, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&cert_bag, &cert_oid, CBS_ASN1_OBJECT) ||
      !CBS_get_asn1(&cert_bag, &cert_value, kExplicit0) ||
      !CBS_get_asn1(&cert_value, &octets, CBS_ASN1_OCTETSTRING) ||
      !CBS_get_asn1(&bag, &attributes, CBS_ASN1_SET) || CBS_len(&bag) != 0) {
    return false;
  }
  *certificate = TextOf(octets);
  // 2.16.840.1.113894.746875.1.1
  const std::string trusted = absl::HexStringToBytes("060c6086480186f966adca7b0101");
  return TextOf(attributes).find(trusted) != std::string::npos;
}

TEST(TrustStoreTest, HoldsEveryCertificateAsTrusted) {
  const absl::StatusOr<std::string> store =
      MakeTrustStore(absl::StrCat("a comment\n", Pem(kOne), "\n", Pem(kTwo)));
  LAZULI_ASSERT_OK(store);
  CBS in, pfx, safe, safes, content, bags;
  uint64_t version = 0;
  CBS_init(&in, reinterpret_cast<const uint8_t*>(store->data()), store->size());
  ASSERT_TRUE(CBS_get_asn1(&in, &pfx, CBS_ASN1_SEQUENCE));
  EXPECT_EQ(CBS_len(&in), 0u);
  ASSERT_TRUE(CBS_get_asn1_uint64(&pfx, &version));
  EXPECT_EQ(version, 3u);
  ASSERT_TRUE(OpenData(&pfx, &safe));
  EXPECT_EQ(CBS_len(&pfx), 0u);  // no MAC
  ASSERT_TRUE(CBS_get_asn1(&safe, &safes, CBS_ASN1_SEQUENCE));
  ASSERT_TRUE(OpenData(&safes, &content));
  ASSERT_TRUE(CBS_get_asn1(&content, &bags, CBS_ASN1_SEQUENCE));
  std::string certificate;
  ASSERT_TRUE(ReadBag(&bags, &certificate));
  EXPECT_EQ(certificate, kOne);
  ASSERT_TRUE(ReadBag(&bags, &certificate));
  EXPECT_EQ(certificate, kTwo);
  EXPECT_EQ(CBS_len(&bags), 0u);
}

TEST(TrustStoreTest, WithoutACertificateThereIsNone) {
  for (const char* pem : {"", "-----BEGIN CERTIFICATE-----\nAAAA\n",
                          "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                          "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"}) {
    EXPECT_THAT(MakeTrustStore(pem).status(), StatusIs(absl::StatusCode::kInvalidArgument)) << pem;
  }
}

}  // namespace
}  // namespace lazuli::emulator
