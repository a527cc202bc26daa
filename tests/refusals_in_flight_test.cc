// What a call hears that meets a deletion, a recovery or a purge which is under way, over both
// faces: for keys and for secrets, which share their lifecycle.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "tests/support/test_server.h"
#include "tests/support/two_faces.h"

namespace lazuli::emulator {
namespace {

// What keys and secrets are called.
struct Kind {
  const char* title;    // "Key"
  const char* name;     // "key"
  const char* service;  // "Keys"
  const char* create;   // the method
  const char* body;     // what it takes besides the name, in text format
};

constexpr Kind kKinds[] = {
    {"Key", "key", "Keys", "CreateKey", "kty: JSON_WEB_KEY_TYPE_EC"},
    {"Secret", "secret", "Secrets", "SetSecret", "value: 'v'"},
};

// How one call is to end.
struct Expected {
  const char* what;  // "Create", "Get", "GetDeleted", "Recover", "Purge", "Delete", "Restore"
  const char* outcome;
  std::string message;
};

class RefusalsInFlightTest : public testing::TestWithParam<Kind> {
 protected:
  RefusalsInFlightTest()
      : emulator_(Must(Emulator::Create(Options()))),
        faces_((emulator_->Start(), emulator_.get())) {
    const std::string ids =
        absl::StrCat("subscription_id: '", kDefaultSubscriptionId, "' resource_group_name: 'g' ");
    faces_.Do("ResourceGroups/CreateOrUpdateResourceGroup",
              absl::StrCat(ids, "parameters { location: 'westus2' }"));
    faces_.Do("Vaults/CreateOrUpdateVault",
              absl::Substitute(
                  "$0 vault_name: 'kv1' parameters { location: 'westus2' properties { tenant_id: "
                  "'$1' sku { family: 'A' name: 'standard' } access_policies { values { tenant_id: "
                  "'$1' object_id: '$2' permissions { keys: 'all' keys: 'purge' secrets: 'all' "
                  "secrets: 'purge' } } } } }",
                  ids, std::string(kDefaultTenantId), std::string(kAdminObjectId)));
    faces_.Do(MethodOf("Create"), RequestOf("Create"));
    backup_ = Backup();
  }

  static ServerOptions Options() {
    ServerOptions options = TestOptions();
    options.object_deletion_delay = absl::Seconds(30);
    options.object_recovery_delay = absl::Seconds(20);
    options.object_purge_delay = absl::Seconds(10);
    return options;
  }

  static std::string MethodOf(const std::string& what) {
    const Kind& kind = GetParam();
    if (what == "Create") return absl::StrCat(kind.service, "/", kind.create);
    const bool is_of_deleted = what == "Recover" || what == "Purge" || what == "GetDeleted";
    return absl::StrCat(kind.service, "/", what == "GetDeleted" ? "Get" : what,
                        is_of_deleted ? "Deleted" : "", kind.title);
  }
  std::string RequestOf(const std::string& what) const {
    const Kind& kind = GetParam();
    if (what == "Restore") {
      return absl::StrCat("vault_name: 'kv1' value: '", absl::CHexEscape(backup_), "'");
    }
    return absl::StrCat("vault_name: 'kv1' ", kind.name, "_name: 'k' ",
                        what == "Create" ? kind.body : "");
  }
  std::string Backup() {
    const auto answer = faces_.Ask(MethodOf("Backup"), RequestOf("Backup"));
    const auto* const value = answer->GetDescriptor()->FindFieldByName("value");
    return answer->GetReflection()->GetString(*answer, value);
  }
  void Do(const std::string& what) { faces_.Do(MethodOf(what), RequestOf(what)); }
  void Advance(const std::string& seconds) {
    faces_.Do("Emulator/AdvanceClock", absl::StrCat("by { seconds: ", seconds, " }"));
  }

  void ExpectAll(const std::vector<Expected>& rows) {
    for (const Expected& row : rows) {
      SCOPED_TRACE(row.what);
      const std::string message = absl::Substitute(row.message, GetParam().title, GetParam().name);
      for (const Outcome& outcome :
           {faces_.OverHttps(MethodOf(row.what), RequestOf(row.what), ""),
            faces_.OverGrpc(MethodOf(row.what), RequestOf(row.what), "")}) {
        EXPECT_EQ(outcome.Short(), absl::Substitute(row.outcome, GetParam().title));
        EXPECT_EQ(outcome.message.substr(0, message.size()), message);
      }
    }
  }

