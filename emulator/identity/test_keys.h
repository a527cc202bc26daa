// File: emulator/identity/test_keys.h
//
// Keys and certificates for tests. They guard nothing.
#ifndef LAZULI_EMULATOR_IDENTITY_TEST_KEYS_H_
#define LAZULI_EMULATOR_IDENTITY_TEST_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/encoding.h"

namespace lazuli::emulator {

// An RSA key of 2048 bits, in PKCS #8.
inline constexpr absl::string_view kTestRsaKey = R"(-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDWqjS/YuMu99zN
OBF3rZAbrsAumnb3b+9OoL6So4vMdvMdosB0C2vitoldBx5Zvo8SEdfn5HzYTQ0c
+UlV39SgOJ5RI4pC4W7bGX+rOPx8NYuv0aCFjuX9Ty7UP5uncW6xefj47v8lkmKp
wnT2beLMIilZN3HDf2N+IrQZC9AZnQzrotK7KC7JVChHD9sUzatPJxN/XKPf5Umt
mG8JBHvN2cdw3JGcSEwNWru+/hyd/LH44JdDhLf1wmMbunN1McbVzNIDLz+neSul
10NbZwZxWrxfnitIZJ0lu032K/BP36fyfg5UNGeziiLxSUkIY/wAxoaB9H09Hk7b
svuzG1+7AgMBAAECggEASOQLvC8KYID2n1KaD87GH7hDdq+plNST6FmJzIYvKrL7
U4VXny/fpuB/nTCVHDkqIKMhcpLx14q2WK/HOJsj+nGvRHLyeEpPF6O9Z7kWduDB
uWZPgPpoWw6/on+kzYMlaKs3oOOajLn7uZQXnjPq7pDtBGfgv9bqRELpb5XEyGUd
otR8QoItws5BslHWf6/her+Pont9d6TLqXJTHFGe4KqmocM5MJ85D87lth9cUQoX
Kk9hrqHqHFwRzXUMhsYa9BFLq48iP+oOwjy3XQTHrYoRJK0u9sg5cc6/wDsNs2Ua
Ai4lSSuSiesz+241aWfEfHO97XioVXYsn7A2xHZajQKBgQD5ee8sT9yPrJr0kGsq
bJiJh8gCUU9clnUIqzatKUAUlFEMBAx52cO6gFU2CWE9Oue7kj1cFHgY9hK22fW5
A7+XZv/oURu6ePr54d9YD4eRWnJWbMII3rAJKaWTo27v6E+VFSsO0fE+r/pTG5Br
s0xlfatGrLkI1FyVS1rNNcCGDQKBgQDcRzvq2vgllJTYHQ46ZFG3jRe0X1an9SQs
/WmRV/fD9ZqSM7/4hGvZuyzh4iqMZ8ytDEw0eJ1zhFiXypRHuq2B/9leZ0Zl5X3z
aVYB808lRbsymrg/Jlqq3Yu4wkgN/bri34f6sNwy325n616+3P2FhLtKrbc3BgT7
G75kuOuS5wKBgHw38pclzLTdROqxXirpl6ojKbu9sL5xTCTc24StHXMhxpktCulB
POwIKmWVlg1e3zPORS8sIgCLxhW1wVw2OZexeYq7mArpYk454XN/iAkf9/6AeLzh
5NUrH367yek6yyV4PNBMSMrl5Mas2uRFiqyePkIajqeO1eqgcr3rHcmhAoGAZ9Qf
1vytmLEnU5KmgTmGFxmnQbrqkrKHAbnVB9BKFhDvcdh4tUBdwbxrVHGRkqrem/a+
+MCdnrSUOcAgEotYe31ITSoq0Z7RtmlBRBwWg0ASE7FABWwjsoRI9qaE5ith6sxo
QO8aa9RLKyqTdy2dRlEhIvss7/+jW2VhYgKT76MCgYAzT4CXDoHfVUnhg7rEkuWH
HKBeXU8tqOhQt5Uwt6QjRgqr/p8+MggP+9/4+VD4+uyyhqA6T/ySID3bOxxEu5EC
0bwqgFqknhBfqCIsPQG47jZDBI1bH8MGmbSy3DrHRji78pkEZnSVBJe3vo2h4HCG
nirLvwAo/yoexYGKhJrm/A==
-----END PRIVATE KEY-----
)";

