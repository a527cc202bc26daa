#include "keyvault/testing/vault_player.h"

#include <algorithm>
#include <iterator>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/event_log.h"
#include "keyvault/crypto/jose_vectors.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/testing/answer_texts.h"
#include "keyvault/vault_input.h"
#include "proto/common.pb.h"

namespace lazuli::keyvault {
namespace {

constexpr size_t kEventsAtATime = 1000;
constexpr char kDigest[] = "0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kSecret[] = "a key to be wrapped";
const std::string* const kNames = new std::string[9]{
    "", "encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "export"};

const crypto::RsaVectorKey& PooledVector(size_t index) {
  static const crypto::RsaVectorKey* const vectors[] = {
      &crypto::kRfc7515A2Key, &crypto::kRfc7516A1Key, &crypto::kRfc7516A2Key,
      &crypto::kRfc7520S34Key, &crypto::kRfc7520S51Key};
  return *vectors[index % std::size(vectors)];
}

// The next of a few keys after `like`, which is one of them.
crypto::KeyMaterial::Ptr PooledRsaAfter(const crypto::KeyMaterial& like) {
  static const auto* const pool = [] {
    auto* const keys = new std::vector<crypto::KeyMaterial::Ptr>();
    for (size_t i = 0; i < 5; ++i) keys->push_back(crypto::ImportVector(PooledVector(i)));
    return keys;
  }();
  size_t next = 0;
  while (next < pool->size() && (*pool)[next]->n() != like.n()) ++next;
  return (*pool)[(next + 1) % pool->size()];
}

absl::StatusOr<crypto::KeyMaterial::Ptr> MakeMaterial(const crypto::KeyMaterial& like,
                                                      const crypto::Interrupted&) {
  if (like.is_rsa()) return PooledRsaAfter(like);
  return crypto::KeyMaterial::GenerateEc(like.curve());
}

void WriteOperation(const char* name, v1::KeyOperations* operations) {
  const auto* const found = std::find(kNames, kNames + 9, name);
  operations->add_values(static_cast<v1::JsonWebKeyOperation>(found - kNames));
}

template <typename Request>
void WriteChoice(const KeyChoice& choice, int64_t now, Request* request) {
  if (!choice.enabled) request->mutable_attributes()->set_enabled(false);
  if (choice.not_before.has_value()) {
    request->mutable_attributes()->mutable_nbf()->set_seconds(now + *choice.not_before);
  }
  if (choice.expires.has_value()) {
    request->mutable_attributes()->mutable_exp()->set_seconds(now + *choice.expires);
  }
  if (choice.tag != nullptr) (*request->mutable_tags()->mutable_values())["tag"] = choice.tag;
}

std::string PolicyText(const v1::KeyRotationPolicy& policy) {
  std::string text;
  for (const auto& action : policy.lifetime_actions()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", action.action().type(),
                    action.trigger().has_time_after_create()
                        ? absl::StrCat("+", action.trigger().time_after_create())
                        : absl::StrCat("-", action.trigger().time_before_expiry()));
  }
  const auto& attributes = policy.attributes();
  if (attributes.has_expiry_time()) absl::StrAppend(&text, " ", attributes.expiry_time());
  if (attributes.has_created()) {
    absl::StrAppend(&text, " ", attributes.created().seconds(), " ",
                    attributes.updated().seconds());
  }
  return text;
}

bool IsRsa(const v1::JsonWebKey& key) { return key.kty() == v1::JSON_WEB_KEY_TYPE_RSA; }

}  // namespace

VaultPlayer::VaultPlayer(const VaultRegistryOptions& options)
    : environment_(options),
      certificates_(&environment_, &pool_, &sealer_, &numbers_, [this] { FollowEvents(); }) {
  environment_.registry().SetKeyMaker(&MakeMaterial);
}

template <typename Request>
Request VaultPlayer::Of(const Step& step) const {
  Request request;
  request.set_vault_name(VaultNameOf(step));
  if constexpr (requires { request.set_key_name(""); }) request.set_key_name(KeyNameOf(step));
  if constexpr (requires { request.set_key_version(""); }) {
    if (step.version > 0) {
      request.set_key_version(
          numbers_.IdOf(VaultNameOf(step), "keys", KeyNameOf(step), step.version));
    }
  }
  return request;
}

void VaultPlayer::FollowEvents() {
  constexpr absl::string_view kPrefix = "Microsoft.KeyVault.";
  while (true) {
    const auto events = environment_.events().ListAfter(seen_events_, kEventsAtATime);
    if (!events.ok() || events->empty()) return;
    for (const Event& event : *events) {
      seen_events_ = event.sequence;
      // Of a certificate that is not issued yet subscribers are not told: "vault-0/certificates/k1"
      // and a version.
      const std::vector<std::string> parts = absl::StrSplit(event.resource, '/');
      if (event.kind == "certificate" && parts.size() == 4) {
        numbers_.Learn(parts[0], parts[1], parts[2], parts[3]);
      }
      if (!absl::StartsWith(event.kind, kPrefix)) continue;
      std::map<std::string, std::string> data(event.data.begin(), event.data.end());
      const std::string& type = data["objectType"];
      const std::string what = event.kind.substr(kPrefix.size() + type.size());
      const std::string folder = absl::StrCat(absl::AsciiStrToLower(type), "s");
      if (what == "NewVersionCreated") {
        numbers_.Learn(data["vaultName"], folder, data["objectName"], data["version"]);
      }
      const auto seconds = [&data](const char* name) {
        return data.count(name) ? data[name] : "-";
      };
      told_.push_back(absl::StrCat(absl::ToUnixSeconds(event.time), " ",
                                   what == "NewVersionCreated" ? "new"
                                   : what == "NearExpiry"      ? "near"
                                                               : "expired",
                                   " ", data["vaultName"], "/",
                                   type == "Key" ? "" : absl::StrCat(folder, "/"),
                                   data["objectName"], "#", numbers_.NumberOf(data["id"]), " ",
                                   seconds("nbf"), " ", seconds("exp")));
    }
  }
}

template <typename Bundle>
std::string VaultPlayer::VersionText(const Bundle& bundle) const {
  const v1::JsonWebKey& key = bundle.key();
  std::vector<std::string> operations;
  for (const int operation : key.key_ops().values()) operations.push_back(kNames[operation]);
  const std::vector<std::string> parts = absl::StrSplit(key.kid(), '/');
  const bool is_p384 = key.crv() == v1::JSON_WEB_KEY_CURVE_NAME_P384;
  const std::string shape = IsRsa(key) ? absl::StrCat("RSA ", key.n().size() * 8)
                            : is_p384  ? "EC P-384"
                                       : "EC P-256";
  return absl::StrCat(parts.size() > 4 ? parts[4] : "?", "#", numbers_.NumberOf(key.kid()), " ",
                      shape, " [", absl::StrJoin(operations, ","), "] ", AttributesText(bundle),
                      bundle.managed() ? " managed" : "");
}

std::string VaultPlayer::Answer(const absl::Status& status, const v1::KeyBundle& bundle) {
  FollowEvents();
  return status.ok() ? VersionText(bundle) : ErrorText(status);
}

std::string VaultPlayer::Apply(const Step& step, int64_t target) {
  std::string answer;
  switch (step.kind) {
    case StepKind::kCreateVault:
    case StepKind::kProtectVault:
    case StepKind::kDeleteVault:
    case StepKind::kRecoverVault:
    case StepKind::kPurgeVault:
      answer = ApplyToVault(step);
      break;
    case StepKind::kSign:
      answer = Sign(step);
      break;
    case StepKind::kVerify:
      answer = Verify(step);
      break;
    case StepKind::kWrap:
      answer = Wrap(step);
      break;
    case StepKind::kUnwrap:
      answer = Unwrap(step);
      break;
    case StepKind::kBackup:
      answer = Backup(step);
      break;
    case StepKind::kRestore:
      answer = Restore(step);
      break;
    case StepKind::kAdvance:
      environment_.AdvanceTo(absl::FromUnixMillis(target));
      answer = absl::StrCat(now());
      break;
    default:
      answer = IsAboutCertificates(step.kind) ? certificates_.Apply(step) : ApplyToKey(step);
      break;
  }
  FollowEvents();
  if (std::string strays = certificates_.Strays(); !strays.empty()) {
    told_.push_back(std::move(strays));
  }
  return answer;
}

std::string VaultPlayer::ApplyToVault(const Step& step) {
  VaultRegistry& registry = environment_.registry();
  const CallContext context = environment_.Context();
  const VaultAddress address = TestEnvironment::Address(VaultNameOf(step));
  absl::Status status;
  switch (step.kind) {
    case StepKind::kCreateVault: {
      const VaultChoice& choice = kVaultChoices[static_cast<size_t>(step.choice)];
      VaultInput input = TestEnvironment::Input();
      input.retention_days = choice.retention_days;
      if (choice.purge_protection) input.purge_protection = true;
      status = registry.CreateOrUpdate(context, address, kTestLocation, input).status();
      break;
    }
    case StepKind::kProtectVault: {
      VaultInput input;
      input.purge_protection = true;
      status = registry.Update(context, address, input).status();
      break;
    }
    case StepKind::kDeleteVault:
      status = registry.Delete(context, address);
      break;
    case StepKind::kRecoverVault:
      status = registry.Recover(context, address, kTestLocation).status();
      break;
    default:
      status = registry.PurgeDeleted(context, kTestSubscription, kTestLocation, VaultNameOf(step));
      break;
  }
  return status.ok() ? "ok" : ErrorText(status);
}

std::string VaultPlayer::ApplyToKey(const Step& step) {
  const CallContext context = environment_.Context();
  v1::KeyBundle bundle;
  v1::DeletedKeyBundle deleted;
  absl::Status status;
  const auto deleted_answer = [&] {
    if (!status.ok()) return ErrorText(status);
    return DeletedText(deleted, VersionText(deleted));
  };
  switch (step.kind) {
    case StepKind::kCreate:
      return Create(step);
    case StepKind::kImport:
      return Import(step);
    case StepKind::kUpdate:
      return Update(step);
    case StepKind::kGet:
      return Answer(service_.GetKey(context, Of<v1::GetKeyRequest>(step), &bundle), bundle);
    case StepKind::kDelete:
      status = service_.DeleteKey(context, Of<v1::KeyNameRequest>(step), &deleted);
      return deleted_answer();
    case StepKind::kGetDeleted:
      status = service_.GetDeletedKey(context, Of<v1::KeyNameRequest>(step), &deleted);
      return deleted_answer();
    case StepKind::kRecover:
      return Answer(service_.RecoverDeletedKey(context, Of<v1::KeyNameRequest>(step), &bundle),
                    bundle);
    case StepKind::kPurge: {
      v1::Empty empty;
      status = service_.PurgeDeletedKey(context, Of<v1::KeyNameRequest>(step), &empty);
      return status.ok() ? "ok" : ErrorText(status);
    }
    case StepKind::kRotate:
      return Rotate(step);
    case StepKind::kSetPolicy:
      return SetPolicy(step);
    case StepKind::kGetPolicy: {
      v1::KeyRotationPolicy policy;
      status = service_.GetKeyRotationPolicy(context, Of<v1::KeyNameRequest>(step), &policy);
      return status.ok() ? PolicyText(policy) : ErrorText(status);
    }
    case StepKind::kListVersions:
      return ListVersions(step);
    case StepKind::kListDeleted:
      return ListDeleted(step);
    default:
      return List(step);
  }
}

std::string VaultPlayer::Create(const Step& step) {
  const KeyChoice& choice = kCreateChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::CreateKeyRequest>(step);
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  if (choice.shape == Shape::kP384) request.set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P384);
  WriteChoice(choice, now() / 1000, &request);
  if (choice.operation != nullptr) WriteOperation(choice.operation, request.mutable_key_ops());
  v1::KeyBundle bundle;
  return Answer(service_.CreateKey(environment_.Context(), request, &bundle), bundle);
}

