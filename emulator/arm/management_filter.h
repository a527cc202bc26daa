// File: emulator/arm/management_filter.h
//
// $filter of Resource Manager's lists: the part of OData that clients send.
#ifndef LAZULI_EMULATOR_ARM_MANAGEMENT_FILTER_H_
#define LAZULI_EMULATOR_ARM_MANAGEMENT_FILTER_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// One comparison or one call of a function.
struct FilterTerm {
  enum class Kind { kEqual, kNotEqual, kFunction };

  Kind kind = Kind::kEqual;
  std::string name;  // of the property or the function, in lower case
  // Of a comparison: the value. Of a function: its arguments, names and texts alike.
  std::vector<std::string> values;
};

// Terms that have to hold together.
using FilterConjunction = std::vector<FilterTerm>;

// Comparisons (eq, ne) of properties with quoted texts, and calls of functions, joined by "and" and
// "or", of which "and" binds closer; there are no parentheses around terms. Words are read in any
// letter case; '' in a text stands for one quote. Immutable. Holds no state of its own.
class ManagementFilter {
 public:
  // An empty text is a filter that lets everything pass. Errors: InvalidFilterError.
  static absl::StatusOr<ManagementFilter> Parse(absl::string_view text);

  const std::vector<FilterConjunction>& alternatives() const { return alternatives_; }

  // True if the filter is empty or one of its alternatives holds.
  bool Holds(absl::FunctionRef<bool(const FilterConjunction&)> holds) const;

 private:
  std::vector<FilterConjunction> alternatives_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_MANAGEMENT_FILTER_H_
