#include "tests/docs/key_vault_page.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

namespace {

constexpr char kNameSpace[] = "/Microsoft.KeyVault";

// Has a step for every operation that is emulated, or fails.
constexpr char kShowsEach[] = "[ParityTest.EveryMethodComesToTheSame](../tests/parity_test.cc)";

constexpr char kIntroduction[] = R"(# Key Vault

Every operation of Key Vault's data plane and of its management that Lazuli describes: what it takes, whether it is emulated, and the tests
that show it. This page is written by `./dev docs` from the descriptions in `proto/`, the registration of the methods and the tests'
own words; a test fails when it is out of date.

Besides the tests named here, [parity_test](../tests/parity_test.cc) calls every emulated operation over both faces and compares what they
say, and [key_matrix_test](../tests/key_matrix_test.cc) tries every kind of key with every algorithm. Where Azure's OpenAPI documents are at hand,
[contract_test](../tests/contract_test.cc) holds what keys and management answer, and how they refuse, against those of 7.4 and 7.5, 2022-07-01 and
2023-07-01. What was chosen where Azure's behaviour is not public stands in [deviations.md](deviations.md).

- **needs**: on the data plane the permission of access policies and the data action of roles (below `Microsoft.KeyVault/vaults/` where
  nothing else stands); in management the action (below `Microsoft.KeyVault/`).
- **since**: the first api-version that has the operation over HTTPS; before it is refused as one that there is not. gRPC has all.
- **emulated**: "no" is refused with 501 `NotImplemented`, as is a request that sets one of the fields named here.

A key with a release policy is released to an environment whose attestation fulfils it. `lazuli attest tee.type=sevsnpvm --authority=https://attest.example`
prints such an attestation, with the claims and in the name of the authority that a test wants, and the private key to which keys are released;
`--claims=FILE` takes the claims from a JSON object.
)";

struct Entry {
  const MethodDescriptor* descriptor;
  const Method* method;
};

// "Keys/GetKey".
std::string ShortName(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), "/", method.name());
}

v1::Plane PlaneOf(const ServiceDescriptor& service) {
  return service.options().GetExtension(v1::service).plane();
}

bool IsOfVaults(const MethodDescriptor& method) {
  const v1::Plane plane = PlaneOf(*method.service());
  if (plane == v1::PLANE_KEY_VAULT_DATA) return true;
  return plane == v1::PLANE_RESOURCE_MANAGER &&
         absl::StrContains(method.options().GetExtension(v1::method).http(), kNameSpace);
}

// Those of a service on vaults, in order of declaration.
std::vector<Entry> EntriesOf(const ServiceDescriptor& service, const MethodRegistry& methods) {
  std::vector<Entry> entries;
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    if (!IsOfVaults(method)) continue;
    entries.push_back({&method, methods.Find(absl::StrCat("lazuli.v1.", ShortName(method)))});
  }
  return entries;
}

// In order of files and declaration, those of `plane`.
std::vector<const ServiceDescriptor*> ServicesOf(v1::Plane plane) {
  std::vector<const ServiceDescriptor*> services;
  for (const FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      if (PlaneOf(*file->service(i)) == plane) services.push_back(file->service(i));
    }
  }
  return services;
}

void AddRefusedFields(const Descriptor& type, const std::string& prefix,
                      std::set<const Descriptor*>* open, std::vector<std::string>* paths) {
  if (!open->insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const v1::FieldRule& rule = field.options().GetExtension(v1::field);
    if (rule.read_only()) continue;
    const std::string path = absl::StrCat(prefix, field.json_name());
    if (rule.not_emulated()) {
      paths->push_back(absl::StrCat("`", path, "`"));
    } else if (field.message_type() != nullptr && !field.is_map()) {
      const bool is_inline = type.options().GetExtension(v1::inline_);
      AddRefusedFields(*field.message_type(), is_inline ? prefix : absl::StrCat(path, "."), open,
                       paths);
    }
  }
  open->erase(&type);
}

std::string Emulated(const Entry& entry) {
  if (entry.method == nullptr || entry.method->not_emulated) return "no";
  std::vector<std::string> refused;
  std::set<const Descriptor*> open;
  // The field that the body fills has no name on the wire.
  const std::string& body = entry.descriptor->options().GetExtension(v1::method).body();
  const Descriptor* type = entry.descriptor->input_type();
  if (!body.empty() && body != "*") type = type->FindFieldByName(body)->message_type();
  AddRefusedFields(*type, "", &open, &refused);
  if (refused.empty()) return "yes";
  return absl::StrCat("yes, but for ", absl::StrJoin(refused, ", "));
}

