// File: tests/fuzz/fuzz_target.h
//
// What a fuzz target is: one function over arbitrary bytes that must not crash and whose promises
// must hold, and texts to begin with. A target is linked with fuzz_driver.cc, which tries a fixed
// number of mutations and is a test like any other, or with libFuzzer (--config=fuzz), which
// searches for as long as one likes.
#ifndef LAZULI_TESTS_FUZZ_FUZZ_TARGET_H_
#define LAZULI_TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace lazuli::fuzz {

// Valid inputs, each of which reaches far into the code. The same in every run, so that what was
// found once is found again: what holds a signature or a nonce comes in by Spoiled() instead.
std::vector<std::string> Seeds();
// Texts that mean something to the code: inserted whole.
std::vector<std::string> Dictionary();

// `text` with the bytes of `input` xored onto it, from the first on, as far as both reach: `text`
// itself when those are zeros. So an input says what to change about a text that no run makes
// twice.
std::string Spoiled(std::string text, const uint8_t* input, size_t size);

// Ends the process, in every build: a promise of the code does not hold.
void Check(bool holds, const char* promise);

}  // namespace lazuli::fuzz

#endif  // LAZULI_TESTS_FUZZ_FUZZ_TARGET_H_
