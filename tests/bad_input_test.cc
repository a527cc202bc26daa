// Input of every wrong kind, to every method: an honest error that names the field, and nothing
// else.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"
#include "proto/keys.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"
#include "tests/support/raw_call.h"
#include "tests/support/request_maker.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::HasSubstr;

constexpr char kVault[] = "some-vault";

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

class BadInputTest : public testing::Test {
 protected:
  BadInputTest()
      : channel_(RawChannel::Connect(server_.address())),
        token_(WithToken(Must(server_.admin().TokenFor(kAdminAppId, "")))) {
    Must(server_.api().PutVault(kVault, {}));
    before_ = server_.LastSequence();
  }

  static bool IsInVault(const MethodDescriptor& method) {
    return method.service()->options().GetExtension(v1::service).plane() ==
           v1::PLANE_KEY_VAULT_DATA;
  }
  // Has a request to a vault go to one that is there, unless its name is what is wrong: whether a
  // vault lets calls in is asked before anything about them.
  static void PutIntoVault(const MethodDescriptor& method, const FaultyRequest& faulty) {
    if (!IsInVault(method) || faulty.path == "vaultName") return;
    Message* const request = faulty.request.get();
    request->GetReflection()->SetString(
        request, request->GetDescriptor()->FindFieldByName("vault_name"), kVault);
  }

  absl::Status Send(const MethodDescriptor& method, const std::string& bytes) {
    return channel_->Call(NameOf(method), bytes, token_).status();
  }
  absl::Status Send(const MethodDescriptor& method, const Message& request) {
    return Send(method, request.SerializeAsString());
  }

  // Whether anything in the error names the field.
  static bool Names(const absl::Status& status, const std::string& path) {
    const ErrorInfo info = ErrorInfoOrDefault(status);
    if (info.target == path || absl::StrContains(status.message(), path)) return true;
    for (const ErrorDetail& detail : info.details) {
      if (detail.message == path) return true;
    }
    return false;
  }

  // An error that a caller can act upon, and no sign of a defect.
  static void ExpectHonest(const absl::Status& status) {
    EXPECT_NE(status.code(), absl::StatusCode::kInternal) << status;
    EXPECT_NE(status.code(), absl::StatusCode::kUnknown) << status;
    EXPECT_NE(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_TRUE(GetErrorInfo(status).has_value()) << status;
    EXPECT_LT(ErrorInfoOrDefault(status).http_status, 502) << status;
    EXPECT_LT(status.message().size(), 4096u) << status.message().substr(0, 300);
  }

  void ExpectUnchanged() { EXPECT_EQ(server_.LastSequence(), before_); }

  TestServer server_;
  const std::unique_ptr<RawChannel> channel_;
  const Metadata token_;
  uint64_t before_ = 0;
};

TEST_F(BadInputTest, AMissingFieldIsNamed) {
  int tried = 0;
  for (const MethodDescriptor* method : UnaryMethods()) {
    for (const FaultyRequest& faulty : RequestsWithAMissingField(*method)) {
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " ", faulty.path));
      PutIntoVault(*method, faulty);
      const absl::Status status = Send(*method, *faulty.request);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 400);
      EXPECT_TRUE(Names(status, faulty.path)) << status;
      ExpectHonest(status);
      ++tried;
    }
  }
  EXPECT_GT(tried, 150);
  ExpectUnchanged();
}

TEST_F(BadInputTest, AnEmptyRequestIsRefusedWhereAnythingIsRequired) {
  // An empty request is complete for these.
  std::set<std::string> complete;
  for (const MethodDescriptor* method : UnaryMethods()) {
    SCOPED_TRACE(NameOf(*method));
    const std::vector<FaultyRequest> incomplete = RequestsWithAMissingField(*method);
    // What an optional message requires is missed only by who sends the message.
    if (std::none_of(incomplete.begin(), incomplete.end(), [](const FaultyRequest& faulty) {
          return !absl::StrContains(faulty.path, '.');
        })) {
      complete.insert(method->name());
      continue;
    }
    const absl::Status status = Send(*method, std::string());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    ExpectHonest(status);
  }
  // AdvanceClock looks at its fields together.
  EXPECT_THAT(complete,
              testing::IsSupersetOf({"GetInfo", "GetClock", "AdvanceClock", "ListEvents",
                                     "ListTenants", "ListPrincipals", "CreateTenant",
                                     "ListSubscriptions", "CreateSandbox", "ApplyTemplate"}));
  ExpectUnchanged();
}

