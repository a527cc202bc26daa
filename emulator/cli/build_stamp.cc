#include "emulator/cli/build_stamp.h"

#include <features.h>

#include "absl/strings/str_cat.h"
#include "emulator/server/version.h"

// Defined in build_stamp_link.cc.
extern const char kLazuliBuildLabel[];

namespace lazuli::emulator {

namespace {

// What Bazel says instead of a label in a build without --stamp.
constexpr char kUnstamped[] = "redacted";

#if defined(__clang__)
constexpr char kCompiler[] = "clang " __clang_version__;
#else
constexpr char kCompiler[] = "g++ " __VERSION__;
#endif

}  // namespace

std::string BuildCommit() {
  const std::string label = kLazuliBuildLabel;
  return label == kUnstamped ? "" : label;
}

std::string VersionText() {
  const std::string commit = BuildCommit();
  return absl::StrCat("lazuli ", kVersion, "\ncommit: ", commit.empty() ? "not recorded" : commit,
                      "\ntoolchain: ", kCompiler, ", C++", __cplusplus / 100 % 100, ", glibc ",
                      __GLIBC__, ".", __GLIBC_MINOR__);
}

}  // namespace lazuli::emulator
