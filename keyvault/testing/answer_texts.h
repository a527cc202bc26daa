// File: keyvault/testing/answer_texts.h
//
// What answers of the services have in common, in the words of the model of vaults.
#ifndef LAZULI_KEYVAULT_TESTING_ANSWER_TEXTS_H_
#define LAZULI_KEYVAULT_TESTING_ANSWER_TEXTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::keyvault {

// "Code" or "Code/InnerCode".
inline std::string ErrorText(const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  if (!info.has_value()) return status.ToString();
  return info->inner_code.empty() ? info->code : absl::StrCat(info->code, "/", info->inner_code);
}

// Attributes and tags of a bundle of any kind.
template <typename Bundle>
std::string AttributesText(const Bundle& bundle) {
  const auto& attributes = bundle.attributes();
  const auto seconds = [](bool present, int64_t value) {
    return present ? absl::StrCat(value) : std::string("-");
  };
  std::string tag = "-";
  if (bundle.has_tags()) {
    tag = "tag:";
    for (const auto& [name, value] : bundle.tags().values()) tag += value;
  }
  return absl::StrCat(attributes.enabled() ? "on" : "off", " ",
                      seconds(attributes.has_nbf(), attributes.nbf().seconds()), " ",
                      seconds(attributes.has_exp(), attributes.exp().seconds()), " ",
                      attributes.created().seconds(), " ", attributes.updated().seconds(), " ", tag,
                      " ", attributes.recovery_level(), " ", attributes.recoverable_days());
}

// Of a deleted one, whose own text is `text`.
template <typename Bundle>
std::string DeletedText(const Bundle& bundle, const std::string& text) {
  return absl::StrCat(bundle.deleted_date().seconds(), " ", bundle.scheduled_purge_date().seconds(),
                      " ", text);
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_ANSWER_TEXTS_H_
