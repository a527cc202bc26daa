// Holds every description of the API to the rules that its readers (the JSON codec, the dispatch
// table, authorization, the faces) rely on.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// The file of the options themselves describes no data.
bool IsOptions(const FileDescriptor* file) { return file == v1::MethodRule::descriptor()->file(); }

std::vector<const Descriptor*> DataMessages() {
  std::vector<const Descriptor*> messages = ApiMessages();
  std::erase_if(messages, [](const Descriptor* message) { return IsOptions(message->file()); });
  return messages;
}

std::vector<const EnumDescriptor*> DataEnums() {
  std::vector<const EnumDescriptor*> enums;
  for (const FileDescriptor* file : ApiFiles()) {
    if (IsOptions(file)) continue;
    for (int i = 0; i < file->enum_type_count(); ++i) enums.push_back(file->enum_type(i));
  }
  for (const Descriptor* message : DataMessages()) {
    for (int i = 0; i < message->enum_type_count(); ++i) enums.push_back(message->enum_type(i));
  }
  return enums;
}

struct DescribedMethod {
  const MethodDescriptor* method;
  const v1::MethodRule& rule;
  v1::Plane plane;
};

std::vector<DescribedMethod> Methods() {
  std::vector<DescribedMethod> methods;
  for (const FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      const ServiceDescriptor* service = file->service(i);
      const v1::Plane plane = service->options().GetExtension(v1::service).plane();
      for (int j = 0; j < service->method_count(); ++j) {
        const MethodDescriptor* method = service->method(j);
        methods.push_back({method, method->options().GetExtension(v1::method), plane});
      }
    }
  }
  return methods;
}

const v1::FieldRule& RuleOf(const FieldDescriptor* field) {
  return field->options().GetExtension(v1::field);
}