// Its certificate, from the first second of 2020 to that of 2120.
inline constexpr absl::string_view kTestRsaCertificate = R"(-----BEGIN CERTIFICATE-----
MIICoTCCAYmgAwIBAgIBBzANBgkqhkiG9w0BAQsFADATMREwDwYDVQQDDAhyc2Eu
dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowEzERMA8GA1UE
AwwIcnNhLnRlc3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDWqjS/
YuMu99zNOBF3rZAbrsAumnb3b+9OoL6So4vMdvMdosB0C2vitoldBx5Zvo8SEdfn
5HzYTQ0c+UlV39SgOJ5RI4pC4W7bGX+rOPx8NYuv0aCFjuX9Ty7UP5uncW6xefj4
7v8lkmKpwnT2beLMIilZN3HDf2N+IrQZC9AZnQzrotK7KC7JVChHD9sUzatPJxN/
XKPf5UmtmG8JBHvN2cdw3JGcSEwNWru+/hyd/LH44JdDhLf1wmMbunN1McbVzNID
Lz+neSul10NbZwZxWrxfnitIZJ0lu032K/BP36fyfg5UNGeziiLxSUkIY/wAxoaB
9H09Hk7bsvuzG1+7AgMBAAEwDQYJKoZIhvcNAQELBQADggEBAJ5m3f01IROeuwfq
S7/90/5WmZYfdbf6lQCKuvoNM6cLriX9WBqDwXyxDZsXsM1AFeLngblgq4OI6Hyh
+DVh1mqj1P13Saf/ovVguBH/hUo5DLI2m0wdz4ANRvtP+XoFoLJc89x/+3N7dP+N
p0P01jgxFlI5yG2Y2cB6b0ausRoEIJ87ICjsNEd524KPaIx2sflJqGU1IV1suVSC
chlqdJQr9ibRBspXa94RO2EE+AdN2vUayPy0rRmIERMYtZ0TYA9Zp0BN9euKARBp
KOoiO6LQP5O+LuuvNjh6xKfWQiTBunjp6Ms3aJrUYLMOBZojv9BC9JHFqepkuwAx
wephVnk=
-----END CERTIFICATE-----
)";

// The same key's, of 1999 to 2010.
inline constexpr absl::string_view kTestExpiredCertificate = R"(-----BEGIN CERTIFICATE-----
MIICnzCCAYegAwIBAgIBBzANBgkqhkiG9w0BAQsFADATMREwDwYDVQQDDAhvbGQu
dGVzdDAeFw05OTAxMDEwMDAwMDBaFw0xMDAxMDEwMDAwMDBaMBMxETAPBgNVBAMM
CG9sZC50ZXN0MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1qo0v2Lj
LvfczTgRd62QG67ALpp292/vTqC+kqOLzHbzHaLAdAtr4raJXQceWb6PEhHX5+R8
2E0NHPlJVd/UoDieUSOKQuFu2xl/qzj8fDWLr9GghY7l/U8u1D+bp3FusXn4+O7/
JZJiqcJ09m3izCIpWTdxw39jfiK0GQvQGZ0M66LSuyguyVQoRw/bFM2rTycTf1yj
3+VJrZhvCQR7zdnHcNyRnEhMDVq7vv4cnfyx+OCXQ4S39cJjG7pzdTHG1czSAy8/
p3krpddDW2cGcVq8X54rSGSdJbtN9ivwT9+n8n4OVDRns4oi8UlJCGP8AMaGgfR9
PR5O27L7sxtfuwIDAQABMA0GCSqGSIb3DQEBCwUAA4IBAQCCFfrQJG9NMNGYcrLa
PyVEAFAxA6V/9OpTjWHyhXW2ow/0Ebp82lhFc0/6EXU2geRL3GqE4OcypPYOlYkx
IDIJTqNMgwT3II0NKaizDVdQT/2xALT7H38OjPgFcMFjCrMvKN3VlIr6wfH8BLQR
zj3pRA4GUtFzJ6NsLDfZHm3NUBvHMWmZICQ3c31jLRj9zFe2Klth5ndoHHsKTwSZ
E2YHyuO9XtSyFo0pSu4MpTzrUYSA4h6OoJ8V8BCPgT9wvbiTokkRJ6iEBIyHgKBF
5ANTn3XKRhZAr/WljwB6VGWC5qsSLCR9UZBSyHjRLZEGh5V6dVXqIOg7lkHKaZcR
uRgO
-----END CERTIFICATE-----
)";

