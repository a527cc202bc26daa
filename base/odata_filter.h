// File: base/odata_filter.h
//
// The syntax of $filter (OASIS OData 4.01, "URL Conventions", section 5.1.1), as much of it as
// clients write. What the names mean, and which of this a service knows, its own code says.
//
//   state eq 'active' and (startswith(id,'a') or not (executionInfo/exitCode ne 0))
//   appId in ('X','Y')    names/any(c:c eq 'X')    atScope()    substringof('x', name)
#ifndef LAZULI_BASE_ODATA_FILTER_H_
#define LAZULI_BASE_ODATA_FILTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli {

// A value that something is compared with, or an argument of a function.
struct ODataOperand {
  // In single quotation marks, which are not part of `text`; '' in it stands for one.
  bool is_quoted = false;
  // A name, a number, an instant, true, false or null; or the quoted text.
  std::string text;
  // What stands right before the quotation, in lower case: "datetime" of DateTime'...'.
  std::string type;
};

struct ODataExpression;
using ODataExpressionPtr = std::unique_ptr<const ODataExpression>;

// A part of a filter. Immutable once parsed.
struct ODataExpression {
  enum class Kind {
    kAnd,  // children, two or more
    kOr,   // children, two or more
    kNot,  // children[0]
    kEq,   // property and operands[0], down to kGe
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,
    kIn,        // property and operands, one or more
    kFunction,  // function and operands
    kAny,       // property, a collection; variable, an element of it in children[0]
  };

  Kind kind = Kind::kAnd;
  std::vector<ODataExpressionPtr> children;
  std::string property;  // as written, with slashes: "executionInfo/exitCode"
  std::string function;  // in lower case
  std::string variable;
  std::vector<ODataOperand> operands;
};

// Words that are part of the syntax are read in any letter case. f(...) eq true is f(...), and
// f(...) eq false is not f(...). INVALID_ARGUMENT, a plain status with a sentence that says what is
// expected where, for anything else, for more than 4,096 bytes and for more than 32 levels.
absl::StatusOr<ODataExpressionPtr> ParseODataFilter(absl::string_view text);

}  // namespace lazuli

#endif  // LAZULI_BASE_ODATA_FILTER_H_
