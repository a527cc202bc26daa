#include "keyvault/release/transfer_blob.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

TEST(TransferBlobTest, IsWrittenAsTheServiceWritesIt) {
  TransferBlob blob;
  blob.kid = "https://v.vault.azure.net/keys/kek/1";
  blob.ciphertext = "\xff\xfe";
  EXPECT_EQ(
      WriteTransferBlob(blob),
      R"({"schema_version":"1.0.0","header":{"kid":"https://v.vault.azure.net/keys/kek/1","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"__4"})");
  blob.generator = "tool 1.0";
  LAZULI_ASSERT_OK_AND_ASSIGN(const TransferBlob back, ReadTransferBlob(WriteTransferBlob(blob)));
  EXPECT_EQ(back.kid, blob.kid);
  EXPECT_EQ(back.ciphertext, blob.ciphertext);
  EXPECT_EQ(back.generator, "tool 1.0");
}

TEST(TransferBlobTest, WhatIsNoneIsABadParameter) {
  const std::vector<std::string> cases = {
      "",
      "[]",
      "{}",
      R"({"schema_version":"2.0.0","header":{"kid":"k","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","header":{"alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","header":{"kid":"k","alg":"RSA","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","header":{"kid":"k","alg":"dir","enc":"RSA_AES_KEY_WRAP_256"},"ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","header":{"kid":"k","alg":"dir"},"ciphertext":"AA"})",
      R"({"schema_version":"1.0.0","header":{"kid":"k","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"/A"})",
      R"({"schema_version":"1.0.0","header":{"kid":"k","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":""})",
      R"({"schema_version":"1.0.0","header":{"kid":7,"alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AA"})",
      std::string(40'000, ' '),
  };
  for (const std::string& text : cases) {
    EXPECT_THAT(ReadTransferBlob(text).status(), ErrorCodeIs("BadParameter")) << text.substr(0, 99);
  }
}

}  // namespace
}  // namespace lazuli::keyvault