std::string VaultPlayer::Import(const Step& step) {
  const ImportChoice& choice = kImportChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::ImportKeyRequest>(step);
  v1::JsonWebKey* const jwk = request.mutable_key();
  if (choice.key.shape == Shape::kRsa2048) {
    const crypto::DecodedRsaKey key(PooledVector(static_cast<size_t>(choice.material)));
    jwk->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
    jwk->set_n(key.n);
    jwk->set_e(key.e);
    jwk->set_d(key.d);
    jwk->set_p(key.p);
    jwk->set_q(key.q);
    jwk->set_dp(key.dp);
    jwk->set_dq(key.dq);
    jwk->set_qi(key.qi);
  } else {
    const crypto::DecodedEcKey key(crypto::kRfc7515A3Key);
    jwk->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    jwk->set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);
    jwk->set_x(key.x);
    jwk->set_y(key.y);
    jwk->set_d(key.d);
  }
  WriteChoice(choice.key, now() / 1000, &request);
  if (choice.key.operation != nullptr) {
    WriteOperation(choice.key.operation, jwk->mutable_key_ops());
  }
  v1::KeyBundle bundle;
  return Answer(service_.ImportKey(environment_.Context(), request, &bundle), bundle);
}

std::string VaultPlayer::Update(const Step& step) {
  const UpdateChoice& choice = kUpdateChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::UpdateKeyRequest>(step);
  const int64_t seconds = now() / 1000;
  v1::KeyAttributes* const attributes = request.mutable_attributes();
  if (choice.enabled.has_value()) attributes->set_enabled(*choice.enabled);
  if (choice.not_before.has_value()) {
    attributes->mutable_nbf()->set_seconds(seconds + *choice.not_before);
  }
  if (choice.expires.has_value()) attributes->mutable_exp()->set_seconds(seconds + *choice.expires);
  if (choice.tag != nullptr) {
    request.mutable_tags();
    if (*choice.tag != '\0') (*request.mutable_tags()->mutable_values())["tag"] = choice.tag;
  }
  if (choice.operation != nullptr) WriteOperation(choice.operation, request.mutable_key_ops());
  v1::KeyBundle bundle;
  return Answer(service_.UpdateKey(environment_.Context(), request, &bundle), bundle);
}

