#include "emulator/https/rest/url_fields.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "emulator/https/message/host_name.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/certificates.pb.h"
#include "proto/keys.pb.h"
#include "proto/secrets.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

ServiceNames NamesFor(const char* authority) { return ServiceNames(ParseHostName(authority)); }

TEST(ServiceNamesTest, TextsFollowTheNameThatTheCallerCameBy) {
  const struct {
    const char* authority;
    const char* azure;
    const char* caller;
  } cases[] = {
      {"kv1.vault.azure.net", "https://kv1.vault.azure.net/keys/k",
       "https://kv1.vault.azure.net/keys/k"},
      {"kv1.vault.azure.net:443", "https://kv1.vault.azure.net/keys/k",
       "https://kv1.vault.azure.net/keys/k"},
      {"kv1.vault.azure.net:8443", "https://kv1.vault.azure.net/keys/k",
       "https://kv1.vault.azure.net:8443/keys/k"},
      {"kv1.vault.localhost:8443", "https://kv1.vault.azure.net/keys/k",
       "https://kv1.vault.localhost:8443/keys/k"},
      {"localhost", "https://kv1.vault.azure.net", "https://kv1.vault.localhost"},
      {"127.0.0.1:8443", "acc.westus2.batch.azure.com", "acc.westus2.batch.localhost:8443"},
      {"localhost:1", "0a.westus2.service.batch.azure.com", "0a.westus2.service.batch.localhost:1"},
      {"localhost:1", "'https://h.managedhsm.azure.net/' and https://b.vault.azure.net.",
       "'https://h.managedhsm.localhost:1/' and https://b.vault.localhost:1."},
      {"localhost:1", "https://kv1.vault.azure.net.example.com/",
       "https://kv1.vault.azure.net.example.com/"},
      {"localhost:1", "https://example.com/", "https://example.com/"},
      {"lazuli:8443", "https://kv1.vault.azure.net/", "https://kv1.vault.azure.net/"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(NamesFor(c.authority).ToCaller(c.azure), c.caller) << c.authority;
  }
}

TEST(ServiceNamesTest, WhatACallerSendsGetsAzuresNames) {
  const struct {
    const char* sent;
    const char* azure;
  } cases[] = {
      {"https://kv1.vault.localhost:8443/keys/k/v", "https://kv1.vault.azure.net/keys/k/v"},
      {"https://kv1.vault.localhost/keys/k", "https://kv1.vault.azure.net/keys/k"},
      {"https://kv1.vault.azure.net:443/keys/k", "https://kv1.vault.azure.net/keys/k"},
      {"https://kv1.vault.azure.net/keys/k", "https://kv1.vault.azure.net/keys/k"},
      {"acc.westus2.batch.localhost:8443", "acc.westus2.batch.azure.com"},
      {"https://vault.localhost.example.com:1/", "https://vault.localhost.example.com:1/"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(ServiceNames::ToAzure(c.sent), c.azure);
}

TEST(ServiceNamesTest, TheChallengesNamesFollowToo) {
  EXPECT_EQ(NamesFor("kv1.vault.azure.net").VaultResource(), "https://vault.azure.net");
  EXPECT_EQ(NamesFor("h.managedhsm.azure.net").VaultResource(), "https://managedhsm.azure.net");
  EXPECT_EQ(NamesFor("kv1.vault.azure.net").LoginAuthority(), "https://login.microsoftonline.com");
  EXPECT_EQ(NamesFor("kv1.vault.localhost:8443").VaultResource(), "https://vault.localhost:8443");
  EXPECT_EQ(NamesFor("kv1.vault.localhost:8443").LoginAuthority(), "https://localhost:8443");
}

TEST(UrlFieldsTest, EveryPlaceOfAMessageIsFound) {
  v1::KeyListResult list;
  list.add_value()->set_kid("https://a.vault.azure.net/keys/1");
  list.add_value()->set_kid("https://a.vault.azure.net/keys/2");
  UrlFields::Of(*list.GetDescriptor()).ToCaller(NamesFor("a.vault.localhost:1"), &list);
  EXPECT_EQ(list.value(0).kid(), "https://a.vault.localhost:1/keys/1");
  EXPECT_EQ(list.value(1).kid(), "https://a.vault.localhost:1/keys/2");

  v1::KeyBundle bundle;
  bundle.mutable_key()->set_kid("https://a.vault.azure.net/keys/1/v");
  (*bundle.mutable_tags()->mutable_values())["url"] = "https://a.vault.azure.net/";
  UrlFields::Of(*bundle.GetDescriptor()).ToCaller(NamesFor("a.vault.localhost:1"), &bundle);
  EXPECT_EQ(bundle.key().kid(), "https://a.vault.localhost:1/keys/1/v");
  // The caller's own text.
  EXPECT_EQ(bundle.tags().values().at("url"), "https://a.vault.azure.net/");

  v1::CreateBatchAccountRequest create;
  v1::EncryptionProperties& encryption =
      *create.mutable_parameters()->mutable_properties()->mutable_encryption();
  encryption.mutable_key_vault_properties()->set_key_identifier(
      "https://a.vault.localhost:8443/keys/k");
  UrlFields::Of(*create.GetDescriptor()).ToAzure(&create);
  EXPECT_EQ(encryption.key_vault_properties().key_identifier(), "https://a.vault.azure.net/keys/k");
}

// What a vault answers names what is in it by such fields, and a client goes where they lead.
TEST(UrlFieldsTest, EveryIdOfWhatIsInAVaultIsFound) {
  int found = 0;
  for (const google::protobuf::FileDescriptor* file :
       {v1::KeyBundle::descriptor()->file(), v1::SecretBundle::descriptor()->file(),
        v1::CertificateBundle::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const google::protobuf::Descriptor& type = *file->message_type(i);
      const bool is_shown = absl::EndsWith(type.name(), "Bundle") ||
                            absl::EndsWith(type.name(), "Item") ||
                            absl::EndsWith(type.name(), "Result");
      for (const char* name : {"id", "kid", "sid", "recovery_id"}) {
        const google::protobuf::FieldDescriptor* field = type.FindFieldByName(name);
        if (!is_shown || field == nullptr) continue;
        ++found;
        const std::unique_ptr<google::protobuf::Message> message(
            google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
        message->GetReflection()->SetString(message.get(), field, "https://a.vault.azure.net/x");
        UrlFields::Of(type).ToCaller(NamesFor("a.vault.localhost:1"), message.get());
        EXPECT_EQ(message->GetReflection()->GetString(*message, field),
                  "https://a.vault.localhost:1/x")
            << field->full_name();
      }
    }
  }
  EXPECT_GE(found, 20);
}

TEST(UrlFieldsTest, NothingIsMadeWhereThereWasNothing) {
  v1::Vault vault;
  UrlFields::Of(*vault.GetDescriptor()).ToCaller(NamesFor("localhost:1"), &vault);
  EXPECT_EQ(vault.ByteSizeLong(), 0u);
  EXPECT_TRUE(UrlFields::Of(*v1::KeyVerifyResult::descriptor()).empty());
}

}  // namespace
}  // namespace lazuli::emulator
