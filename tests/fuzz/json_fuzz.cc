// Bodies of requests: JSON into messages, and what was read back into JSON.
#include "absl/strings/string_view.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

std::vector<std::string> Seeds() {
  return {
      R"({"kty":"RSA","key_size":2048,"key_ops":["wrapKey","unwrapKey"],"attributes":{"enabled":true,"nbf":1,"exp":1700000000},"tags":{"a":"b"}})",
      R"({"key":{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","key_ops":null},"Hsm":false})",
      R"({"location":"westus2","properties":{"tenantId":"t","sku":{"family":"A","name":"standard"},"accessPolicies":[{"tenantId":"t","objectId":"o","permissions":{"keys":["get"]}}],"networkAcls":{"ipRules":[{"value":"10.0.0.0/8"}]}}})",
      R"({"location":"West US 2","identity":{"type":"UserAssigned","userAssignedIdentities":{"/subscriptions/s":{}}},"properties":{"encryption":{"keySource":"Microsoft.KeyVault","keyVaultProperties":{"keyIdentifier":"https://v.vault.azure.net/keys/k"}}}})",
      R"({"id":"t1","commandLine":"/bin/sh -c 'sleep 1'","constraints":{"maxWallClockTime":"PT1H","maxTaskRetryCount":3},"environmentSettings":[{"name":"A","value":"\u00fc\ud83d\ude00"}]})",
      R"({"id":"p","vmSize":"standard_d2s_v3","targetDedicatedNodes":4,"taskSlotsPerNode":2,"resizeTimeout":"PT15M"})",
  };
}

std::vector<std::string> Dictionary() {
  return {"{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "null",
          "true",
          "-1",
          "1e9",
          "1.5",
          "9223372036854775808",
          "\\u0000",
          "\\ud800",
          "\"PT1S\"",
          "\"P1Y\"",
          "\"kty\":",
          "\"properties\":",
          "{\"a\":{",
          "[[[[[[[[",
          "\xc3\x28",
          "\"2022-01-01T00:00:00Z\""};
}

namespace {

template <typename M>
void Try(absl::string_view json) {
  M message;
  emulator::DecodeReport report;
  if (!emulator::DecodeJson(json, &message, &report).ok()) return;
  const auto text = emulator::EncodeJson(message);
  Check(text.ok(), "what was read can be written");
  M again;
  Check(emulator::DecodeJson(*text, &again, nullptr).ok(), "what was written can be read");
  Check(google::protobuf::util::MessageDifferencer::Equals(message, again), "nothing is lost");
}

}  // namespace
}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view json(reinterpret_cast<const char*>(data), size);
  lazuli::fuzz::Try<lazuli::v1::CreateKeyRequest>(json);
  lazuli::fuzz::Try<lazuli::v1::ImportKeyRequest>(json);
  lazuli::fuzz::Try<lazuli::v1::VaultCreateOrUpdateParameters>(json);
  lazuli::fuzz::Try<lazuli::v1::BatchAccountCreateParameters>(json);
  lazuli::fuzz::Try<lazuli::v1::TaskAddParameter>(json);
  lazuli::fuzz::Try<lazuli::v1::PoolAddParameter>(json);
  return 0;
}
