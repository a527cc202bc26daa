#ifndef LAZULI_TESTS_TIDY_RULES_H_
#define LAZULI_TESTS_TIDY_RULES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/tidy/source_file.h"

namespace lazuli::tidy {

// A place that breaks a rule.
struct Finding {
  std::string path;
  size_t line = 0;
  std::string rule;
  std::string what;

  std::string ToString() const;
};

// A place where a ban does not hold, and why. A path that ends with a slash is a folder, one that
// ends with a dot a class (its header, source and test), any other a file.
struct Home {
  std::string path;
  std::string reason;
};

// Where the words of a ban are looked for.
enum class Where {
  kCode,        // C++ outside comments and literals, as whole words
  kInclude,     // start of what C++ includes
  kLiteral,     // start of a C++ string literal
  kEverywhere,  // anywhere in any tracked file
};

// Words that may stand in their homes only.
struct Ban {
  std::string rule;
  Where where = Where::kCode;
  std::vector<std::string> words;
  std::string reason;
  std::vector<Home> homes;
};

// All bans, the one table of what is allowed where.
const std::vector<Ban>& Bans();

// Whether `path` lies in `home`.
bool IsIn(const std::string& path, const Home& home);

// Everything in `file` that breaks a rule: the bans, the arrows between folders, length and include
// guards.
std::vector<Finding> Check(const SourceFile& file);

// The same for the bans alone, with their homes left out of account: what an entry of the table is
// there for.
std::vector<Finding> CheckBan(const SourceFile& file, const Ban& ban);

}  // namespace lazuli::tidy

#endif  // LAZULI_TESTS_TIDY_RULES_H_
