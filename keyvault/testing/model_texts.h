// File: keyvault/testing/model_texts.h
//
// Answers of vaults in the words of the model of them, and the arithmetic of its times. For the
// model alone.
#ifndef LAZULI_KEYVAULT_TESTING_MODEL_TEXTS_H_
#define LAZULI_KEYVAULT_TESTING_MODEL_TEXTS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "keyvault/testing/step.h"

namespace lazuli::keyvault::model {

inline constexpr char kOk[] = "ok";
inline constexpr char kVaultNotFound[] = "VaultNotFound";
inline constexpr char kKeyNotFound[] = "KeyNotFound";
inline constexpr char kSecretNotFound[] = "SecretNotFound";
inline constexpr char kCertificateNotFound[] = "CertificateNotFound";
inline constexpr char kRequestNotFound[] = "PendingCertificateNotFound";
inline constexpr char kBadParameter[] = "BadParameter";
inline constexpr char kForbidden[] = "Forbidden";
inline constexpr char kConflict[] = "Conflict";
inline constexpr char kBeingDeleted[] = "Conflict/ObjectIsBeingDeleted";
inline constexpr char kBeingRecovered[] = "Conflict/ObjectIsBeingRecovered";
inline constexpr char kKeyManaged[] = "Forbidden/KeyManagedByKeyVault";
inline constexpr char kSecretManaged[] = "Forbidden/SecretManagedByKeyVault";

// How many versions a backup has at most others try.
inline constexpr size_t kMostVersionsOfABackup = 100;

// A month later keeps its day, or is the last that there is.
inline int64_t Plus(int64_t seconds, PolicyChoice::Span span, int sign) {
  using namespace std::chrono;  // NOLINT: the calendar's operators
  const sys_seconds time{std::chrono::seconds(seconds)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  year_month_day moved = date + months(sign * span.months);
  if (!moved.ok()) moved = moved.year() / moved.month() / last;
  const sys_days moved_day = sys_days(moved) + days(sign * span.days);
  return (moved_day + (time - day)).time_since_epoch().count();
}

inline std::string Text(const std::optional<int64_t>& seconds) {
  return seconds.has_value() ? absl::StrCat(*seconds) : "-";
}

}  // namespace lazuli::keyvault::model

#endif  // LAZULI_KEYVAULT_TESTING_MODEL_TEXTS_H_