  // "$0": the kind's title, "$1": its name.
  const std::string being_recreated_ =
      "$0 k is currently being deleted and cannot be re-created; retry later.";
  const std::string being_deleted_ = "$0 k is currently being deleted.";
  const std::string being_recovered_ = "$0 k is currently being recovered; retry later.";
  const std::string gone_ = "A $1 with (name/id) k was not found in this key vault.";
  const std::string deleted_gone_ = "Deleted $0 not found: k";

  std::unique_ptr<Emulator> emulator_;
  TwoFaces faces_;
  std::string backup_;
};

TEST_P(RefusalsInFlightTest, WhileItIsBeingDeleted) {
  Do("Delete");
  Advance("29");
  ExpectAll({{"Create", "409 Conflict/ObjectIsBeingDeleted", being_recreated_},
             {"Restore", "409 Conflict/ObjectIsBeingDeleted", being_recreated_},
             {"Recover", "409 Conflict/ObjectIsBeingDeleted", being_deleted_},
             {"Purge", "409 Conflict/ObjectIsBeingDeleted", being_deleted_},
             {"Get", "404 $0NotFound", gone_},
             {"Delete", "404 $0NotFound", gone_},
             {"GetDeleted", "404 $0NotFound", deleted_gone_}});
  Advance("1");
  ExpectAll(
      {{"GetDeleted", "200", ""},
       {"Create", "409 Conflict/ObjectIsDeletedButRecoverable",
        "$0 k is currently in a deleted but recoverable state, and its name cannot be reused; "
        "in this state, the $1 can only be recovered or purged."},
       {"Restore", "409 Conflict", "There was a conflict restoring the $1 "}});
}

TEST_P(RefusalsInFlightTest, WhileItIsBeingRecovered) {
  Do("Delete");
  Advance("30");
  Do("Recover");
  Advance("19");
  ExpectAll({{"Create", "409 Conflict/ObjectIsBeingRecovered", being_recovered_},
             {"Restore", "409 Conflict/ObjectIsBeingRecovered", being_recovered_},
             {"Recover", "409 Conflict/ObjectIsBeingRecovered", being_recovered_},
             {"Purge", "409 Conflict/ObjectIsBeingRecovered", being_recovered_},
             {"Get", "404 $0NotFound", gone_},
             {"Delete", "404 $0NotFound", gone_},
             {"GetDeleted", "404 $0NotFound", deleted_gone_}});
  Advance("1");
  ExpectAll({{"Get", "200", ""},
             {"Recover", "400 MethodNotAllowed/RequestNotAllowedOnNonDeletedObject",
              "$0 exists already: k"}});
}

TEST_P(RefusalsInFlightTest, WhileItIsBeingPurged) {
  Do("Delete");
  Advance("30");
  Do("Purge");
  Advance("9");
  ExpectAll({{"Create", "409 Conflict/ObjectIsBeingDeleted", being_recreated_},
             {"Restore", "409 Conflict/ObjectIsBeingDeleted", being_recreated_},
             {"Recover", "409 Conflict/ObjectIsBeingDeleted", being_deleted_},
             {"Purge", "409 Conflict/ObjectIsBeingDeleted", being_deleted_},
             {"Get", "404 $0NotFound", gone_},
             {"Delete", "404 $0NotFound", gone_},
             {"GetDeleted", "404 $0NotFound", deleted_gone_}});
  Advance("1");
  ExpectAll({{"Recover", "404 $0NotFound", gone_},
             {"Purge", "404 $0NotFound", deleted_gone_},
             {"Create", "200", ""}});
}

INSTANTIATE_TEST_SUITE_P(Kinds, RefusalsInFlightTest, testing::ValuesIn(kKinds),
                         [](const auto& info) { return std::string(info.param.service); });

}  // namespace
}  // namespace lazuli::emulator
