// File: tests/support/openapi.h
//
// Azure's own description of its wire (OpenAPI 2.0 documents), to hold answers against.
#ifndef LAZULI_TESTS_SUPPORT_OPENAPI_H_
#define LAZULI_TESTS_SUPPORT_OPENAPI_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boost/json.hpp"

namespace lazuli::emulator {

// Documents with the paths of one service. Not thread safe.
class OpenApi {
 public:
  // An operation that a document describes: "Vaults_Get" is at "GET".
  struct Operation {
    std::string id;
    std::string method;
    std::string path;  // with its parameters in braces
  };

  // `files` are paths of documents. Ends the test program when one cannot be read.
  explicit OpenApi(const std::vector<std::string>& files);

  // What is wrong with an answer to `method` at `path` (decoded, without the query): each line
  // begins with the place in the body. Empty: it is as described. nullopt: no document describes
  // the operation.
  std::optional<std::vector<std::string>> Check(const std::string& method, const std::string& path,
                                                int status, const std::string& body);

  // All that the documents describe.
  std::vector<Operation> Operations();
  // The id of the operation that `method` at `path` means; empty when none is described.
  std::string FindOperationId(const std::string& method, const std::string& path);

 private:
  // A part of a document, and which document it is of, for the references in it.
  struct Part {
    const boost::json::object* value = nullptr;
    std::string file;
  };
  // The members that a schema has of its own and of those that it builds on.
  struct Members {
    std::map<std::string, Part> properties;
    std::vector<std::string> required;
    std::optional<Part> additional;
    // What follows from additionalProperties: false.
    bool is_closed = false;
  };

  const boost::json::object& Load(const std::string& file);
  // Follows references.
  Part Resolve(Part part);
  std::optional<Part> FindOperation(const std::string& method, const std::string& path);
  void CollectMembers(Part schema, Members* members);
  void CheckValue(const boost::json::value& value, Part schema, const std::string& place);
  void CheckObject(const boost::json::object& value, const Part& schema, const std::string& place);
  void CheckText(const std::string& text, const Part& schema, const std::string& place);
  void CheckNumber(const boost::json::value& value, const Part& schema, const std::string& place);
  void Report(const std::string& place, const std::string& problem);

  const std::vector<std::string> files_;
  std::map<std::string, std::unique_ptr<boost::json::value>> documents_;
  std::vector<std::string> problems_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_OPENAPI_H_