std::string VaultPlayer::Rotate(const Step& step) {
  const CallContext context = environment_.Context();
  Step latest = step;
  latest.version = 0;
  v1::KeyBundle before;
  const absl::Status found = service_.GetKey(context, Of<v1::GetKeyRequest>(latest), &before);
  v1::KeyBundle after;
  std::string answer =
      Answer(service_.RotateKey(context, Of<v1::KeyNameRequest>(step), &after), after);
  if (found.ok() && after.key().n() == before.key().n() && after.key().x() == before.key().x()) {
    absl::StrAppend(&answer, " with the same material");
  }
  return answer;
}

std::string VaultPlayer::SetPolicy(const Step& step) {
  const PolicyChoice& choice = kPolicyChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::UpdateKeyRotationPolicyRequest>(step);
  v1::KeyRotationPolicy* const policy = request.mutable_policy();
  if (choice.rotate_type != nullptr) {
    auto* const action = policy->add_lifetime_actions();
    action->mutable_action()->set_type(choice.rotate_type);
    if (choice.rotate_after_create != nullptr) {
      action->mutable_trigger()->set_time_after_create(choice.rotate_after_create);
    } else {
      action->mutable_trigger()->set_time_before_expiry(choice.rotate_before_expiry);
    }
  }
  if (choice.notify_before_expiry != nullptr) {
    auto* const action = policy->add_lifetime_actions();
    action->mutable_action()->set_type("notify");
    action->mutable_trigger()->set_time_before_expiry(choice.notify_before_expiry);
  }
  if (choice.expiry_time != nullptr) {
    policy->mutable_attributes()->set_expiry_time(choice.expiry_time);
  }
  v1::KeyRotationPolicy answer;
  const absl::Status status =
      service_.UpdateKeyRotationPolicy(environment_.Context(), request, &answer);
  return status.ok() ? PolicyText(answer) : ErrorText(status);
}

