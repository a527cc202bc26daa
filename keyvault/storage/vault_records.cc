#include "keyvault/storage/vault_records.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "keyvault/storage/vault_record_conversion.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {
namespace {

constexpr char kVaultTable[] = "keyvault.vault";
constexpr char kKeyTable[] = "keyvault.key";
constexpr char kVersionTable[] = "keyvault.key_version";

class Writer final : public VaultStateSink {
 public:
  explicit Writer(RecordWriter* writer) : writer_(writer) {}

  void OnVault(absl::string_view vault, const VaultNameState& state) override {
    writer_->Put(kVaultTable, vault, ToRecord(state));
  }

  void OnKey(absl::string_view vault, absl::string_view key, const KeyNameState* state) override {
    Write(kKeyTable, absl::StrCat(vault, "/", key), state);
  }

  void OnKeyVersion(absl::string_view vault, absl::string_view key, absl::string_view version,
                    const KeyVersion* state) override {
    Write(kVersionTable, absl::StrCat(vault, "/", key, "/", version), state);
  }

 private:
  template <typename State>
  void Write(absl::string_view table, const std::string& key, const State* state) {
    if (state == nullptr) {
      writer_->Erase(table, key);
    } else {
      writer_->Put(table, key, ToRecord(*state));
    }
  }

  RecordWriter* const writer_;
};

// Versions by the record's key of their key.
using VersionsOfKeys = std::map<std::string, std::vector<KeyVersion>, std::less<>>;

// What stands before the last slash, and after it.
std::pair<absl::string_view, absl::string_view> SplitAtLastSlash(absl::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == absl::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

absl::Status RestoreVault(VaultRegistry* registry, absl::string_view key, absl::string_view value) {
  LAZULI_ASSIGN_OR_RETURN(const VaultNameState state, VaultFromRecord(value));
  if (absl::AsciiStrToLower(state.name) != key) return absl::DataLossError("it is of another name");
  return registry->RestoreVault(state);
}

absl::Status ReadVersion(absl::string_view key, absl::string_view value, VersionsOfKeys* versions) {
  LAZULI_ASSIGN_OR_RETURN(KeyVersion version, KeyVersionFromRecord(value));
  const auto [of_key, id] = SplitAtLastSlash(key);
  version.version = std::string(id);
  (*versions)[std::string(of_key)].push_back(std::move(version));
  return absl::OkStatus();
}

absl::Status RestoreKey(VaultRegistry* registry, absl::string_view key, absl::string_view value,
                        VersionsOfKeys* versions) {
  LAZULI_ASSIGN_OR_RETURN(const KeyNameState state, KeyFromRecord(value));
  const auto [vault, name] = SplitAtLastSlash(key);
  if (absl::AsciiStrToLower(state.name) != name) {
    return absl::DataLossError("it is of another name");
  }
  std::vector<KeyVersion> own;
  if (auto node = versions->extract(std::string(key))) own = std::move(node.mapped());
  return registry->RestoreKey(vault, state, std::move(own));
}

}  // namespace

void VaultRecords::StartTracking() { registry_->StartTracking(); }

void VaultRecords::WriteChanges(RecordWriter* writer) {
  Writer records(writer);
  registry_->ExportChanges(&records);
}

void VaultRecords::WriteAll(RecordWriter* writer) {
  Writer records(writer);
  registry_->ExportAll(&records);
}

absl::Status VaultRecords::Restore(const RecordReader& reader) {
  LAZULI_RETURN_IF_ERROR(
      ReadTable(reader, kVaultTable, [&](absl::string_view key, absl::string_view value) {
        return RestoreVault(registry_, key, value);
      }));
  VersionsOfKeys versions;
  LAZULI_RETURN_IF_ERROR(
      ReadTable(reader, kVersionTable, [&](absl::string_view key, absl::string_view value) {
        return ReadVersion(key, value, &versions);
      }));
  LAZULI_RETURN_IF_ERROR(
      ReadTable(reader, kKeyTable, [&](absl::string_view key, absl::string_view value) {
        return RestoreKey(registry_, key, value, &versions);
      }));
  if (!versions.empty()) {
    const auto& [key, orphans] = *versions.begin();
    return UnreadableRecordError(kVersionTable, absl::StrCat(key, "/", orphans.front().version),
                                 "its key is missing");
  }
  registry_->FinishRestore();
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
