// Targets and hosts of requests.
#include "absl/strings/string_view.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_target.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

std::vector<std::string> Seeds() {
  return {
      "/keys/k1/0123456789abcdef0123456789abcdef/unwrapkey?api%2Dversion=2025-07-01",
      "/subscriptions/2222/resourceGroups/g/providers/Microsoft.KeyVault/vaults/"
      "v?api-version=2022-07-01",
      "/keys//k1//sign?maxresults=2&$skiptoken=a%20b+c&api-version=7.4#fragment",
      "kv1.vault.azure.net:443",
      "acc.westus2.batch.localhost:8443",
      "[::1]:8443",
  };
}

std::vector<std::string> Dictionary() {
  return {"%2F",
          "%00",
          "%",
          "//",
          "?",
          "&",
          "=",
          "#",
          "..",
          ":",
          "[",
          "]",
          ".localhost",
          ".vault.azure.net",
          ".batch.azure.com",
          "\xff"};
}

namespace {

void TryTarget(absl::string_view text) {
  const auto target = emulator::ParseHttpTarget(text);
  if (!target.ok()) return;
  // What was decoded and is encoded again means the same.
  std::string again = "/";
  for (const std::string& segment : target->segments) {
    Check(!segment.empty(), "no segment is empty");
    again += emulator::PercentEncode(segment) + "/";
  }
  again += "?";
  for (const auto& [name, value] : target->query) {
    again += emulator::PercentEncode(name) + "=" + emulator::PercentEncode(value) + "&";
  }
  const auto reparsed = emulator::ParseHttpTarget(again);
  Check(reparsed.ok(), "what was encoded can be decoded");
  Check(reparsed->segments == target->segments, "segments survive");
  Check(reparsed->query == target->query, "the query survives");
}

void TryHost(absl::string_view text) {
  const emulator::HostName host = emulator::ParseHostName(text);
  const bool has_name = host.kind == emulator::HostKind::kVault ||
                        host.kind == emulator::HostKind::kManagedHsm ||
                        host.kind == emulator::HostKind::kBatchAccount;
  if (!has_name) return;
  Check(!host.name.empty(), "a vault, an HSM and an account have names");
  Check(host.name.find_first_of("./:@%\\ \r\n") == std::string::npos, "a name is one label");
  Check((host.kind == emulator::HostKind::kBatchAccount) == !host.region.empty(),
        "an account and nothing else has a region");
}

}  // namespace
}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  lazuli::fuzz::TryTarget(text);
  lazuli::fuzz::TryHost(text);
  return 0;
}
