// File: tests/support/rest_answers.h
//
// What tests of the HTTPS face ask of an answer.
#ifndef LAZULI_TESTS_SUPPORT_REST_ANSWERS_H_
#define LAZULI_TESTS_SUPPORT_REST_ANSWERS_H_

#include <string>

#include "emulator/https/message/http_message.h"

namespace lazuli::emulator {

// A member of the answer's JSON by its path, "error/code" or "value/0/id": a string as it is,
// anything else as JSON. What says that there is none, with the whole body, where there is none.
std::string Text(const HttpResponse& answer, const std::string& path);

// The answer, whose status is to be this; fails the test otherwise, and says the body.
HttpResponse Expect(int status, HttpResponse answer);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_REST_ANSWERS_H_
