// File: tests/docs/shown_operations.h
//
// Which tests show which operations of the API: what the comments above them say, as
//
//   // Shows: Keys/CreateKey, Keys/GetKey
//   TEST_F(KeysTest, LivesAsLongAsItIsNotDeleted) {
#ifndef LAZULI_TESTS_DOCS_SHOWN_OPERATIONS_H_
#define LAZULI_TESTS_DOCS_SHOWN_OPERATIONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli {

struct ShowingTest {
  std::string path;  // "tests/keyvault_test.cc"
  std::string name;  // "KeysTest.LivesAsLongAsItIsNotDeleted"
};

// By operation: "Keys/CreateKey".
using ShownOperations = std::map<std::string, std::vector<ShowingTest>>;

// Adds what the tests in `content`, the text of the file at `path`, show. A list that ends with a
// comma goes on in the next line of the comment. A comment without a test behind it is of no test.
void CollectShownOperations(const std::string& path, absl::string_view content,
                            ShownOperations* shown);

// Of all tests in the tree at `root`, in order of their paths.
ShownOperations ReadShownOperations(const std::string& root);

}  // namespace lazuli

#endif  // LAZULI_TESTS_DOCS_SHOWN_OPERATIONS_H_
