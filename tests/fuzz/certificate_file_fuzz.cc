// Certificates of others: files that are imported, PEM or PKCS #12, and what an issuer elsewhere
// answers, which is merged. What is taken belongs to its key, can be put together with it, and can
// be read from the secret that is made of both.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/pkcs8.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/secret_version.h"
#include "tests/fuzz/backup_setting.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using keyvault::CertificateContentType;
using keyvault::CertificateFile;
using keyvault::CertificatePolicy;

constexpr absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

// DER of one element.
std::string Element(unsigned char tag, absl::string_view contents) {
  std::string length;
  for (size_t left = contents.size(); left > 0; left >>= 8) {
    length.insert(length.begin(), static_cast<char>(left & 0xff));
  }
  if (contents.empty()) length.push_back('\0');
  if (contents.size() > 0x7f) {
    length.insert(length.begin(), static_cast<char>(0x80 + length.size()));
  }
  return absl::StrCat(std::string(1, static_cast<char>(tag)), length, contents);
}

std::string Sequence(const std::string& a, const std::string& b) {
  return Element(0x30, absl::StrCat(a, b));
}

// What has a type, and a value of it.
std::string Typed(absl::string_view type, const std::string& value) {
  return Sequence(Element(0x06, type), Element(0xa0, value));
}

constexpr absl::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
constexpr absl::string_view kX509 = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";
constexpr absl::string_view kKeyBag = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01";
constexpr absl::string_view kShroudedKeyBag = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
constexpr absl::string_view kCertificateBag = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03";
constexpr absl::string_view kNestedBag = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x06";

// PKCS #12 with these contents (RFC 7292, AuthenticatedSafe), as if somebody without a password had
// made the MAC of them: appendix B.2, with SHA-1 and one iteration.
std::string WithMac(absl::string_view contents) {
  constexpr size_t kBlock = SHA_CBLOCK;
  constexpr absl::string_view kSalt = "saltsalt";
  constexpr absl::string_view kSha1 = "\x2b\x0e\x03\x02\x1a";
  // What the key is for, the salt over and over, and the zeros that end the empty password.
  std::string block(kBlock, '\x03');
  while (block.size() < 2 * kBlock) absl::StrAppend(&block, kSalt);
  block.append(kBlock, '\0');
  std::string key(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const uint8_t*>(block.data()), block.size(),
       reinterpret_cast<uint8_t*>(key.data()));
  std::string mac(SHA_DIGEST_LENGTH, '\0');
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), key.size(), reinterpret_cast<const uint8_t*>(contents.data()),
       contents.size(), reinterpret_cast<uint8_t*>(mac.data()), &size);
  const std::string algorithm = Sequence(Element(0x06, kSha1), Element(0x05, ""));
  const std::string mac_data =
      Sequence(Sequence(algorithm, Element(0x04, mac)), Element(0x04, kSalt));
  return Element(
      0x30, absl::StrCat(Element(0x02, "\x03"), Typed(kData, Element(0x04, contents)), mac_data));
}

// Contents of such a file: the key and its certificate, both in the clear.
std::string PlainContents() {
  const auto key = keyvault::crypto::ToPkcs8(*FixedKey());
  Check(key.ok(), "a private key can be written");
  const std::string certificate =
      Typed(kCertificateBag, Typed(kX509, Element(0x04, FixedCertificate())));
  const std::string bags = absl::StrCat(certificate, Typed(kKeyBag, std::string(key->view())));
  return Element(0x30, Typed(kData, Element(0x04, Element(0x30, bags))));
}

absl::StatusOr<CertificateFile> ReadPkcs12(absl::string_view der) {
  return keyvault::ReadCertificateFile(Base64Encode(der), "", CertificateContentType::kPkcs12);
}

