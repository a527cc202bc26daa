// File: tests/support/parity_certificate_steps.h
//
// The steps of the parity test that are about certificates.
#ifndef LAZULI_TESTS_SUPPORT_PARITY_CERTIFICATE_STEPS_H_
#define LAZULI_TESTS_SUPPORT_PARITY_CERTIFICATE_STEPS_H_

#include <vector>

#include "tests/support/parity_steps.h"

namespace lazuli::emulator {

// In the vault kv1.
std::vector<ParityStep> ParityCertificateSteps();

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_PARITY_CERTIFICATE_STEPS_H_
