// File: emulator/cli/build_stamp.h
//
// Which build this is. The commit is in a small object of its own that is compiled when a program
// is linked with --stamp: another commit links again and compiles nothing else, and what is not
// stamped (all tests) does not know of commits.
#ifndef LAZULI_EMULATOR_CLI_BUILD_STAMP_H_
#define LAZULI_EMULATOR_CLI_BUILD_STAMP_H_

#include <string>

namespace lazuli::emulator {

// The commit that was built, with "+changes" when the work tree differed from it; empty when the
// build was not stamped.
std::string BuildCommit();

// What `lazuli --version` prints: version, commit, toolchain; a line each, the last without its
// end.
std::string VersionText();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_BUILD_STAMP_H_