// The names in braces; "?" for a brace without its partner or a name that is empty.
std::vector<std::string> FieldsIn(const std::string& path_template) {
  std::vector<std::string> names;
  size_t at = 0;
  while ((at = path_template.find_first_of("{}", at)) != std::string::npos) {
    const size_t close = path_template.find_first_of("{}", at + 1);
    const bool is_pair = path_template[at] == '{' && close != std::string::npos &&
                         path_template[close] == '}' && close > at + 1;
    if (!is_pair) return {"?"};
    names.push_back(path_template.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  return names;
}

void ExpectStringFields(const MethodDescriptor* method, const std::string& path_template) {
  std::set<std::string> seen;
  for (const std::string& name : FieldsIn(path_template)) {
    const FieldDescriptor* field = method->input_type()->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << method->full_name() << " has no field " << name;
    EXPECT_EQ(field->type(), FieldDescriptor::TYPE_STRING) << method->full_name() << " " << name;
    EXPECT_FALSE(field->is_repeated()) << method->full_name() << " " << name;
    EXPECT_TRUE(seen.insert(name).second) << method->full_name() << " names twice " << name;
  }
}

TEST(ApiLintTest, EveryDescriptionIsLookedAt) {
  std::set<std::string> sources;
  for (const auto& entry : std::filesystem::directory_iterator("proto")) {
    if (entry.path().extension() == ".proto") sources.insert(entry.path().string());
  }
  std::set<std::string> described;
  for (const FileDescriptor* file : ApiFiles()) described.insert(file->name());
  EXPECT_EQ(described, sources);
}

TEST(ApiLintTest, EveryFileIsOfThePackage) {
  for (const FileDescriptor* file : ApiFiles()) EXPECT_EQ(file->package(), "lazuli.v1");
}

// The numbers from 50000 to 99999 are free for use inside of one organization.
TEST(ApiLintTest, OptionsUseNumbersThatAreFreeForThem) {
  const FileDescriptor* options = v1::MethodRule::descriptor()->file();
  EXPECT_EQ(options->extension_count(), 6);
  for (int i = 0; i < options->extension_count(); ++i) {
    EXPECT_GE(options->extension(i)->number(), 50'000) << options->extension(i)->full_name();
    EXPECT_LE(options->extension(i)->number(), 99'999) << options->extension(i)->full_name();
  }
}

// What the services of `file` call `since`: an api-version that one of them lists.
bool IsApiVersionOf(const FileDescriptor& file, const std::string& since) {
  for (int i = 0; i < file.service_count(); ++i) {
    const auto& versions = file.service(i)->options().GetExtension(v1::service).api_versions();
    if (std::find(versions.begin(), versions.end(), since) != versions.end()) return true;
  }
  return false;
}

TEST(ApiLintTest, WhatIsYoungerNamesAnApiVersionOfItsFile) {
  const auto expect_known = [](const FileDescriptor* file, const std::string& since,
                               const std::string& name) {
    EXPECT_TRUE(since.empty() || IsApiVersionOf(*file, since)) << name << " since " << since;
  };
  for (const auto& [method, rule, plane] : Methods()) {
    expect_known(method->file(), rule.since(), method->full_name());
  }
  for (const Descriptor* message : DataMessages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      expect_known(field->file(), RuleOf(field).since(), field->full_name());
    }
  }
  for (const EnumDescriptor* descriptor : DataEnums()) {
    for (int i = 0; i < descriptor->value_count(); ++i) {
      const EnumValueDescriptor* value = descriptor->value(i);
      expect_known(descriptor->file(), value->options().GetExtension(v1::since),
                   value->full_name());
    }
  }
}

// A request's version is looked up before its service is known, and messages go from one service to
// another.
TEST(ApiLintTest, ServicesOfAPlaneListTheSameApiVersions) {
  std::map<v1::Plane, std::string> lists;
  for (const FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      const v1::ServiceRule& rule = file->service(i)->options().GetExtension(v1::service);
      if (rule.api_versions().empty()) continue;
      const std::string list = absl::StrJoin(rule.api_versions(), " ");
      const auto [it, is_new] = lists.emplace(rule.plane(), list);
      EXPECT_EQ(it->second, list) << file->service(i)->full_name();
    }
  }
}

TEST(ApiLintTest, EveryMethodHasAnHttpRoute) {
  const std::set<std::string> kVerbs = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"};
  const std::set<int> kStatuses = {0, 201, 202, 204};
  for (const auto& [method, rule, plane] : Methods()) {
    const std::vector<std::string> parts = absl::StrSplit(rule.http(), ' ');
    ASSERT_EQ(parts.size(), 2u) << method->full_name();
    EXPECT_TRUE(kVerbs.contains(parts[0])) << method->full_name();
    EXPECT_TRUE(absl::StartsWith(parts[1], "/")) << method->full_name();
    ExpectStringFields(method, parts[1]);
    EXPECT_TRUE(kStatuses.contains(rule.success_status())) << method->full_name();
    EXPECT_FALSE(method->client_streaming()) << method->full_name();
    const bool may_have_body = parts[0] != "GET" && parts[0] != "HEAD" && parts[0] != "DELETE";
    EXPECT_TRUE(may_have_body || rule.body().empty()) << method->full_name();
  }
}

// Two methods behind one route could not be told apart.
TEST(ApiLintTest, RoutesAreUniqueInTheirPlane) {
  std::map<std::string, std::string> owners;
  for (const auto& [method, rule, plane] : Methods()) {
    std::string route = absl::StrCat(plane, " ");
    bool in_field = false;
    for (const char c : rule.http()) {
      if (c == '{') in_field = true;
      if (!in_field) route.push_back(absl::ascii_tolower(c));
      if (c == '}') {
        in_field = false;
        route.append("{}");
      }
    }
    const auto [it, is_new] = owners.emplace(route, method->full_name());
    EXPECT_TRUE(is_new) << method->full_name() << " and " << it->second;
  }
}

// Every field comes from the path, from the body, from the host name or, if it is a scalar, from
// the query.
TEST(ApiLintTest, EveryFieldOfARequestHasAPlaceInHttp) {
  for (const auto& [method, rule, plane] : Methods()) {
    const std::vector<std::string> in_path = FieldsIn(rule.http());
    const Descriptor* request = method->input_type();
    if (!rule.body().empty() && rule.body() != "*") {
      const FieldDescriptor* body = request->FindFieldByName(rule.body());
      ASSERT_NE(body, nullptr) << method->full_name();
      EXPECT_EQ(body->type(), FieldDescriptor::TYPE_MESSAGE) << method->full_name();
      EXPECT_EQ(std::count(in_path.begin(), in_path.end(), rule.body()), 0) << method->full_name();
    }
    if (rule.body() == "*") continue;
    for (int i = 0; i < request->field_count(); ++i) {
      const FieldDescriptor* field = request->field(i);
      if (field->name() == rule.body()) continue;
      EXPECT_FALSE(field->is_repeated()) << field->full_name();
      EXPECT_NE(field->type(), FieldDescriptor::TYPE_MESSAGE) << field->full_name();
    }
  }
}

bool IsAction(const std::string& action) {
  const std::vector<std::string> parts = absl::StrSplit(action, '/');
  if (parts.size() < 3 || !absl::StartsWith(parts[0], "Microsoft.")) return false;
  if (std::count(parts.begin(), parts.end(), "") > 0) return false;
  const std::set<std::string> kVerbs = {"read", "write", "delete", "action"};
  return kVerbs.contains(parts.back());
}

void ExpectVaultData(const DescribedMethod& described) {
  const auto& [method, rule, plane] = described;
  const std::string& objects = method->service()->options().GetExtension(v1::service).objects();
  const std::map<std::string, std::set<std::string>> kPermissions = {
      {"keys",
       {"get",
        "list",
        "update",
        "create",
        "import",
        "delete",
        "recover",
        "backup",
        "restore",
        "decrypt",
        "encrypt",
        "verify",
        "wrapKey",
        "sign",
        "unwrapKey",
        "purge",
        "release",
        "rotate",
        "getrotationpolicy",
        "setrotationpolicy"}},
      {"secrets", {"get", "list", "set", "delete", "recover", "backup", "restore", "purge"}},
      {"certificates",
       {"get", "list", "update", "create", "import", "delete", "recover", "backup", "restore",
        "managecontacts", "manageissuers", "getissuers", "listissuers", "setissuers",
        "deleteissuers", "purge"}}};
  ASSERT_TRUE(kPermissions.contains(objects)) << method->full_name();
  EXPECT_TRUE(kPermissions.at(objects).contains(rule.permission())) << method->full_name();
  EXPECT_TRUE(IsAction(rule.action())) << method->full_name();
  const bool is_of_keys =
      objects == "keys" &&
      (absl::StartsWith(rule.action(), "Microsoft.KeyVault/vaults/keyrotationpolicies/") ||
       // Managed HSMs alone have it.
       absl::StartsWith(rule.action(), "Microsoft.KeyVault/managedHsm/"));
  const bool is_of_certificates =
      objects == "certificates" &&
      (absl::StartsWith(rule.action(), "Microsoft.KeyVault/vaults/certificatecontacts/") ||
       absl::StartsWith(rule.action(), "Microsoft.KeyVault/vaults/certificatecas/"));
  EXPECT_TRUE(
      absl::StartsWith(rule.action(), absl::StrCat("Microsoft.KeyVault/vaults/", objects, "/")) ||
      is_of_keys || is_of_certificates)
      << method->full_name();
  EXPECT_TRUE(rule.scope().empty()) << method->full_name();
  const FieldDescriptor* vault = method->input_type()->FindFieldByName("vault_name");
  ASSERT_NE(vault, nullptr) << method->full_name();
  EXPECT_TRUE(RuleOf(vault).required()) << method->full_name();
}

void ExpectResourceManager(const DescribedMethod& described) {
  const auto& [method, rule, plane] = described;
  EXPECT_TRUE(rule.permission().empty()) << method->full_name();
  EXPECT_FALSE(rule.data_action()) << method->full_name();
  if (rule.any_caller()) {
    EXPECT_TRUE(rule.action().empty() && rule.scope().empty()) << method->full_name();
    return;
  }
  EXPECT_TRUE(IsAction(rule.action())) << method->full_name();
  EXPECT_TRUE(rule.scope() == "{scope}" || absl::StartsWith(rule.scope(), "/"))
      << method->full_name();
  EXPECT_EQ(rule.scope().find("//"), std::string::npos) << method->full_name();
  EXPECT_TRUE(rule.scope() == "/" || !absl::EndsWith(rule.scope(), "/")) << method->full_name();
  ExpectStringFields(method, rule.scope());
}

void ExpectBatchData(const DescribedMethod& described) {
  const auto& [method, rule, plane] = described;
  EXPECT_TRUE(IsAction(rule.action())) << method->full_name();
  EXPECT_TRUE(absl::StartsWith(rule.action(), "Microsoft.Batch/batchAccounts/"))
      << method->full_name();
  // Azure's list of operations: pools are managed by actions, jobs by data actions.
  EXPECT_EQ(rule.data_action(),
            absl::StartsWith(rule.action(), "Microsoft.Batch/batchAccounts/jobs/"))
      << method->full_name();
  EXPECT_TRUE(rule.scope().empty() && rule.permission().empty()) << method->full_name();
  EXPECT_FALSE(rule.without_key_access()) << method->full_name();
  const FieldDescriptor* account = method->input_type()->FindFieldByName("account");
  ASSERT_NE(account, nullptr) << method->full_name();
  EXPECT_TRUE(RuleOf(account).required()) << method->full_name();
}

TEST(ApiLintTest, AuthorizationFitsThePlane) {
  for (const DescribedMethod& described : Methods()) {
    const auto& [method, rule, plane] = described;
    EXPECT_EQ(rule.anonymous(), plane == v1::PLANE_TOKEN) << method->full_name();
    switch (plane) {
      case v1::PLANE_KEY_VAULT_DATA:
        ExpectVaultData(described);
        break;
      case v1::PLANE_RESOURCE_MANAGER:
        ExpectResourceManager(described);
        break;
      case v1::PLANE_BATCH_DATA:
        ExpectBatchData(described);
        break;
      case v1::PLANE_CONTROL:
      case v1::PLANE_TOKEN:
        EXPECT_TRUE(rule.action().empty() && rule.permission().empty() && rule.scope().empty())
            << method->full_name();
        break;
      default:
        ADD_FAILURE() << method->full_name() << " belongs to no plane";
    }
  }
}

TEST(ApiLintTest, OnlyResourceManagerReportsLongRunningOperations) {
  for (const auto& [method, rule, plane] : Methods()) {
    EXPECT_TRUE(rule.long_running() == v1::LONG_RUNNING_NO || plane == v1::PLANE_RESOURCE_MANAGER)
        << method->full_name();
  }
}

TEST(ApiLintTest, EveryEnumBeginsUnspecifiedAndSpellsTheRest) {
  for (const EnumDescriptor* descriptor : DataEnums()) {
    EXPECT_EQ(descriptor->value(0)->number(), 0) << descriptor->full_name();
    EXPECT_TRUE(absl::EndsWith(descriptor->value(0)->name(), "_UNSPECIFIED"))
        << descriptor->full_name();
    EXPECT_FALSE(descriptor->options().allow_alias()) << descriptor->full_name();
    // Spellings are read without regard to case.
    std::set<std::string> spellings;
    for (int i = 1; i < descriptor->value_count(); ++i) {
      const EnumValueDescriptor* value = descriptor->value(i);
      const std::string& text = value->options().GetExtension(v1::json);
      EXPECT_FALSE(text.empty()) << value->full_name();
      EXPECT_TRUE(spellings.insert(absl::AsciiStrToLower(text)).second) << value->full_name();
    }
  }
}

TEST(ApiLintTest, EveryFieldHasAKindThatJsonSpells) {
  for (const Descriptor* message : DataMessages()) {
    EXPECT_EQ(message->real_oneof_decl_count(), 0) << message->full_name();
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      EXPECT_NE(field->cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field->full_name();
      EXPECT_NE(field->cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field->full_name();
      if (field->is_map()) {
        EXPECT_EQ(field->message_type()->map_key()->type(), FieldDescriptor::TYPE_STRING)
            << field->full_name();
      } else if (!field->is_repeated()) {
        EXPECT_TRUE(field->has_presence()) << field->full_name() << " is not optional";
      }
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
      const std::string& type = field->message_type()->full_name();
      EXPECT_TRUE(field->message_type()->file()->package() == "lazuli.v1" ||
                  type == "google.protobuf.Timestamp" || type == "google.protobuf.Duration")
          << field->full_name();
    }
  }
}

// JSON keeps the order of declaration, binary that of the numbers: they must not differ.
TEST(ApiLintTest, FieldNumbersAscend) {
  for (const Descriptor* message : DataMessages()) {
    for (int i = 1; i < message->field_count(); ++i) {
      EXPECT_LT(message->field(i - 1)->number(), message->field(i)->number())
          << message->field(i)->full_name();
    }
  }
}

TEST(ApiLintTest, JsonNamesAreUniqueInTheirMessage) {
  for (const Descriptor* message : DataMessages()) {
    std::set<std::string> names;
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_TRUE(names.insert(absl::AsciiStrToLower(message->field(i)->json_name())).second)
          << message->field(i)->full_name();
    }
  }
}

TEST(ApiLintTest, InlineMessagesHoldOneListOrMap) {
  for (const Descriptor* message : DataMessages()) {
    if (!message->options().GetExtension(v1::inline_)) continue;
    ASSERT_EQ(message->field_count(), 1) << message->full_name();
    EXPECT_TRUE(message->field(0)->is_repeated()) << message->full_name();
  }
}

bool FormatFits(v1::JsonFormat format, const FieldDescriptor* field) {
  switch (format) {
    case v1::JSON_FORMAT_DEFAULT:
      return true;
    case v1::JSON_FORMAT_BASE64:
      return field->type() == FieldDescriptor::TYPE_BYTES;
    default:
      return field->type() == FieldDescriptor::TYPE_MESSAGE &&
             field->message_type()->full_name() == "google.protobuf.Timestamp";
  }
}

TEST(ApiLintTest, FieldRulesAgreeWithTheirFields) {
  for (const Descriptor* message : DataMessages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      const v1::FieldRule& rule = RuleOf(field);
      EXPECT_TRUE(FormatFits(rule.format(), field)) << field->full_name();
      EXPECT_TRUE(!rule.emit_empty() || field->is_repeated()) << field->full_name();
      EXPECT_TRUE(!rule.emit_null() || !field->is_repeated()) << field->full_name();
      EXPECT_LE(rule.required() + rule.not_emulated() + rule.read_only(), 1) << field->full_name();
    }
  }
}

// Texts that bear these words are never shown in an audit record.
TEST(ApiLintTest, SecretsAreMarked) {
  for (const Descriptor* message : DataMessages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      const bool sounds_secret = absl::EndsWith(field->name(), "_secret") ||
                                 absl::EndsWith(field->name(), "access_token") ||
                                 absl::EndsWith(field->name(), "password");
      EXPECT_TRUE(!sounds_secret || RuleOf(field).secret()) << field->full_name();
    }
  }
}

}  // namespace
}  // namespace lazuli
