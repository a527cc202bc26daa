#include "tests/support/openapi.h"

#include <cstdint>
#include <fstream>
#include <regex>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

namespace json = boost::json;

namespace {

std::string String(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : "";
}

std::optional<int64_t> Number(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

bool IsTrue(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// A parameter may be empty: "/keys/k/" is the latest version of k.
std::vector<std::string> Segments(const std::string& path) {
  return absl::StrSplit(path.substr(0, path.find('?')), '/');
}

// How well a path fits a template: the number of literal segments, or -1.
int Fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return -1;
  int literals = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (absl::StartsWith(pattern[i], "{")) continue;
    if (!absl::EqualsIgnoreCase(pattern[i], path[i])) return -1;
    ++literals;
  }
  return literals;
}

// "../../x.json" as seen from the folder of `file`.
std::string Relative(const std::string& file, absl::string_view reference) {
  std::vector<std::string> parts = absl::StrSplit(file, '/');
  parts.pop_back();
  for (const absl::string_view part : absl::StrSplit(reference, '/')) {
    if (part == ".") continue;
    if (part == "..") {
      parts.pop_back();
    } else {
      parts.emplace_back(part);
    }
  }
  std::string path;
  for (size_t i = 0; i < parts.size(); ++i) absl::StrAppend(&path, i > 0 ? "/" : "", parts[i]);
  return path;
}

}  // namespace

OpenApi::OpenApi(const std::vector<std::string>& files) : files_(files) {
  for (const std::string& file : files_) Load(file);
}

const json::object& OpenApi::Load(const std::string& file) {
  std::unique_ptr<json::value>& document = documents_[file];
  if (document == nullptr) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    json::error_code error;
    document = std::make_unique<json::value>(json::parse(text.str(), error));
    if (error || !document->is_object()) DieOf(absl::NotFoundError(file));
  }
  return document->get_object();
}

OpenApi::Part OpenApi::Resolve(Part part) {
  while (part.value->contains("$ref")) {
    const std::string reference = String(*part.value, "$ref");
    const size_t hash = reference.find('#');
    if (hash > 0) part.file = Relative(part.file, reference.substr(0, hash));
    const json::object* at = &Load(part.file);
    for (const absl::string_view name :
         absl::StrSplit(reference.substr(hash + 1), '/', absl::SkipEmpty())) {
      const json::value* found = at->if_contains(json::string_view(name.data(), name.size()));
      if (found == nullptr || !found->is_object()) DieOf(absl::NotFoundError(reference));
      at = &found->get_object();
    }
    part.value = at;
  }
  return part;
}

std::optional<OpenApi::Part> OpenApi::FindOperation(const std::string& method,
                                                    const std::string& path) {
  const std::vector<std::string> segments = Segments(path);
  std::optional<Part> best;
  int best_fit = -1;
  for (const std::string& file : files_) {
    for (const char* group : {"paths", "x-ms-paths"}) {
      const json::value* paths = Load(file).if_contains(group);
      if (paths == nullptr) continue;
      for (const auto& entry : paths->get_object()) {
        const json::value* operation =
            entry.value().get_object().if_contains(absl::AsciiStrToLower(method));
        const int fit = Fit(Segments(std::string(entry.key())), segments);
        if (operation == nullptr || fit <= best_fit) continue;
        best = Part{&operation->get_object(), file};
        best_fit = fit;
      }
    }
  }
  return best;
}

std::vector<OpenApi::Operation> OpenApi::Operations() {
  std::vector<Operation> operations;
  for (const std::string& file : files_) {
    for (const char* group : {"paths", "x-ms-paths"}) {
      const json::value* paths = Load(file).if_contains(group);
      if (paths == nullptr) continue;
      for (const auto& path : paths->get_object()) {
        for (const auto& entry : path.value().get_object()) {
          if (!entry.value().is_object()) continue;
          const std::string id = String(entry.value().get_object(), "operationId");
          if (id.empty()) continue;
          operations.push_back(
              {id, absl::AsciiStrToUpper(std::string(entry.key())), std::string(path.key())});
        }
      }
    }
  }
  return operations;
}

std::string OpenApi::FindOperationId(const std::string& method, const std::string& path) {
  const std::optional<Part> operation = FindOperation(method, path);
  return operation.has_value() ? String(*operation->value, "operationId") : "";
}

std::optional<std::vector<std::string>> OpenApi::Check(const std::string& method,
                                                       const std::string& path, int status,
                                                       const std::string& body) {
  const std::optional<Part> operation = FindOperation(method, path);
  if (!operation.has_value()) return std::nullopt;
  problems_.clear();
  const json::object& responses = operation->value->at("responses").get_object();
  const json::value* response = responses.if_contains(absl::StrCat(status));
  if (response == nullptr && status >= 400) response = responses.if_contains("default");
  if (response == nullptr) {
    Report("", absl::StrCat("the status ", status, " is not described"));
    return problems_;
  }
  const Part described = Resolve({&response->get_object(), operation->file});
  const json::value* schema = described.value->if_contains("schema");
  if (body.empty()) {
    if (schema != nullptr) Report("", "there is no body");
    return problems_;
  }
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error) {
    Report("", "the body is no JSON");
  } else if (schema == nullptr) {
    Report("", "there is a body");
  } else {
    CheckValue(value, {&schema->get_object(), described.file}, "");
  }
  return problems_;
}

