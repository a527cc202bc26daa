#include "keyvault/storage/certificate_record_conversion.h"

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/storage/certificate_records.pb.h"

namespace lazuli::keyvault {
namespace {

using storage::CertificateDataRecord;
using storage::CertificateIssuerRecord;

// Nothing has its default.
CertificatePolicy Policy() {
  CertificatePolicyInput input;
  input.key_type = crypto::KeyType::kEcHsm;
  input.curve = crypto::Curve::kP384;
  input.exportable = false;
  input.reuse_key = true;
  input.content_type = "application/x-pem-file";
  input.subject = "CN=host.example";
  input.alternative_names = AlternativeNames{{"host.example"}, {"a@b.example"}, {"u@b.example"}};
  input.extended_key_usages = {"1.3.6.1.5.5.7.3.3"};
  input.key_usages = {KeyUsage::kCrlSign, KeyUsage::kDigitalSignature};
  input.validity_months = 24;
  input.lifetime_actions = {{CertificateActionType::kEmailContacts, 50, std::nullopt},
                            {CertificateActionType::kAutoRenew, std::nullopt, 20}};
  input.issuer = "Self";
  input.certificate_type = "OV-SSL";
  input.certificate_transparency = false;
  input.enabled = false;
  return *MakeCertificatePolicy(input, absl::FromUnixSeconds(1'750'000'000));
}

CertificateNameData Data() {
  CertificateNameData data;
  data.policy = Policy();
  CertificateRequest& request = data.request.emplace();
  request.request_id = "r";
  request.csr = "csr";
  request.key = crypto::TestEcKey(crypto::Curve::kP384);
  request.enabled = false;
  request.tags = TagMap{{"a", "b"}};
  request.issue_at = absl::FromUnixNanos(1'750'000'000'000'000'001);
  return data;
}

CertificateDataRecord RecordOf(const CertificateNameData& data) {
  CertificateDataRecord record;
  PutCertificateData(data, &record);
  return record;
}

TEST(CertificateRecordConversionTest, BringsBackARequestUnderWay) {
  const CertificateNameData data = Data();
  CertificateNameData back;
  LAZULI_ASSERT_OK(ReadCertificateData(RecordOf(data), &back));
  EXPECT_TRUE(back.policy == data.policy);
  ASSERT_TRUE(back.request.has_value());
  EXPECT_EQ(back.request->status, CertificateRequestStatus::kInProgress);
  EXPECT_FALSE(back.request->cancellation_requested);
  EXPECT_EQ(back.request->request_id, "r");
  EXPECT_EQ(back.request->csr, "csr");
  ASSERT_NE(back.request->key, nullptr);
  EXPECT_EQ(back.request->key->private_der().view(), data.request->key->private_der().view());
  EXPECT_FALSE(back.request->enabled);
  EXPECT_EQ(back.request->tags, data.request->tags);
  EXPECT_EQ(back.request->issue_at, data.request->issue_at);
}

TEST(CertificateRecordConversionTest, BringsBackWhatIsOver) {
  CertificateNameData data = Data();
  CertificateNameData back;
  data.request->status = CertificateRequestStatus::kCancelled;
  data.request->cancellation_requested = true;
  data.request->key = nullptr;
  data.request->issue_at.reset();
  data.request->tags.reset();
  LAZULI_ASSERT_OK(ReadCertificateData(RecordOf(data), &back));
  ASSERT_TRUE(back.request.has_value());
  EXPECT_EQ(back.request->status, CertificateRequestStatus::kCancelled);
  EXPECT_TRUE(back.request->cancellation_requested);
  EXPECT_EQ(back.request->key, nullptr);
  EXPECT_FALSE(back.request->tags.has_value());
  EXPECT_FALSE(back.request->issue_at.has_value());
  data.request.reset();
  CertificateNameData without;
  LAZULI_ASSERT_OK(ReadCertificateData(RecordOf(data), &without));
  EXPECT_FALSE(without.request.has_value());
}

TEST(CertificateRecordConversionTest, WhatNothingCanHaveIsALoss) {
  const struct {
    const char* name;
    std::function<void(CertificateDataRecord*)> spoil;
  } kCases[] = {
      {"no policy", [](CertificateDataRecord* record) { record->clear_policy(); }},
      {"a type of key that nothing has",
       [](CertificateDataRecord* record) { record->mutable_policy()->set_key_type(99); }},
      {"a usage that nothing has",
       [](CertificateDataRecord* record) { record->mutable_policy()->add_key_usages(-1); }},
      {"a policy that nobody could have set",
       [](CertificateDataRecord* record) { record->mutable_policy()->set_validity_months(0); }},
      {"another key",
       [](CertificateDataRecord* record) {
         record->mutable_request()->set_private_key_digest("other");
       }},
      {"a key that is missing",
       [](CertificateDataRecord* record) { record->mutable_request()->clear_private_key(); }},
      {"a status that nothing has",
       [](CertificateDataRecord* record) { record->mutable_request()->set_status(3); }},
  };
  for (const auto& test : kCases) {
    CertificateDataRecord record = RecordOf(Data());
    test.spoil(&record);
    CertificateNameData data;
    EXPECT_THAT(ReadCertificateData(record, &data), StatusIs(absl::StatusCode::kDataLoss))
        << test.name;
  }
}

TEST(CertificateRecordConversionTest, AnIssuerThatNoVaultCanHaveIsALoss) {
  CertificateIssuerInput input;
  input.provider = "Test";
  CertificateIssuer issuer = *MakeCertificateIssuer("ca", input, absl::UnixEpoch());
  LAZULI_ASSERT_OK_AND_ASSIGN(issuer.authority, MakeIssuingAuthority("Test", absl::UnixEpoch()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const IssuingAuthority other,
                              MakeIssuingAuthority("Test", absl::UnixEpoch()));
  CertificateIssuerRecord whole;
  PutCertificateIssuer(issuer, &whole);
  LAZULI_EXPECT_OK(CertificateIssuerOf(whole).status());
  const struct {
    const char* name;
    std::function<void(CertificateIssuerRecord*)> spoil;
  } kCases[] = {
      {"a provider that is none",
       [](CertificateIssuerRecord* record) { record->set_provider("Contoso"); }},
      {"no key", [](CertificateIssuerRecord* record) { record->clear_private_key(); }},
      {"another key",
       [](CertificateIssuerRecord* record) { record->set_private_key_digest("other"); }},
      {"no certificate", [](CertificateIssuerRecord* record) { record->clear_certificate(); }},
      {"another's certificate",
       [&other](CertificateIssuerRecord* record) { record->set_certificate(other.certificate); }},
  };
  for (const auto& test : kCases) {
    CertificateIssuerRecord record = whole;
    test.spoil(&record);
    EXPECT_THAT(CertificateIssuerOf(record), StatusIs(absl::StatusCode::kDataLoss)) << test.name;
  }
}

}  // namespace
}  // namespace lazuli::keyvault