std::string VaultPlayer::List(const Step& step) {
  const CallContext context = environment_.Context();
  v1::KeyListResult keys;
  const absl::Status status = service_.GetKeys(context, Of<v1::GetKeysRequest>(step), &keys);
  if (!status.ok()) return ErrorText(status);
  std::string text;
  for (const v1::KeyItem& item : keys.value()) {
    auto request = Of<v1::GetKeyRequest>(step);
    request.clear_key_version();
    request.set_key_name(item.kid().substr(item.kid().rfind('/') + 1));
    v1::KeyBundle bundle;
    absl::StrAppend(&text, Answer(service_.GetKey(context, request, &bundle), bundle), "; ");
    if (item.attributes().SerializeAsString() != bundle.attributes().SerializeAsString()) {
      absl::StrAppend(&text, "listed otherwise; ");
    }
  }
  return text;
}

std::string VaultPlayer::ListVersions(const Step& step) {
  const CallContext context = environment_.Context();
  auto list = Of<v1::GetKeyVersionsRequest>(step);
  std::map<int, std::string> texts;
  do {
    v1::KeyListResult page;
    const absl::Status status = service_.GetKeyVersions(context, list, &page);
    if (!status.ok()) return ErrorText(status);
    for (const v1::KeyItem& item : page.value()) {
      auto request = Of<v1::GetKeyRequest>(step);
      request.set_key_version(item.kid().substr(item.kid().rfind('/') + 1));
      v1::KeyBundle bundle;
      std::string text = Answer(service_.GetKey(context, request, &bundle), bundle);
      if (item.attributes().SerializeAsString() != bundle.attributes().SerializeAsString()) {
        absl::StrAppend(&text, " listed otherwise");
      }
      texts[numbers_.NumberOf(item.kid())] = std::move(text);
    }
    list.set_skip_token(page.next_link());
  } while (!list.skip_token().empty());
  std::string all;
  for (const auto& [number, text] : texts) absl::StrAppend(&all, text, "; ");
  return all;
}

