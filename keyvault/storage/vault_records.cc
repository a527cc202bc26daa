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
#include "keyvault/certificate_version.h"
#include "keyvault/key_version.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/storage/vault_record_conversion.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {
namespace {

constexpr char kVaultTable[] = "keyvault.vault";

// The tables of a kind of object: of its names and of its versions.
template <typename Traits>
std::string NameTable() {
  return absl::StrCat("keyvault.", ObjectKindName(Traits::kKind));
}

template <typename Traits>
std::string VersionTable() {
  return absl::StrCat(NameTable<Traits>(), "_version");
}

class Writer final : public VaultStateSink {
 public:
  explicit Writer(RecordWriter* writer) : writer_(writer) {}

  void OnVault(absl::string_view vault, const VaultNameState& state) override {
    writer_->Put(kVaultTable, vault, ToRecord(state));
  }

  void OnName(absl::string_view vault, absl::string_view key, const KeyNameState* state) override {
    WriteName<KeyTraits>(vault, key, state);
  }
  void OnName(absl::string_view vault, absl::string_view secret,
              const SecretNameState* state) override {
    WriteName<SecretTraits>(vault, secret, state);
  }
  void OnName(absl::string_view vault, absl::string_view certificate,
              const CertificateNameState* state) override {
    WriteName<CertificateTraits>(vault, certificate, state);
  }
  void OnVersion(absl::string_view vault, absl::string_view key, absl::string_view version,
                 const KeyVersion* state) override {
    WriteVersion<KeyTraits>(vault, key, version, state);
  }
  void OnVersion(absl::string_view vault, absl::string_view secret, absl::string_view version,
                 const SecretVersion* state) override {
    WriteVersion<SecretTraits>(vault, secret, version, state);
  }
  void OnVersion(absl::string_view vault, absl::string_view certificate, absl::string_view version,
                 const CertificateVersion* state) override {
    WriteVersion<CertificateTraits>(vault, certificate, version, state);
  }

 private:
  template <typename Traits>
  void WriteName(absl::string_view vault, absl::string_view name,
                 const ObjectNameState<Traits>* state) {
    Write(NameTable<Traits>(), absl::StrCat(vault, "/", name), state);
  }

  template <typename Traits>
  void WriteVersion(absl::string_view vault, absl::string_view name, absl::string_view version,
                    const typename Traits::Version* state) {
    Write(VersionTable<Traits>(), absl::StrCat(vault, "/", name, "/", version), state);
  }

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

// Versions by the record's key of their object.
template <typename Traits>
using VersionsOfNames = std::map<std::string, std::vector<typename Traits::Version>, std::less<>>;

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

template <typename Traits>
absl::Status ReadVersion(absl::string_view key, absl::string_view value,
                         VersionsOfNames<Traits>* versions) {
  LAZULI_ASSIGN_OR_RETURN(typename Traits::Version version, VersionFromRecord<Traits>(value));
  const auto [of_name, id] = SplitAtLastSlash(key);
  version.version = std::string(id);
  (*versions)[std::string(of_name)].push_back(std::move(version));
  return absl::OkStatus();
}

template <typename Traits>
absl::Status RestoreName(VaultRegistry* registry, absl::string_view key, absl::string_view value,
                         VersionsOfNames<Traits>* versions) {
  LAZULI_ASSIGN_OR_RETURN(const ObjectNameState<Traits> state, NameFromRecord<Traits>(value));
  const auto [vault, name] = SplitAtLastSlash(key);
  if (absl::AsciiStrToLower(state.name) != name) {
    return absl::DataLossError("it is of another name");
  }
  std::vector<typename Traits::Version> own;
  if (auto node = versions->extract(std::string(key))) own = std::move(node.mapped());
  return registry->Restore<Traits>(vault, state, std::move(own));
}

template <typename Traits>
absl::Status RestoreObjects(VaultRegistry* registry, const RecordReader& reader) {
  const std::string version_table = VersionTable<Traits>();
  const std::string name_table = NameTable<Traits>();
  VersionsOfNames<Traits> versions;
  LAZULI_RETURN_IF_ERROR(
      ReadTable(reader, version_table, [&](absl::string_view key, absl::string_view value) {
        return ReadVersion<Traits>(key, value, &versions);
      }));
  LAZULI_RETURN_IF_ERROR(
      ReadTable(reader, name_table, [&](absl::string_view key, absl::string_view value) {
        return RestoreName<Traits>(registry, key, value, &versions);
      }));
  if (versions.empty()) return absl::OkStatus();
  const auto& [key, orphans] = *versions.begin();
  return UnreadableRecordError(version_table, absl::StrCat(key, "/", orphans.front().version),
                               absl::StrCat("its ", ObjectKindName(Traits::kKind), " is missing"));
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
  LAZULI_RETURN_IF_ERROR(RestoreObjects<KeyTraits>(registry_, reader));
  LAZULI_RETURN_IF_ERROR(RestoreObjects<SecretTraits>(registry_, reader));
  LAZULI_RETURN_IF_ERROR(RestoreObjects<CertificateTraits>(registry_, reader));
  registry_->FinishRestore();
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
