#include "emulator/cli/input_file.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

absl::StatusOr<std::string> ReadInputFile(absl::string_view flag, const std::string& path) {
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return InvalidInputError(flag, absl::StrCat("cannot read ", path));
  return text;
}

}  // namespace lazuli::emulator
