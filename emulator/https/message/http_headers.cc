#include "emulator/https/message/http_headers.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace lazuli::emulator {

const std::string* HttpHeaders::Find(absl::string_view name) const {
  for (const Field& field : fields_) {
    if (absl::EqualsIgnoreCase(field.first, name)) return &field.second;
  }
  return nullptr;
}

absl::string_view HttpHeaders::Get(absl::string_view name) const {
  const std::string* const value = Find(name);
  return value == nullptr ? absl::string_view() : absl::string_view(*value);
}

void HttpHeaders::Add(absl::string_view name, absl::string_view value) {
  fields_.emplace_back(std::string(name), std::string(value));
}

void HttpHeaders::Set(absl::string_view name, absl::string_view value) {
  Remove(name);
  Add(name, value);
}

void HttpHeaders::Remove(absl::string_view name) {
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(),
                               [name](const Field& field) {
                                 return absl::EqualsIgnoreCase(field.first, name);
                               }),
                fields_.end());
}

}  // namespace lazuli::emulator
