#include "keyvault/certificates/pkcs12_cost.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/crypto/evp_key.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault {
namespace {

// A file with these iterations of what is encrypted and of the MAC.
std::string File(int iterations, int mac_iterations) {
  const bssl::UniquePtr<EVP_PKEY> key = crypto::EvpKeyOf(*crypto::TestRsaKey());
  const bssl::UniquePtr<PKCS12> file(PKCS12_create("pass", nullptr, key.get(), nullptr, nullptr, 0,
                                                   0, iterations, mac_iterations, 0));
  uint8_t* der = nullptr;
  const int size = i2d_PKCS12(file.get(), &der);
  const bssl::UniquePtr<uint8_t> owner(der);
  return std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
}

std::string Tlv(char tag, absl::string_view contents) {
  std::string length(1, static_cast<char>(contents.size()));
  if (contents.size() > 127) {
    length = {'\x82', static_cast<char>(contents.size() >> 8),
              static_cast<char>(contents.size() & 0xff)};
  }
  return absl::StrCat(std::string(1, tag), length, contents);
}

// PBEParameter, as bytes: a salt and a count.
std::string Parameters(uint32_t count) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(count >> shift & 0xff);
  return Tlv('\x30', absl::StrCat(Tlv('\x04', "saltsalt"), Tlv('\x02', bytes)));
}

TEST(Pkcs12CostTest, AFileThatToolsWriteIsAffordable) {
  EXPECT_TRUE(IsPkcs12Affordable(File(2048, 1)));
  EXPECT_TRUE(IsPkcs12Affordable(File(2048, 100'000)));
}

TEST(Pkcs12CostTest, TheIterationsOfTheMacCount) {
  EXPECT_FALSE(IsPkcs12Affordable(File(2048, limits::certificates::kMaxIterations + 1)));
}

TEST(Pkcs12CostTest, EachCountAndAllTogetherAreBounded) {
  const uint32_t most = limits::certificates::kMaxIterations;
  EXPECT_TRUE(IsPkcs12Affordable(Parameters(most)));
  EXPECT_FALSE(IsPkcs12Affordable(Parameters(most + 1)));
  EXPECT_FALSE(IsPkcs12Affordable(Parameters(0x7fffffff)));
  std::string many;
  for (uint64_t sum = 0; sum + most <= limits::certificates::kMaxAllIterations; sum += most) {
    many += Parameters(most);
  }
  EXPECT_TRUE(IsPkcs12Affordable(Tlv('\x30', many)));
  EXPECT_FALSE(IsPkcs12Affordable(Tlv('\x30', many + Parameters(1))));
}

TEST(Pkcs12CostTest, CountsAreFoundWhereverTheyStand) {
  const std::string costly = Parameters(limits::certificates::kMaxIterations + 1);
  // Within an octet string, as the safe lies in the file.
  EXPECT_FALSE(IsPkcs12Affordable(Tlv('\x30', Tlv('\xa0', Tlv('\x04', costly)))));
  // With an indefinite length, and a salt in pieces.
  EXPECT_FALSE(IsPkcs12Affordable(absl::StrCat("\x30\x80", costly, absl::string_view("\0\0", 2))));
  const std::string pieces = Tlv('\x24', Tlv('\x04', "salt"));
  EXPECT_FALSE(IsPkcs12Affordable(
      Tlv('\x30', absl::StrCat(pieces, Tlv('\x02', absl::string_view("\x7f\xff\xff\xff", 4))))));
  const std::string endless =
      absl::StrCat("\x24\x80", Tlv('\x04', "salt"), absl::string_view("\0\0", 2));
  EXPECT_FALSE(IsPkcs12Affordable(
      Tlv('\x30', absl::StrCat(endless, Tlv('\x02', absl::string_view("\x7f\xff\xff\xff", 4))))));
}

TEST(Pkcs12CostTest, OtherNumbersAndOtherBytesAreNoCounts) {
  EXPECT_TRUE(
      IsPkcs12Affordable(Tlv('\x30', Tlv('\x02', absl::string_view("\x7f\xff\xff\xff", 4)))));
  EXPECT_TRUE(IsPkcs12Affordable(""));
  EXPECT_TRUE(IsPkcs12Affordable("text"));
  EXPECT_TRUE(IsPkcs12Affordable(std::string(50'000, '\x30')));
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep = Tlv('\x30', deep);
  EXPECT_TRUE(IsPkcs12Affordable(deep));
}

}  // namespace
}  // namespace lazuli::keyvault
