#include "keyvault/testing/step.h"

#include "absl/strings/str_cat.h"

namespace lazuli::keyvault {
namespace {

// What a step is about besides its kind.
enum class About { kNothing, kVault, kKey, kVersion };

struct Description {
  StepKind kind;
  const char* name;
  About about;
  size_t choices;
  int weight;  // how often it comes
};

constexpr Description kDescriptions[] = {
    {StepKind::kCreateVault, "create vault", About::kVault, kVaultChoices.size(), 6},
    {StepKind::kProtectVault, "protect vault", About::kVault, 1, 1},
    {StepKind::kDeleteVault, "delete vault", About::kVault, 1, 2},
    {StepKind::kRecoverVault, "recover vault", About::kVault, 1, 4},
    {StepKind::kPurgeVault, "purge vault", About::kVault, 1, 1},
    {StepKind::kCreate, "create", About::kKey, kCreateChoices.size(), 12},
    {StepKind::kImport, "import", About::kKey, kImportChoices.size(), 6},
    {StepKind::kUpdate, "update", About::kVersion, kUpdateChoices.size(), 14},
    {StepKind::kGet, "get", About::kVersion, 1, 6},
    {StepKind::kDelete, "delete", About::kKey, 1, 5},
    {StepKind::kGetDeleted, "get deleted", About::kKey, 1, 3},
    {StepKind::kRecover, "recover", About::kKey, 1, 7},
    {StepKind::kPurge, "purge", About::kKey, 1, 2},
    {StepKind::kRotate, "rotate", About::kKey, 1, 7},
    {StepKind::kSetPolicy, "set policy", About::kKey, kPolicyChoices.size(), 8},
    {StepKind::kGetPolicy, "get policy", About::kKey, 1, 3},
    {StepKind::kList, "list", About::kVault, 1, 2},
    {StepKind::kListVersions, "list versions", About::kKey, 1, 3},
    {StepKind::kListDeleted, "list deleted", About::kVault, 1, 2},
    {StepKind::kSign, "sign", About::kVersion, kSlots, 6},
    {StepKind::kVerify, "verify", About::kVersion, kSlots, 6},
    {StepKind::kWrap, "wrap", About::kVersion, kSlots, 4},
    {StepKind::kUnwrap, "unwrap", About::kNothing, kSlots, 4},
    {StepKind::kBackup, "back up", About::kKey, kSlots, 5},
    {StepKind::kRestore, "restore", About::kNothing, kSlots, 7},
    {StepKind::kSetSecret, "set secret", About::kKey, 1, 3},
    {StepKind::kGetSecret, "get secret", About::kVersion, 1, 2},
    {StepKind::kUpdateSecret, "update secret", About::kVersion, kLabelChoices.size(), 1},
    {StepKind::kDeleteSecret, "delete secret", About::kKey, 1, 2},
    {StepKind::kGetDeletedSecret, "get deleted secret", About::kKey, 1, 1},
    {StepKind::kRecoverSecret, "recover secret", About::kKey, 1, 1},
    {StepKind::kPurgeSecret, "purge secret", About::kKey, 1, 2},
    {StepKind::kCreateCertificate, "create certificate", About::kKey, kCertificateChoices.size(),
     8},
    {StepKind::kImportCertificate, "import certificate", About::kKey,
     kCertificateFileChoices.size(), 3},
    {StepKind::kMergeCertificate, "merge certificate", About::kKey, kMergeChoices.size(), 5},
    {StepKind::kCancelRequest, "cancel request", About::kKey, 1, 2},
    {StepKind::kForgetRequest, "forget request", About::kKey, 1, 2},
    {StepKind::kGetRequest, "get request", About::kKey, 1, 2},
    {StepKind::kUpdateCertificate, "update certificate", About::kVersion, kLabelChoices.size(), 4},
    {StepKind::kSetCertificatePolicy, "set certificate policy", About::kKey,
     kCertificatePolicyChoices.size(), 4},
    {StepKind::kGetCertificate, "get certificate", About::kVersion, 1, 4},
    {StepKind::kDeleteCertificate, "delete certificate", About::kKey, 1, 4},
    {StepKind::kGetDeletedCertificate, "get deleted certificate", About::kKey, 1, 2},
    {StepKind::kRecoverCertificate, "recover certificate", About::kKey, 1, 4},
    {StepKind::kPurgeCertificate, "purge certificate", About::kKey, 1, 2},
    {StepKind::kListCertificates, "list certificates", About::kVault, 2, 1},
    {StepKind::kListCertificateVersions, "list certificate versions", About::kKey, 1, 1},
    {StepKind::kListDeletedCertificates, "list deleted certificates", About::kVault, 1, 1},
    {StepKind::kBackupCertificate, "back up certificate", About::kKey, kSlots, 3},
    {StepKind::kRestoreCertificate, "restore certificate", About::kNothing, kSlots, 4},
    {StepKind::kAdvance, "advance", About::kNothing, kAdvanceChoices.size(), 14},
};

const Description& Of(StepKind kind) { return kDescriptions[static_cast<size_t>(kind)]; }

}  // namespace

std::string VaultNameOf(const Step& step) { return absl::StrCat("vault-", step.vault); }
std::string KeyNameOf(const Step& step) { return absl::StrCat("k", step.key); }

bool IsAboutCertificates(StepKind kind) {
  return kind >= StepKind::kSetSecret && kind <= StepKind::kRestoreCertificate;
}

std::string StepText(const Step& step) {
  const Description& description = Of(step.kind);
  std::string text = description.name;
  if (description.about != About::kNothing) absl::StrAppend(&text, " ", VaultNameOf(step));
  if (description.about >= About::kKey) absl::StrAppend(&text, "/", KeyNameOf(step));
  if (description.about == About::kVersion && step.version > 0) {
    absl::StrAppend(&text, "#", step.version);
  }
  if (step.kind == StepKind::kAdvance) {
    const int64_t seconds = kAdvanceChoices[static_cast<size_t>(step.choice)];
    if (seconds == kToNext) return "advance to what comes next";
    if (seconds == kBeforeNext) return "advance to a second before what comes next";
    return absl::StrCat("advance by ", seconds, " s");
  }
  if (description.choices > 1) absl::StrAppend(&text, " (", step.choice, ")");
  return text;
}

std::string ScriptText(const std::vector<Step>& script) {
  std::string text;
  for (size_t i = 0; i < script.size(); ++i) {
    absl::StrAppend(&text, "  ", i + 1, ". ", StepText(script[i]), "\n");
  }
  return text;
}

Step RandomStep(RandomStream* random) {
  int total = 0;
  for (const Description& description : kDescriptions) total += description.weight;
  int left = static_cast<int>(random->NextBelow(static_cast<uint64_t>(total)));
  const Description* chosen = kDescriptions;
  while (left >= chosen->weight) left -= (chosen++)->weight;
  const auto below = [random](size_t bound) { return static_cast<int>(random->NextBelow(bound)); };
  Step step;
  step.kind = chosen->kind;
  step.vault = below(kVaults);
  step.key = IsAboutCertificates(step.kind) ? kKeys - 1 - below(kCertificates) : below(kKeys);
  step.version = below(2) == 0 ? 0 : below(8);
  step.choice = below(chosen->choices);
  return step;
}

}  // namespace lazuli::keyvault