std::string VaultPlayer::ListDeleted(const Step& step) {
  const CallContext context = environment_.Context();
  v1::DeletedKeyListResult keys;
  const absl::Status status = service_.GetDeletedKeys(context, Of<v1::GetKeysRequest>(step), &keys);
  if (!status.ok()) return ErrorText(status);
  std::string text;
  for (const v1::DeletedKeyItem& item : keys.value()) {
    Step one = step;
    one.kind = StepKind::kGetDeleted;
    int number = 0;
    // ".../keys/k2"
    if (absl::SimpleAtoi(item.kid().substr(item.kid().rfind('/') + 2), &number)) one.key = number;
    absl::StrAppend(&text, ApplyToKey(one), "; ");
  }
  return text;
}

VaultPlayer::Signing VaultPlayer::SigningOf(const Step& step) {
  v1::KeyBundle bundle;
  service_.GetKey(environment_.Context(), Of<v1::GetKeyRequest>(step), &bundle).IgnoreError();
  const absl::string_view digest = kDigest;
  if (IsRsa(bundle.key())) {
    return {v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256, std::string(digest.substr(0, 32))};
  }
  if (bundle.key().crv() == v1::JSON_WEB_KEY_CURVE_NAME_P384) {
    return {v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES384, std::string(digest.substr(0, 48))};
  }
  return {v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256, std::string(digest.substr(0, 32))};
}

std::string VaultPlayer::Sign(const Step& step) {
  const Signing signing = SigningOf(step);
  auto request = Of<v1::KeySignParameters>(step);
  request.set_alg(signing.algorithm);
  request.set_value(signing.digest);
  v1::KeyOperationResult result;
  const absl::Status status = service_.Sign(environment_.Context(), request, &result);
  if (!status.ok()) return ErrorText(status);
  signatures_[step.choice] = result.value();
  return absl::StrCat("by #", numbers_.NumberOf(result.kid()));
}

std::string VaultPlayer::Verify(const Step& step) {
  const Signing signing = SigningOf(step);
  auto request = Of<v1::KeyVerifyParameters>(step);
  request.set_alg(signing.algorithm);
  request.set_digest(signing.digest);
  request.set_value(signatures_[step.choice]);
  v1::KeyVerifyResult result;
  const absl::Status status = service_.Verify(environment_.Context(), request, &result);
  if (!status.ok()) return ErrorText(status);
  return result.value() ? "valid" : "invalid";
}

std::string VaultPlayer::Wrap(const Step& step) {
  auto request = Of<v1::KeyOperationsParameters>(step);
  request.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256);
  request.set_value(kSecret);
  v1::KeyOperationResult result;
  const absl::Status status = service_.WrapKey(environment_.Context(), request, &result);
  if (!status.ok()) return ErrorText(status);
  wrapped_[step.choice] = {step, result.kid(), result.value()};
  return absl::StrCat("by #", numbers_.NumberOf(result.kid()));
}

std::string VaultPlayer::Unwrap(const Step& step) {
  const Wrapped& wrapped = wrapped_[step.choice];
  auto request = Of<v1::KeyOperationsParameters>(wrapped.step);
  request.set_key_version(wrapped.kid.substr(wrapped.kid.rfind('/') + 1));
  request.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256);
  request.set_value(wrapped.value);
  v1::KeyOperationResult result;
  const absl::Status status = service_.UnwrapKey(environment_.Context(), request, &result);
  if (!status.ok()) return ErrorText(status);
  return result.value() == kSecret ? "the same" : "another";
}

std::string VaultPlayer::Backup(const Step& step) {
  v1::BackupKeyResult result;
  const absl::Status status =
      service_.BackupKey(environment_.Context(), Of<v1::KeyNameRequest>(step), &result);
  if (!status.ok()) return ErrorText(status);
  backups_[step.choice] = {VaultNameOf(step), result.value()};
  return "ok";
}

std::string VaultPlayer::Restore(const Step& step) {
  const Saved& saved = backups_[step.choice];
  v1::RestoreKeyRequest request;
  request.set_vault_name(saved.vault);
  request.set_value(saved.blob);
  v1::KeyBundle bundle;
  return Answer(service_.RestoreKey(environment_.Context(), request, &bundle), bundle);
}

}  // namespace lazuli::keyvault
