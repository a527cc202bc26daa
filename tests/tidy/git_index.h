// File: tests/tidy/git_index.h
//
// What git tracks, as its index tells: rules about files that may lie in a work tree, but must not
// be part of the project, need it.
#ifndef LAZULI_TESTS_TIDY_GIT_INDEX_H_
#define LAZULI_TESTS_TIDY_GIT_INDEX_H_

#include <optional>
#include <string>
#include <vector>

namespace lazuli::tidy {

// The paths of an index of version 2 or 3 (git's documentation, "index-format"), in its order;
// nullopt for anything else.
std::optional<std::vector<std::string>> ReadGitIndex(const std::string& content);

// Whether the file at `path` was made of others by a compiler or an interpreter: "a/b.pyc",
// "a/__pycache__/b", "a/b.o".
bool IsCompiled(const std::string& path);

}  // namespace lazuli::tidy

#endif  // LAZULI_TESTS_TIDY_GIT_INDEX_H_
