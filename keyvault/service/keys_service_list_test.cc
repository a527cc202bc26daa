// The listings of keys, versions and deleted keys.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

class KeysServiceListTest : public testing::Test {
 protected:
  KeysServiceListTest() : vault_(env_.CreateVault("kv1")) {}

  static v1::GetKeyVersionsRequest VersionsOf(absl::string_view name) {
    v1::GetKeyVersionsRequest request;
    request.set_vault_name("kv1");
    request.set_key_name(std::string(name));
    return request;
  }

  TestEnvironment env_;
  FakeRoleChecker roles_;
  AccessControl access_{&env_.registry(), &roles_};
  crypto::KeyPool pool_{0};
  KeysService service_{&env_.registry(), &access_, &env_.engine(), &pool_};
  VaultPtr vault_;
};

// "status code target".
std::string Refusal(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return absl::StrCat(info.http_status, " ", info.code, " ", info.target);
}

// Shows: Keys/GetKeys
TEST_F(KeysServiceListTest, KeysAreListedPageByPageWithoutVersions) {
  for (int i = 0; i < 30; ++i) env_.AddKey(vault_.get(), absl::StrFormat("key-%02d", i));
  v1::GetKeysRequest request;
  request.set_vault_name("kv1");
  v1::KeyListResult first;
  LAZULI_ASSERT_OK(service_.GetKeys(env_.Context(), request, &first));
  ASSERT_EQ(first.value_size(), 25);
  EXPECT_EQ(first.value(0).kid(), "https://kv1.vault.azure.net/keys/key-00");
  EXPECT_TRUE(first.value(0).attributes().enabled());
  EXPECT_FALSE(first.value(0).has_tags());
  ASSERT_TRUE(first.has_next_link());
  request.set_skip_token(first.next_link());
  v1::KeyListResult second;
  LAZULI_ASSERT_OK(service_.GetKeys(env_.Context(), request, &second));
  ASSERT_EQ(second.value_size(), 5);
  EXPECT_EQ(second.value(0).kid(), "https://kv1.vault.azure.net/keys/key-25");
  EXPECT_FALSE(second.has_next_link());
}

TEST_F(KeysServiceListTest, PagesAreBoundedAndTheirTokensChecked) {
  v1::GetKeysRequest request;
  request.set_vault_name("kv1");
  v1::KeyListResult result;
  v1::DeletedKeyListResult deleted;
  for (const int maxresults : {0, -1, 26}) {
    request.set_maxresults(maxresults);
    EXPECT_EQ(Refusal(service_.GetKeys(env_.Context(), request, &result)),
              "400 BadParameter maxresults");
    EXPECT_EQ(Refusal(service_.GetDeletedKeys(env_.Context(), request, &deleted)),
              "400 BadParameter maxresults");
  }
  request.set_maxresults(25);
  LAZULI_EXPECT_OK(service_.GetKeys(env_.Context(), request, &result));
  request.set_skip_token("next");
  EXPECT_EQ(Refusal(service_.GetKeys(env_.Context(), request, &result)),
            "400 BadParameter $skiptoken");
}

// Shows: Keys/GetKeyVersions
TEST_F(KeysServiceListTest, VersionsAreListedByIdWithTheirVersions) {
  for (int i = 0; i < 5; ++i) env_.AddKey(vault_.get(), "k");
  auto request = VersionsOf("k");
  request.set_maxresults(2);
  std::vector<std::string> kids;
  for (;;) {
    v1::KeyListResult result;
    LAZULI_ASSERT_OK(service_.GetKeyVersions(env_.Context(), request, &result));
    ASSERT_LE(result.value_size(), 2);
    for (const v1::KeyItem& item : result.value()) kids.push_back(item.kid());
    if (!result.has_next_link()) break;
    request.set_skip_token(result.next_link());
  }
  EXPECT_EQ(kids.size(), 5u);
  EXPECT_TRUE(std::is_sorted(kids.begin(), kids.end()));
  EXPECT_EQ(std::adjacent_find(kids.begin(), kids.end()), kids.end());
  EXPECT_TRUE(IsHex32(kids[0].substr(kids[0].rfind('/') + 1)));

  v1::KeyListResult none;
  LAZULI_ASSERT_OK(service_.GetKeyVersions(env_.Context(), VersionsOf("unknown"), &none));
  EXPECT_EQ(none.value_size(), 0);
}

// Shows: Keys/GetDeletedKeys
TEST_F(KeysServiceListTest, DeletedKeysAreListedWithTheirWayBack) {
  for (const char* name : {"a", "b", "c"}) {
    env_.AddKey(vault_.get(), name);
    LAZULI_ASSERT_OK(vault_->DeleteKey(env_.now(), name));
  }
  v1::GetKeysRequest request;
  request.set_vault_name("kv1");
  request.set_maxresults(2);
  v1::DeletedKeyListResult first;
  LAZULI_ASSERT_OK(service_.GetDeletedKeys(env_.Context(), request, &first));
  ASSERT_EQ(first.value_size(), 2);
  EXPECT_EQ(first.value(0).kid(), "https://kv1.vault.azure.net/keys/a");
  EXPECT_EQ(first.value(0).recovery_id(), "https://kv1.vault.azure.net/deletedkeys/a");
  EXPECT_EQ(
      first.value(0).scheduled_purge_date().seconds() - first.value(0).deleted_date().seconds(),
      90 * 86400);
  request.set_skip_token(first.next_link());
  v1::DeletedKeyListResult second;
  LAZULI_ASSERT_OK(service_.GetDeletedKeys(env_.Context(), request, &second));
  EXPECT_EQ(second.value_size(), 1);
  EXPECT_FALSE(second.has_next_link());
}

}  // namespace
}  // namespace lazuli::keyvault
