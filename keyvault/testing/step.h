// File: keyvault/testing/step.h
//
// What the model-based test of vaults does: one call or one move of the clock, with everything that
// varies told by small numbers, so that a step means something in any script.
#ifndef LAZULI_KEYVAULT_TESTING_STEP_H_
#define LAZULI_KEYVAULT_TESTING_STEP_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"

namespace lazuli::keyvault {

enum class StepKind {
  kCreateVault,
  kProtectVault,
  kDeleteVault,
  kRecoverVault,
  kPurgeVault,
  kCreate,
  kImport,
  kUpdate,
  kGet,
  kDelete,
  kGetDeleted,
  kRecover,
  kPurge,
  kRotate,
  kSetPolicy,
  kGetPolicy,
  kList,
  kListVersions,
  kListDeleted,
  kSign,
  kVerify,
  kWrap,
  kUnwrap,
  kBackup,
  kRestore,
  kSetSecret,
  kGetSecret,
  kUpdateSecret,
  kDeleteSecret,
  kGetDeletedSecret,
  kRecoverSecret,
  kPurgeSecret,
  kCreateCertificate,
  kImportCertificate,
  kMergeCertificate,
  kCancelRequest,
  kForgetRequest,
  kGetRequest,
  kUpdateCertificate,
  kSetCertificatePolicy,
  kGetCertificate,
  kDeleteCertificate,
  kGetDeletedCertificate,
  kRecoverCertificate,
  kPurgeCertificate,
  kListCertificates,
  kListCertificateVersions,
  kListDeletedCertificates,
  kBackupCertificate,
  kRestoreCertificate,
  kAdvance,
};

struct Step {
  StepKind kind = StepKind::kAdvance;
  int vault = 0;
  // Whose name it is: a key's, and a secret's or a certificate's of the same name.
  int key = 0;
  // 0: the latest; n: the n-th of its kind that was ever made under the name.
  int version = 0;
  // Which of the choices below; of signatures, wrapped values and backups which one.
  int choice = 0;
};

inline constexpr int kVaults = 2;
inline constexpr int kKeys = 4;
// Secrets and certificates have the last of the names of keys, so that the others are left to keys
// alone.
inline constexpr int kCertificates = 2;
inline constexpr int kSlots = 3;

std::string VaultNameOf(const Step& step);
std::string KeyNameOf(const Step& step);
// Whether the step is about a secret or a certificate, or its request.
bool IsAboutCertificates(StepKind kind);
// "rotate vault-0/k1", one line.
std::string StepText(const Step& step);
// As a list, numbered from 1.
std::string ScriptText(const std::vector<Step>& script);

Step RandomStep(RandomStream* random);

// --- the choices. Times are in seconds from the step's.

struct VaultChoice {
  int retention_days;
  bool purge_protection;
};
inline constexpr std::array kVaultChoices = {VaultChoice{7, false}, VaultChoice{90, false},
                                             VaultChoice{30, true}};

enum class Shape { kP256, kP384, kRsa2048 };
struct KeyChoice {
  Shape shape = Shape::kP256;
  bool enabled = true;
  std::optional<int64_t> not_before = {};
  std::optional<int64_t> expires = {};
  const char* tag = nullptr;
  // Null: as the service has it.
  const char* operation = nullptr;
};
inline constexpr int64_t kDay = 86'400;
inline constexpr std::array kCreateChoices = {
    KeyChoice{},
    KeyChoice{.shape = Shape::kP384, .tag = "one"},
    KeyChoice{.enabled = false},
    KeyChoice{.not_before = kDay, .expires = 40 * kDay},
    KeyChoice{.expires = 10 * kDay},
    KeyChoice{.operation = "verify"},
    // No time in which it works.
    KeyChoice{.not_before = 10, .expires = 10},
};
// `material`: which of the keys that are at hand.
struct ImportChoice {
  int material;
  KeyChoice key;
};
inline constexpr std::array kImportChoices = {
    ImportChoice{0, {.shape = Shape::kRsa2048}},
    ImportChoice{1, {.shape = Shape::kRsa2048, .expires = 60 * kDay, .tag = "two"}},
    ImportChoice{0, {.shape = Shape::kRsa2048, .operation = "wrapKey"}},
    ImportChoice{2, {.shape = Shape::kP256}},
    ImportChoice{2, {.shape = Shape::kP256, .enabled = false, .expires = -kDay}},
};

struct UpdateChoice {
  std::optional<bool> enabled = {};
  std::optional<int64_t> not_before = {};
  std::optional<int64_t> expires = {};
  // Empty: no tags from now on.
  const char* tag = nullptr;
  const char* operation = nullptr;
};
inline constexpr std::array kUpdateChoices = {
    UpdateChoice{.enabled = false},
    UpdateChoice{.enabled = true},
    UpdateChoice{.enabled = true},
    UpdateChoice{.expires = 20 * kDay},
    UpdateChoice{.expires = 100 * kDay},
    UpdateChoice{.expires = -kDay},
    UpdateChoice{.not_before = 3 * kDay},
    UpdateChoice{.tag = "three"},
    UpdateChoice{.tag = ""},
    UpdateChoice{.operation = "sign"},
    UpdateChoice{},
};

struct PolicyChoice {
  // What the caller writes; null: nothing.
  const char* rotate_type = nullptr;
  const char* rotate_after_create = nullptr;
  const char* rotate_before_expiry = nullptr;
  const char* notify_before_expiry = nullptr;
  const char* expiry_time = nullptr;
  // What it means: nullopt, that it is refused.
  struct Span {
    int months = 0;
    int days = 0;
  };
  struct Meaning {
    const char* shown;
    std::optional<Span> rotate_after_create = {};
    std::optional<Span> rotate_before_expiry = {};
    Span notify = {.days = 30};
    std::optional<Span> expiry = {};
  };
  std::optional<Meaning> meaning = {};
};
inline constexpr std::array kPolicyChoices = {
    PolicyChoice{
        .rotate_type = "rotate",
        .rotate_after_create = "P10D",
        .meaning = {{.shown = "Rotate+P10D Notify-P30D", .rotate_after_create = {{.days = 10}}}}},
    PolicyChoice{.rotate_type = "Rotate",
                 .rotate_after_create = "P7D",
                 .expiry_time = "P28D",
                 .meaning = {{.shown = "Rotate+P7D Notify-P30D P28D",
                              .rotate_after_create = {{.days = 7}},
                              .expiry = {{.days = 28}}}}},
    PolicyChoice{.rotate_type = "ROTATE",
                 .rotate_before_expiry = "P10D",
                 .notify_before_expiry = "P5D",
                 .expiry_time = "P1M",
                 .meaning = {{.shown = "Rotate-P10D Notify-P5D P1M",
                              .rotate_before_expiry = {{.days = 10}},
                              .notify = {.days = 5},
                              .expiry = {{.months = 1}}}}},
    PolicyChoice{.notify_before_expiry = "P60D",
                 .expiry_time = "P48M",
                 .meaning = {{.shown = "Notify-P60D P48M",
                              .notify = {.days = 60},
                              .expiry = {{.months = 48}}}}},
    PolicyChoice{.expiry_time = "P90D",
                 .meaning = {{.shown = "Notify-P30D P90D", .expiry = {{.days = 90}}}}},
    PolicyChoice{.rotate_type = "Rotate",
                 .rotate_after_create = "P1M",
                 .notify_before_expiry = "P1M",
                 .expiry_time = "P3M",
                 .meaning = {{.shown = "Rotate+P1M Notify-P1M P3M",
                              .rotate_after_create = {{.months = 1}},
                              .notify = {.months = 1},
                              .expiry = {{.months = 3}}}}},
    PolicyChoice{.rotate_type = "Rotate", .rotate_after_create = "P6D"},
    PolicyChoice{.rotate_type = "Rotate", .rotate_before_expiry = "P30D"},
    PolicyChoice{.expiry_time = "P27D"},
};

// When something is due: that much of a certificate's life, or that many days before its end.
struct ActionTrigger {
  int percentage = 0;
  int days = 0;
};
// Those of a policy; absent: there is no such action.
struct CertificateActions {
  std::optional<ActionTrigger> renew = {};
  std::optional<ActionTrigger> mail = {};
};
// What a caller says of a policy; absent, that nothing is said. Keys are of P-256 and secrets PEM:
// of what takes longer to make there are other tests. A certificate lives for so long, and renews
// itself so late, that what comes to its key at once is never due at the same time.
struct CertificatePolicyChoice {
  const char* issuer = nullptr;
  std::optional<int> months = {};
  std::optional<bool> reuse_key = {};
  std::optional<CertificateActions> actions = {};
};
struct CertificateChoice {
  // Without one, it is to be like the present one.
  std::optional<CertificatePolicyChoice> policy = {};
  bool enabled = true;
  const char* tag = nullptr;
};
inline constexpr std::array kCertificateChoices = {
    CertificateChoice{.policy = {{.issuer = "Self"}}},
    CertificateChoice{
        .policy = {{.issuer = "Self",
                    .months = 3,
                    .actions = {{.renew = {{.percentage = 80}}, .mail = {{.percentage = 50}}}}}},
        .tag = "four"},
    CertificateChoice{.policy = {{.issuer = "Self",
                                  .reuse_key = true,
                                  .actions = {{.renew = {{.days = 40}}, .mail = {{.days = 40}}}}}}},
    CertificateChoice{.policy = {{.issuer = "Self", .months = 6, .actions = CertificateActions{}}},
                      .enabled = false},
    CertificateChoice{.policy = {{.issuer = "Unknown"}}},
    CertificateChoice{
        .policy = {{.issuer = "Unknown", .reuse_key = true}}, .enabled = false, .tag = "five"},
    CertificateChoice{},
    // Nobody can be asked to renew it.
    CertificateChoice{
        .policy = {{.issuer = "Unknown", .actions = {{.renew = {{.percentage = 80}}}}}}},
};
inline constexpr std::array kCertificatePolicyChoices = {
    CertificatePolicyChoice{.issuer = "Self", .actions = {{.renew = {{.percentage = 80}}}}},
    CertificatePolicyChoice{.issuer = "Unknown"},
    CertificatePolicyChoice{.issuer = "Unknown", .actions = {{.mail = {{.percentage = 90}}}}},
    CertificatePolicyChoice{.months = 24},
    CertificatePolicyChoice{.months = 3},
    CertificatePolicyChoice{.months = 0},
    CertificatePolicyChoice{.reuse_key = true},
    CertificatePolicyChoice{.actions = {{.mail = {{.days = 100}}}}},
};

// Imported files hold the EC key of kImportChoices, in certificates of these lengths from one day
// on: 2030-01-15T00:00:00Z. `months` 0: no certificate at all.
inline constexpr int64_t kImportedSince = 1'894'665'600;
struct CertificateFileChoice {
  int months = 0;
  bool enabled = true;
  const char* tag = nullptr;
};
inline constexpr std::array kCertificateFileChoices = {
    CertificateFileChoice{.months = 12},
    CertificateFileChoice{.months = 3, .enabled = false, .tag = "six"},
    CertificateFileChoice{.months = 120},
    CertificateFileChoice{},
};

// What an issuer elsewhere answers. `months` 0: the certificate of another key.
struct MergeChoice {
  int months = 0;
  std::optional<bool> enabled = {};
  const char* tag = nullptr;
};
inline constexpr std::array kMergeChoices = {
    MergeChoice{.months = 12},
    MergeChoice{.months = 3, .enabled = true, .tag = "seven"},
    MergeChoice{},
};

struct LabelChoice {
  std::optional<bool> enabled = {};
  // Empty: no tags from now on.
  const char* tag = nullptr;
};
inline constexpr std::array kLabelChoices = {
    LabelChoice{.enabled = false}, LabelChoice{.enabled = true}, LabelChoice{.enabled = true},
    LabelChoice{.tag = "eight"},   LabelChoice{.tag = ""},       LabelChoice{},
};

// How far the clock moves; negative: to the next thing that comes, and to a second before it.
inline constexpr int64_t kToNext = -1;
inline constexpr int64_t kBeforeNext = -2;
inline constexpr std::array<int64_t, 8> kAdvanceChoices = {kToNext, kToNext,  kBeforeNext, 5, 3'600,
                                                           kDay,    8 * kDay, 95 * kDay};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_STEP_H_
