// File: keyvault/service/keys_service_fixture.h
//
// A service of keys over a standard vault "kv1" and a purge-protected premium one, "kv-premium".
#ifndef LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_FIXTURE_H_
#define LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault_input.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// "status code/inner target".
inline std::string Refusal(const absl::Status& status) {
  if (status.ok()) return "OK";
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return absl::StrCat(info.http_status, " ", info.code, info.inner_code.empty() ? "" : "/",
                      info.inner_code, info.target.empty() ? "" : " ", info.target);
}

inline std::vector<int> Ops(const v1::KeyBundle& bundle) {
  const auto& values = bundle.key().key_ops().values();
  return std::vector<int>(values.begin(), values.end());
}

class KeysServiceTest : public testing::Test {
 protected:
  KeysServiceTest() : env_(Options()) {
    env_.CreateVault("kv1");
    VaultInput premium = TestEnvironment::Input();
    premium.sku_name = "premium";
    premium.retention_days = 7;
    premium.purge_protection = true;
    env_.CreateVault("kv-premium", premium);
  }

  static VaultRegistryOptions Options() {
    VaultRegistryOptions options;
    options.allow_vaults_without_soft_delete = true;
    return options;
  }

  static v1::CreateKeyRequest EcRequest(absl::string_view name = "k") {
    v1::CreateKeyRequest request;
    request.set_vault_name("kv1");
    request.set_key_name(std::string(name));
    request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    return request;
  }

  static v1::ImportKeyRequest RsaImport() {
    const crypto::DecodedRsaKey key(crypto::kRfc7515A2Key);
    v1::ImportKeyRequest request;
    request.set_vault_name("kv1");
    request.set_key_name("k");
    v1::JsonWebKey* const jwk = request.mutable_key();
    jwk->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
    jwk->set_n(key.n);
    jwk->set_e(key.e);
    jwk->set_d(key.d);
    jwk->set_p(key.p);
    jwk->set_q(key.q);
    jwk->set_dp(key.dp);
    jwk->set_dq(key.dq);
    jwk->set_qi(key.qi);
    return request;
  }

  template <typename Request = v1::KeyNameRequest>
  static Request Named(absl::string_view name, absl::string_view vault = "kv1") {
    Request request;
    request.set_vault_name(std::string(vault));
    request.set_key_name(std::string(name));
    return request;
  }

  v1::KeyBundle Create(const v1::CreateKeyRequest& request) {
    v1::KeyBundle bundle;
    LAZULI_EXPECT_OK(service_.CreateKey(env_.Context(), request, &bundle));
    return bundle;
  }
  v1::KeyBundle Import(const v1::ImportKeyRequest& request) {
    v1::KeyBundle bundle;
    LAZULI_EXPECT_OK(service_.ImportKey(env_.Context(), request, &bundle));
    return bundle;
  }
  absl::StatusOr<v1::KeyBundle> Get(absl::string_view name, absl::string_view version = "") {
    auto request = Named<v1::GetKeyRequest>(name);
    request.set_key_version(std::string(version));
    v1::KeyBundle bundle;
    const absl::Status status = service_.GetKey(env_.Context(), request, &bundle);
    if (!status.ok()) return status;
    return bundle;
  }
  absl::StatusOr<v1::KeyBundle> Update(const v1::UpdateKeyRequest& request) {
    v1::KeyBundle bundle;
    const absl::Status status = service_.UpdateKey(env_.Context(), request, &bundle);
    if (!status.ok()) return status;
    return bundle;
  }

  int64_t NowSeconds() const { return absl::ToUnixSeconds(env_.now()); }

  TestEnvironment env_;
  FakeRoleChecker roles_;
  AccessControl access_{&env_.registry(), &roles_};
  crypto::KeyPool pool_{0};
  KeysService service_{&env_.registry(), &access_, &env_.engine(), &pool_};
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_KEYS_SERVICE_FIXTURE_H_