std::string Request(const MethodDescriptor& method) {
  const std::string& http = method.options().GetExtension(v1::method).http();
  return absl::StrReplaceAll(
      http, {{"/subscriptions/{subscription_id}/resourceGroups/{resource_group_name}/providers"
              "/Microsoft.KeyVault",
              "G"},
             {"/subscriptions/{subscription_id}/providers/Microsoft.KeyVault", "S"},
             {"_name}", "}"}});
}

std::string Needs(const MethodDescriptor& method) {
  const v1::MethodRule& rule = method.options().GetExtension(v1::method);
  if (rule.any_caller()) return "a token";
  absl::string_view action = rule.action();
  if (PlaneOf(*method.service()) == v1::PLANE_RESOURCE_MANAGER) {
    absl::ConsumePrefix(&action, "Microsoft.KeyVault/");
    return absl::StrCat("`", action, "`");
  }
  absl::ConsumePrefix(&action, "Microsoft.KeyVault/vaults/");
  return absl::StrCat("`", rule.permission(), "`, `", action, "`");
}

std::string ShownBy(const std::string& operation, const ShownOperations& shown) {
  const auto found = shown.find(operation);
  if (found == shown.end()) return kShowsEach;
  std::vector<std::string> tests;
  for (const ShowingTest& test : found->second) {
    tests.push_back(absl::StrCat("[", test.name, "](../", test.path, ")"));
  }
  return absl::StrJoin(tests, ", ");
}

void AddTable(const std::vector<Entry>& entries, const ShownOperations& shown, std::string* page) {
  absl::StrAppend(page, "| operation | request | needs | since | emulated | shown by |\n",
                  "| --- | --- | --- | --- | --- | --- |\n");
  for (const Entry& entry : entries) {
    const MethodDescriptor& method = *entry.descriptor;
    const std::string& since = method.options().GetExtension(v1::method).since();
    const std::string emulated = Emulated(entry);
    absl::StrAppend(page, "| ", method.name(), " | `", Request(method), "` | ", Needs(method),
                    " | ", since, " | ", emulated, " | ",
                    emulated == "no" ? "" : ShownBy(ShortName(method), shown), " |\n");
  }
}

}  // namespace

std::string KeyVaultPage(const MethodRegistry& methods, const ShownOperations& shown) {
  std::string page = kIntroduction;
  absl::StrAppend(&page,
                  "\n## The data plane\n\n`https://{vault}.vault.azure.net`, and for the keys of a "
                  "managed HSM `https://{hsm}.managedhsm.azure.net`; under localhost\n"
                  "`https://{vault}.vault.localhost:8443` and "
                  "`https://{hsm}.managedhsm.localhost:8443`. A path without `{key_version}` and "
                  "the like means the latest version.\n");
  for (const ServiceDescriptor* service : ServicesOf(v1::PLANE_KEY_VAULT_DATA)) {
    absl::StrAppend(
        &page, "\n### ", service->name(), "\n\nApi-versions: ",
        absl::StrJoin(service->options().GetExtension(v1::service).api_versions(), ", "), ".\n\n");
    AddTable(EntriesOf(*service, methods), shown, &page);
  }
  absl::StrAppend(&page,
                  "\n## Management\n\n`https://management.azure.com`. G stands for "
                  "`/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers/"
                  "Microsoft.KeyVault`, S for\n`/subscriptions/{subscription_id}/providers/"
                  "Microsoft.KeyVault`. Any api-version that is a date is taken.\n");
  for (const ServiceDescriptor* service : ServicesOf(v1::PLANE_RESOURCE_MANAGER)) {
    const std::vector<Entry> entries = EntriesOf(*service, methods);
    if (entries.empty()) continue;
    absl::StrAppend(&page, "\n### ", service->name(), "\n\n");
    AddTable(entries, shown, &page);
  }
  return page;
}

std::vector<std::string> KeyVaultPageProblems(const MethodRegistry& methods,
                                              const ShownOperations& shown) {
  std::vector<std::string> problems;
  for (const auto& [operation, tests] : shown) {
    if (methods.Find(absl::StrCat("lazuli.v1.", operation)) == nullptr) {
      problems.push_back(
          absl::StrCat(tests.front().path, " shows ", operation, ", which is no operation"));
    }
  }
  return problems;
}

}  // namespace lazuli::emulator