TEST_F(BadInputTest, WhatIsNotEmulatedIsRefusedByName) {
  int tried = 0;
  for (const MethodDescriptor* method : UnaryMethods()) {
    for (const FaultyRequest& faulty : RequestsWithAnUnemulatedField(*method)) {
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " ", faulty.path));
      PutIntoVault(*method, faulty);
      const absl::Status status = Send(*method, *faulty.request);
      EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
      EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 501);
      EXPECT_TRUE(Names(status, faulty.path)) << status;
      ++tried;
    }
  }
  EXPECT_GT(tried, 15);
  ExpectUnchanged();
}

TEST_F(BadInputTest, ATextThatIsTooLongIsNamedAndNotRepeated) {
  int tried = 0;
  for (const MethodDescriptor* method : UnaryMethods()) {
    for (const FaultyRequest& faulty : RequestsWithAnOverlongText(*method)) {
      // No vault has such a name, which is all there is to say.
      if (IsInVault(*method) && faulty.path == "vaultName") continue;
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " ", faulty.path));
      PutIntoVault(*method, faulty);
      const absl::Status status = Send(*method, *faulty.request);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument)
          << status.message().substr(0, 300);
      EXPECT_TRUE(Names(status, faulty.path)) << status.message().substr(0, 300);
      ExpectHonest(status);
      ++tried;
    }
  }
  EXPECT_GT(tried, 250);
  ExpectUnchanged();
}

TEST_F(BadInputTest, AnEnumWithoutANameIsNamed) {
  int tried = 0;
  for (const MethodDescriptor* method : UnaryMethods()) {
    for (const FaultyRequest& faulty : RequestsWithAnUnknownEnum(*method)) {
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " ", faulty.path));
      PutIntoVault(*method, faulty);
      const absl::Status status = Send(*method, *faulty.request);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_TRUE(Names(status, faulty.path)) << status;
      ExpectHonest(status);
      ++tried;
    }
  }
  EXPECT_GT(tried, 10);
  ExpectUnchanged();
}

// What passes the description meets the operations themselves, with values that are nonsense
// everywhere.
TEST_F(BadInputTest, ACompleteRequestOfNonsenseIsAnsweredHonestly) {
  // What these make or answer of nonsense is right; a reset takes no input; a sandbox whose
  // template fails was there before it is taken back.
  const std::set<std::string> fine = {"CreateTenant", "CreateServicePrincipal", "IssueTokenFor",
                                      "ResetState", "CreateSandbox"};
  for (const MethodDescriptor* method : UnaryMethods()) {
    if (fine.count(method->name()) > 0) continue;
    SCOPED_TRACE(NameOf(*method));
    const absl::Status status = Send(*method, *CompleteRequest(*method));
    if (!status.ok()) ExpectHonest(status);
    ExpectUnchanged();
  }
}

TEST_F(BadInputTest, WhatContradictsItselfIsRefused) {
  v1::AdvanceClockRequest both;
  both.mutable_by()->set_seconds(1);
  both.set_to_next_timer(true);
  EXPECT_EQ(server_.api().Call<v1::ClockState>("Emulator/AdvanceClock", both).status().code(),
            absl::StatusCode::kInvalidArgument);
  v1::AdvanceClockRequest back;
  back.mutable_by()->set_seconds(-1);
  EXPECT_EQ(server_.api().Call<v1::ClockState>("Emulator/AdvanceClock", back).status().code(),
            absl::StatusCode::kInvalidArgument);
  Must(server_.api().PutVault("conflict-vault", {}).status());
  const uint64_t before = server_.LastSequence();
  v1::CreateKeyRequest rsa_with_curve;
  rsa_with_curve.set_vault_name("conflict-vault");
  rsa_with_curve.set_key_name("key");
  rsa_with_curve.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  rsa_with_curve.set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);
  EXPECT_TRUE(Names(server_.api().CreateKey(rsa_with_curve).status(), "crv"));
  v1::CreateKeyRequest ec_with_size;
  ec_with_size.set_vault_name("conflict-vault");
  ec_with_size.set_key_name("key");
  ec_with_size.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  ec_with_size.set_key_size(2048);
  EXPECT_TRUE(Names(server_.api().CreateKey(ec_with_size).status(), "key_size"));
  v1::CreateKeyRequest ends_before_it_begins = rsa_with_curve;
  ends_before_it_begins.clear_crv();
  *ends_before_it_begins.mutable_attributes()->mutable_nbf() = ToProto(TestStart());
  *ends_before_it_begins.mutable_attributes()->mutable_exp() =
      ToProto(TestStart() - absl::Hours(1));
  EXPECT_EQ(server_.api().CreateKey(ends_before_it_begins).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(server_.LastSequence(), before);
}

