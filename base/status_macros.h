// File: base/status_macros.h
//
//   LAZULI_RETURN_IF_ERROR(expression);               // expression: absl::Status
//   LAZULI_ASSIGN_OR_RETURN(auto value, expression);  // expression: absl::StatusOr<T>
#ifndef LAZULI_BASE_STATUS_MACROS_H_
#define LAZULI_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define LAZULI_STATUS_CONCAT_INNER_(a, b) a##b
#define LAZULI_STATUS_CONCAT_(a, b) LAZULI_STATUS_CONCAT_INNER_(a, b)

#define LAZULI_RETURN_IF_ERROR(expression)                                  \
  do {                                                                      \
    if (absl::Status lazuli_status_ = (expression); !lazuli_status_.ok()) { \
      return lazuli_status_;                                                \
    }                                                                       \
  } while (false)

#define LAZULI_ASSIGN_OR_RETURN(declaration, expression)                                  \
  LAZULI_ASSIGN_OR_RETURN_IMPL_(LAZULI_STATUS_CONCAT_(lazuli_or_, __LINE__), declaration, \
                                expression)

#define LAZULI_ASSIGN_OR_RETURN_IMPL_(result, declaration, expression) \
  auto result = (expression);                                          \
  if (!result.ok()) {                                                  \
    return std::move(result).status();                                 \
  }                                                                    \
  declaration = *std::move(result)

#endif  // LAZULI_BASE_STATUS_MACROS_H_
