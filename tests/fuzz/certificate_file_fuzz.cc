// Certificates of others: files that are imported, PEM or PKCS #12, and what an issuer elsewhere
// answers, which is merged. What is taken belongs to its key, can be put together with it, and can
// be read from the secret that is made of both.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_reader.h"
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
  const size_t size = contents.size();
  std::string text(1, static_cast<char>(tag));
  if (size > 0x7f) text += '\x83';
  for (int shift = size > 0x7f ? 16 : 0; shift >= 0; shift -= 8) {
    text += static_cast<char>(size >> shift & 0xff);
  }
  return absl::StrCat(text, contents);
}

// PKCS #12 with these contents (RFC 7292, AuthenticatedSafe), as if somebody without a password had
// made the MAC of them: appendix B.2, with SHA-1 and one iteration.
std::string WithMac(absl::string_view contents) {
  constexpr size_t kBlock = SHA_CBLOCK;
  constexpr absl::string_view kSalt = "saltsalt";
  constexpr absl::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
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
  const std::string algorithm =
      Element(0x30, absl::StrCat(Element(0x06, kSha1), Element(0x05, "")));
  const std::string safe =
      Element(0x30, absl::StrCat(Element(0x06, kData), Element(0xa0, Element(0x04, contents))));
  return Element(
      0x30,
      absl::StrCat(
          Element(0x02, "\x03"), safe,
          Element(0x30, absl::StrCat(Element(0x30, absl::StrCat(algorithm, Element(0x04, mac))),
                                     Element(0x04, kSalt)))));
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
  return {std::string(pem->view()), FixedCertificate()};
}

std::vector<std::string> Dictionary() {
  return {"-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n",
          "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\n",
          "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
          "Proc-Type: 4,ENCRYPTED\n", "\x30\x80", "\x04\x08", "\x02\x01\x01",
          // keyBag, pkcs8ShroudedKeyBag, certBag and a nested SafeContents.
          "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01",
          "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02",
          "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03",
          "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x06"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using keyvault::CertificateContentType;
  const std::string input(reinterpret_cast<const char*>(data), size);
  // The text as it is; as the bytes of PKCS #12; and as what such a file holds.
  for (const auto type : {CertificateContentType::kPem, CertificateContentType::kPkcs12}) {
    const auto file = keyvault::ReadCertificateFile(input, "", type);
    if (file.ok()) lazuli::fuzz::CheckFile(*file);
  }
  for (const std::string& pkcs12 : {input, lazuli::fuzz::WithMac(input)}) {
    const auto opened = keyvault::ReadCertificateFile(lazuli::Base64Encode(pkcs12), "",
                                                      CertificateContentType::kPkcs12);
    if (opened.ok()) lazuli::fuzz::CheckFile(*opened);
  }
  lazuli::fuzz::TryAnswer(input);
  return 0;
}
