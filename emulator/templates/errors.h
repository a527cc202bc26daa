// File: emulator/templates/errors.h
#ifndef LAZULI_EMULATOR_TEMPLATES_ERRORS_H_
#define LAZULI_EMULATOR_TEMPLATES_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::emulator {

// What went wrong with an element of a template: `status` with the element's place before its
// message, as "vaults[0]: ...". OK for OK.
absl::Status ElementError(absl::string_view list, int index, const absl::Status& status);

// A template reaches out of the sandbox that it is for; `what`: "tenant" and so on. 403,
// "TemplateOutOfSandbox".
absl::Status ConfinedTemplateError(absl::string_view what);

// A task of a collection was not added: in the words of Batch.
absl::Status TaskRefusedError(const v1::TaskAddResult& result);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_ERRORS_H_
