// File: emulator/https/entra/graph_filter.h
//
// The $filter of a list (OData 4.01, "URL Conventions", section 5.1.1), as much of it as clients of
// Microsoft Graph use to find principals:
//
//   appId eq 'X'    displayName ne 'X'    accountEnabled eq true    id in ('X','Y')
//   startswith(displayName,'X'), endswith, contains
//   servicePrincipalNames/any(c:c eq 'X')
//   and, or, not, parentheses
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_FILTER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_FILTER_H_

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/odata_filter.h"

namespace lazuli::emulator {

// Immutable and thread safe. Texts are compared without regard to letter case, as Graph does.
class GraphFilter {
 public:
  // INVALID_ARGUMENT that says where the text stops making sense. Texts above 4,096 bytes and
  // parentheses deeper than 32 are refused too.
  static absl::StatusOr<GraphFilter> Parse(absl::string_view text);

  // Whether `object` passes. INVALID_ARGUMENT for a property that it does not have, and for one
  // that is compared as what it is not.
  absl::StatusOr<bool> Matches(const boost::json::object& object) const;

 private:
  explicit GraphFilter(std::shared_ptr<const ODataExpression> root);

  std::shared_ptr<const ODataExpression> root_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_FILTER_H_
