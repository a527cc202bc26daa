// File: batch/record_protector.h
//
// Seals what rests of an account's pools, jobs and tasks.
#ifndef LAZULI_BATCH_RECORD_PROTECTOR_H_
#define LAZULI_BATCH_RECORD_PROTECTOR_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::batch {

// One sealed blob a record: AES-256-GCM, random nonce, with the record's identity and generation as
// associated data, so that a blob opens only as the record and the generation that it was sealed
// for. Thread safe.
class RecordProtector {
 public:
  virtual ~RecordProtector() = default;

  // `identity` e.g. "task/job1/task7". nonce || ciphertext || tag.
  virtual std::string Seal(absl::string_view identity, uint64_t generation,
                           absl::string_view plaintext) const = 0;
  // DATA_LOSS if the blob was not sealed so, or was altered.
  virtual absl::StatusOr<std::string> Unseal(absl::string_view identity, uint64_t generation,
                                             absl::string_view sealed) const = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_RECORD_PROTECTOR_H_