TEST_F(BadInputTest, BytesThatAreNoMessageAreRefused) {
  // An unended field, a wrong wire type's end, a length beyond the end, text that is not UTF-8 in
  // field 1 and 2.
  for (const std::string& bytes :
       {std::string("\x0a"), std::string("\xff\xff\xff"), std::string("\x0a\x7f"),
        std::string("\x0b"), std::string("\x00\x00", 2)}) {
    for (const MethodDescriptor* method : UnaryMethods()) {
      SCOPED_TRACE(NameOf(*method));
      const absl::Status status = Send(*method, bytes);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      ExpectHonest(status);
    }
  }
  ExpectUnchanged();
}

TEST_F(BadInputTest, TextThatIsNotUtf8IsRefused) {
  for (const MethodDescriptor* method : UnaryMethods()) {
    for (int i = 0; i < method->input_type()->field_count(); ++i) {
      const google::protobuf::FieldDescriptor& field = *method->input_type()->field(i);
      if (field.type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " ", field.name()));
      // Tag and length by hand: the generated code would refuse to write this.
      const std::string bytes =
          absl::StrCat(CompleteRequest(*method)->SerializeAsString(),
                       std::string(1, static_cast<char>(field.number() << 3 | 2)), "\x02\xc3\x28");
      const absl::Status status = Send(*method, bytes);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      ExpectHonest(status);
    }
  }
  ExpectUnchanged();
}

TEST_F(BadInputTest, RandomBytesDoNoHarm) {
  RandomStream random(20260101, "bad input");
  for (const MethodDescriptor* method : UnaryMethods()) {
    // Nothing is required of it, so that nonsense makes tenants.
    if (method->name() == "CreateTenant" || method->name() == "AdvanceClock") continue;
    for (int i = 0; i < 20; ++i) {
      std::string bytes;
      const uint64_t size = random.NextBelow(200);
      for (uint64_t b = 0; b < size; ++b) bytes.push_back(static_cast<char>(random.NextBelow(256)));
      const absl::Status status = Send(*method, bytes);
      if (!status.ok()) ExpectHonest(status);
    }
  }
  ExpectUnchanged();
  LAZULI_EXPECT_OK(server_.api().Now());
}

// Complete requests with one byte or a few changed: most still parse, with surprising content.
TEST_F(BadInputTest, DamagedRequestsDoNoHarm) {
  RandomStream random(20260102, "bad input");
  const std::set<std::string> fine = {"CreateTenant", "CreateServicePrincipal", "IssueTokenFor",
                                      "AdvanceClock"};
  for (const MethodDescriptor* method : UnaryMethods()) {
    if (fine.count(method->name()) > 0) continue;
    const std::string complete = CompleteRequest(*method)->SerializeAsString();
    if (complete.empty()) continue;
    for (int i = 0; i < 20; ++i) {
      std::string bytes = complete;
      for (uint64_t changes = 1 + random.NextBelow(3); changes > 0; --changes) {
        bytes[random.NextBelow(bytes.size())] = static_cast<char>(random.NextBelow(256));
      }
      const absl::Status status = Send(*method, bytes);
      if (!status.ok()) ExpectHonest(status);
    }
  }
  LAZULI_EXPECT_OK(server_.api().Now());
}

TEST_F(BadInputTest, AMessageBeyondTheLimitIsRefused) {
  v1::GetKeyRequest request;
  request.set_vault_name(std::string(limits::kMaxRequestBytes + 1, 'x'));
  EXPECT_THAT(channel_->Call("lazuli.v1.Keys/GetKey", request.SerializeAsString(), token_).status(),
              StatusIs(absl::StatusCode::kResourceExhausted));
  // The connection lives on.
  LAZULI_EXPECT_OK(channel_->Call("lazuli.v1.Emulator/GetInfo", "", token_));
  ExpectUnchanged();
}

TEST_F(BadInputTest, MessagesNestedTooDeepAreRefused) {
  // Groups of an unknown field, one in the other.
  const std::string bytes(100'000, '\x7b');
  EXPECT_THAT(channel_->Call("lazuli.v1.Keys/GetKey", bytes, token_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lazuli::emulator