// A key on P-256.
inline constexpr absl::string_view kTestEcKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPshKNvCHVHfZNx0p
/brneuVYzac6llXDy+F027RzDs+hRANCAAQvotJdNKCcFH+mHMTfPFdLFLTm6ObC
XBp4IBYHGGYwFNyAfIwbxvZk4PRSjD5qzv4hIG90u3icXTmXYwQlJYry
-----END PRIVATE KEY-----
)";

// Its certificate, of the same time.
inline constexpr absl::string_view kTestEcCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBEjCBuaADAgECAgEHMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB2VjLnRlc3Qw
IBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBIxEDAOBgNVBAMMB2Vj
LnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQvotJdNKCcFH+mHMTfPFdL
FLTm6ObCXBp4IBYHGGYwFNyAfIwbxvZk4PRSjD5qzv4hIG90u3icXTmXYwQlJYry
MAoGCCqGSM49BAMCA0gAMEUCIQDknowyuWfDI6jWysIDho/X42TN3CZgEyGV2SzG
Ia5NRgIgZbdzuTR9R3mXbAHW87GhesNXbYJLa7ALbckZPHg5rYs=
-----END CERTIFICATE-----
)";

// The key alone.
inline constexpr absl::string_view kTestEcPublicKey = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEL6LSXTSgnBR/phzE3zxXSxS05ujm
wlwaeCAWBxhmMBTcgHyMG8b2ZOD0Uow+as7+ISBvdLt4nF05l2MEJSWK8g==
-----END PUBLIC KEY-----
)";

// On a curve that is not taken.
inline constexpr absl::string_view kTestP384PublicKey = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE3RdRH9qxxyCFF0ST2XH8T2VD5bzwluY9
QWANCeKP35BnmmAIK3AnR1CzAJmgQ7GmjSMwE61DHg4Iot5L/2/nzDGTPD1egkha
dvAOcxqeXje+aaoUdA2alKAxng2acqGH
-----END PUBLIC KEY-----
)";

// Of 1024 bits.
inline constexpr absl::string_view kTestSmallRsaPublicKey = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC0RTrEkop5018F3Hpw6VBfAAkQ
wJGMxgHVNRMFDzlIPVZQyyzkpzyFK2VyT3Iq+pEVEsN02U8ceY/ZKxGeAzna5eGm
aS7Hhy6mDtgr9nuIPFWmp5Prc4YRTyX7CLk5da85deSZER7K/ZApNUg858y9tcpR
+6yKn2IG//dAEpvPTwIDAQAB
-----END PUBLIC KEY-----
)";

// Signs with a key of PKCS #8 in PEM: RS256, PS256, or ES256 with r and s of 32 bytes each.
inline std::string SignForTest(absl::string_view pem, absl::string_view algorithm,
                               absl::string_view text) {
  const size_t from = pem.find('\n');
  std::string base64;
  for (const char c : pem.substr(from, pem.rfind("-----END") - from)) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) base64.push_back(c);
  }
  const std::string der = *Base64Decode(base64);
  const auto bytes = [](absl::string_view view) {
    return reinterpret_cast<const uint8_t*>(view.data());
  };
  CBS input;
  CBS_init(&input, bytes(der), der.size());
  const bssl::UniquePtr<EVP_PKEY> key(EVP_parse_private_key(&input));
  if (algorithm == "ES256") {
    const std::string digest = Sha256(text);
    const bssl::UniquePtr<ECDSA_SIG> signature(
        ECDSA_do_sign(bytes(digest), digest.size(), EVP_PKEY_get0_EC_KEY(key.get())));
    std::string raw(64, '\0');
    auto* const out = reinterpret_cast<uint8_t*>(raw.data());
    BN_bn2bin_padded(out, 32, ECDSA_SIG_get0_r(signature.get()));
    BN_bn2bin_padded(out + 32, 32, ECDSA_SIG_get0_s(signature.get()));
    return raw;
  }
  bssl::ScopedEVP_MD_CTX context;
  EVP_PKEY_CTX* key_context = nullptr;
  EVP_DigestSignInit(context.get(), &key_context, EVP_sha256(), nullptr, key.get());
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, -1);
  }
  size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()), &size, bytes(text),
                 text.size());
  signature.resize(size);
  return signature;
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TEST_KEYS_H_