// As CertificatesService puts together what it was given.
void CheckTaken(const CertificatePolicy& policy, const std::vector<std::string>& chain,
                const keyvault::crypto::KeyMaterial::Ptr& key) {
  Check(keyvault::CertificateThumbprint(chain.front()).size() == SHA_DIGEST_LENGTH,
        "a certificate has a thumbprint");
  const auto issued = keyvault::AssembleCertificate(policy, chain, key, {});
  Check(issued.ok(), "what was read can be put together");
  Check(issued->certificate.is_issued(), "it is a certificate");
  const absl::string_view value = issued->secret.value->view();
  // Base64 makes it longer, so that it may no longer be imported.
  if (value.size() > limits::certificates::kMaxImportBytes) return;
  const auto again = keyvault::ReadCertificateFile(value, "", CertificateContentType::kPem);
  Check(again.ok(), "what a secret holds can be imported");
  Check(again->chain.size() == chain.size(), "it is the same chain");
  Check(keyvault::CertificateBelongsTo(again->chain.front(), *key), "the first is of the key");
  Check(again->key->x() == key->x() && again->key->n() == key->n(), "it is the same key");
}

void CheckFile(const CertificateFile& file) {
  Check(!file.chain.empty(), "a file has a certificate");
  Check(keyvault::CertificateBelongsTo(file.chain.front(), *file.key), "the first is of the key");
  const auto facts = keyvault::ReadCertificateFacts(file.chain.front());
  Check(facts.ok(), "a certificate of a file can be read");
  // PEM also for what came in another type: PKCS #12 takes its time to write.
  const auto policy =
      keyvault::MakeImportedPolicy(*facts, *file.key, CertificateContentType::kPem, {}, kNow);
  if (policy.ok()) CheckTaken(*policy, file.chain, file.key);
}

// Without its key, as what is merged.
void TryAnswer(const std::string& der) {
  if (!keyvault::CertificateBelongsTo(der, *FixedKey())) return;
  const auto facts = keyvault::ReadCertificateFacts(der);
  Check(facts.ok(), "what has a key is a certificate");
  keyvault::CertificatePolicyInput input;
  input.issuer = "Unknown";
  input.subject = "CN=k";
  input.key_type = keyvault::crypto::KeyType::kEc;
  input.content_type = "application/x-pem-file";
  const auto policy = keyvault::MakeCertificatePolicy(input, kNow);
  Check(policy.ok(), "that is a policy");
  CheckTaken(*policy, {der}, FixedKey());
}

}  // namespace

std::vector<std::string> Seeds() {
  const auto pem = keyvault::WriteCertificateFile(CertificateContentType::kPem,
                                                  {FixedCertificate()}, FixedKey().get());
  Check(pem.ok(), "a certificate can be written");
  const std::string contents = PlainContents();
  Check(ReadPkcs12(WithMac(contents)).ok(), "behind the MAC they are read");
  return {std::string(pem->view()), FixedCertificate(), contents};
}

std::vector<std::string> Dictionary() {
  return {"-----BEGIN CERTIFICATE-----\n",
          "-----END CERTIFICATE-----\n",
          "-----BEGIN PRIVATE KEY-----\n",
          "-----BEGIN EC PRIVATE KEY-----\n",
          "-----BEGIN RSA PRIVATE KEY-----\n",
          "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
          "Proc-Type: 4,ENCRYPTED\n",
          "\x30\x80",
          "\x04\x08",
          "\x02\x01\x01",
          std::string(kKeyBag),
          std::string(kShroudedKeyBag),
          std::string(kCertificateBag),
          std::string(kNestedBag)};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  const std::string input(reinterpret_cast<const char*>(data), size);
  // The text as it is; as the bytes of PKCS #12; and as what such a file holds.
  for (const auto type :
       {keyvault::CertificateContentType::kPem, keyvault::CertificateContentType::kPkcs12}) {
    const auto file = keyvault::ReadCertificateFile(input, "", type);
    if (file.ok()) lazuli::fuzz::CheckFile(*file);
  }
  for (const std::string& der : {input, lazuli::fuzz::WithMac(input)}) {
    const auto opened = lazuli::fuzz::ReadPkcs12(der);
    if (opened.ok()) lazuli::fuzz::CheckFile(*opened);
  }
  lazuli::fuzz::TryAnswer(input);
  return 0;
}
