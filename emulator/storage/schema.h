// File: emulator/storage/schema.h
//
// The versions of the database. Version N is what the first N steps have made; a database of an
// older version is brought up to date by the steps that it lacks.
#ifndef LAZULI_EMULATOR_STORAGE_SCHEMA_H_
#define LAZULI_EMULATOR_STORAGE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sqlite3.h"

namespace lazuli::emulator {

// What tells a database of ours from others (SQLite's application id): "Lazu".
inline constexpr int kApplicationId = 0x4c617a75;

// Each is done once and never changes again; what comes later is a step of its own.
absl::Span<const char* const> SchemaSteps();

// The version of a database, 0 for a new and empty one, without changing anything of it.
// ForeignDatabaseError, NewerDatabaseError for one beyond `newest_known`; else the errors of
// SqliteError.
absl::StatusOr<int64_t> ReadVersion(sqlite3* db, int64_t newest_known, absl::string_view path);

// Makes a database of `version` one of the newest, in one transaction.
absl::Status BringUpToDate(sqlite3* db, int64_t version, absl::Span<const char* const> steps,
                           absl::string_view path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_SCHEMA_H_
