// File: emulator/https/message/http_headers.h
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_HEADERS_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_HEADERS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Header fields in the order in which they came or go. Names are found without regard to case.
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;

  // The value of the first field of that name; nullptr when there is none.
  const std::string* Find(absl::string_view name) const;
  // The same; empty when there is none.
  absl::string_view Get(absl::string_view name) const;

  void Add(absl::string_view name, absl::string_view value);
  // In the place of whatever has that name.
  void Set(absl::string_view name, absl::string_view value);
  void Remove(absl::string_view name);

  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_HEADERS_H_