void OpenApi::CollectMembers(Part schema, Members* members) {
  schema = Resolve(std::move(schema));
  if (const json::value* bases = schema.value->if_contains("allOf")) {
    for (const json::value& base : bases->get_array()) {
      CollectMembers({&base.get_object(), schema.file}, members);
    }
  }
  if (const json::value* properties = schema.value->if_contains("properties")) {
    for (const auto& entry : properties->get_object()) {
      members->properties[std::string(entry.key())] = {&entry.value().get_object(), schema.file};
    }
  }
  if (const json::value* required = schema.value->if_contains("required")) {
    for (const json::value& name : required->get_array()) {
      members->required.emplace_back(name.get_string().c_str());
    }
  }
  const json::value* additional = schema.value->if_contains("additionalProperties");
  if (additional != nullptr && additional->is_bool() && !additional->get_bool()) {
    members->is_closed = true;
  }
  if (additional != nullptr && additional->is_object()) {
    members->additional = Part{&additional->get_object(), schema.file};
  }
}

void OpenApi::CheckObject(const json::object& value, const Part& schema, const std::string& place) {
  Members members;
  CollectMembers(schema, &members);
  // "object" without more: anything.
  if (members.properties.empty() && !members.additional.has_value() && !members.is_closed) return;
  for (const auto& entry : value) {
    const std::string name(entry.key());
    const std::string member_place = absl::StrCat(place, place.empty() ? "" : ".", name);
    const auto property = members.properties.find(name);
    if (property != members.properties.end()) {
      CheckValue(entry.value(), property->second, member_place);
    } else if (members.additional.has_value()) {
      CheckValue(entry.value(), *members.additional, member_place);
    } else {
      Report(member_place, "the member is not described");
    }
  }
  for (const std::string& name : members.required) {
    if (!value.contains(name)) Report(place, absl::StrCat("the member ", name, " is missing"));
  }
}

void OpenApi::CheckText(const std::string& text, const Part& schema, const std::string& place) {
  if (const json::value* choices = schema.value->if_contains("enum")) {
    bool is_known = false;
    for (const json::value& choice : choices->get_array()) {
      is_known = is_known || (choice.is_string() && text == choice.get_string().c_str());
    }
    if (!is_known) Report(place, absl::StrCat("'", text, "' is none of the values"));
  }
  const std::optional<int64_t> shortest = Number(*schema.value, "minLength");
  const std::optional<int64_t> longest = Number(*schema.value, "maxLength");
  const auto size = static_cast<int64_t>(text.size());
  if (shortest.has_value() && size < *shortest) Report(place, "too short");
  if (longest.has_value() && size > *longest) Report(place, "too long");
  const std::string pattern = String(*schema.value, "pattern");
  if (!pattern.empty() && !std::regex_search(text, std::regex(pattern))) {
    Report(place, absl::StrCat("'", text, "' does not match ", pattern));
  }
  const std::string format = String(*schema.value, "format");
  if (format == "uuid") {
    static const auto& uuid = *new std::regex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    if (!std::regex_match(text, uuid)) Report(place, "no UUID");
  } else if (format == "date-time") {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) Report(place, "no time");
  } else if (format == "duration") {
    if (!absl::StartsWith(text, "P")) Report(place, "no duration");
  } else if (format == "base64url") {
    for (const char c : text) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
        Report(place, "no base64url");
        break;
      }
    }
  }
}

void OpenApi::CheckNumber(const json::value& value, const Part& schema, const std::string& place) {
  if (!value.is_int64() && !value.is_uint64()) return Report(place, "no integer");
  json::error_code error;
  const auto number = value.to_number<int64_t>(error);
  const std::string format = String(*schema.value, "format");
  if (error || (format == "int32" && number != static_cast<int32_t>(number))) {
    return Report(place, "out of range");
  }
  const std::optional<int64_t> least = Number(*schema.value, "minimum");
  const std::optional<int64_t> greatest = Number(*schema.value, "maximum");
  if ((least.has_value() && number < *least) || (greatest.has_value() && number > *greatest)) {
    Report(place, "out of bounds");
  }
}

void OpenApi::CheckValue(const json::value& value, Part schema, const std::string& place) {
  schema = Resolve(std::move(schema));
  std::string type = String(*schema.value, "type");
  if (type.empty() && (schema.value->contains("properties") || schema.value->contains("allOf"))) {
    type = "object";
  }
  if (value.is_null()) {
    if (!IsTrue(*schema.value, "x-nullable")) Report(place, "null");
  } else if (type == "object") {
    if (value.is_object()) {
      CheckObject(value.get_object(), schema, place);
    } else {
      Report(place, "no object");
    }
  } else if (type == "array") {
    if (!value.is_array()) return Report(place, "no list");
    const json::value* items = schema.value->if_contains("items");
    for (size_t i = 0; items != nullptr && i < value.get_array().size(); ++i) {
      CheckValue(value.get_array()[i], {&items->get_object(), schema.file},
                 absl::StrCat(place, "[]"));
    }
  } else if (type == "string") {
    if (!value.is_string()) return Report(place, "no text");
    CheckText(std::string(value.get_string().c_str()), schema, place);
  } else if (type == "integer") {
    CheckNumber(value, schema, place);
  } else if (type == "number") {
    if (!value.is_number()) Report(place, "no number");
  } else if (type == "boolean") {
    if (!value.is_bool()) Report(place, "neither true nor false");
  }
}

void OpenApi::Report(const std::string& place, const std::string& problem) {
  problems_.push_back(absl::StrCat(place, ": ", problem));
}

}  // namespace lazuli::emulator
