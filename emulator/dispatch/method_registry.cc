#include "emulator/dispatch/method_registry.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

namespace {

const Message* Prototype(const Descriptor* descriptor) {
  return MessageFactory::generated_factory()->GetPrototype(descriptor);
}

bool IsChange(const v1::MethodRule& rule) {
  return !rule.without_storage() && !absl::StartsWith(rule.http(), "GET ") &&
         !absl::StartsWith(rule.http(), "HEAD ");
}

std::string MethodName(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

}  // namespace

MethodRegistry::MethodRegistry() = default;
MethodRegistry::~MethodRegistry() = default;

Method* MethodRegistry::Describe(absl::string_view name, const Descriptor* request) {
  const MethodDescriptor* descriptor =
      DescriptorPool::generated_pool()->FindMethodByName(absl::StrReplaceAll(name, {{"/", "."}}));
  if (descriptor == nullptr) {
    problems_.push_back(absl::StrCat(name, " is not described"));
    return nullptr;
  }
  if (request == nullptr) request = descriptor->input_type();
  if (descriptor->input_type() != request) {
    problems_.push_back(absl::StrCat(name, " takes ", descriptor->input_type()->full_name()));
    return nullptr;
  }
  auto method = std::make_unique<Method>();
  method->descriptor = descriptor;
  method->name = std::string(name);
  method->rule = descriptor->options().GetExtension(v1::method);
  method->is_change = IsChange(method->rule);
  method->plane = descriptor->service()->options().GetExtension(v1::service).plane();
  method->request_prototype = Prototype(descriptor->input_type());
  method->response_prototype = Prototype(descriptor->output_type());
  absl::StatusOr<PathTemplate> scope = PathTemplate::Compile(method->rule.scope(), *request);
  if (!scope.ok()) {
    problems_.push_back(std::string(scope.status().message()));
    return nullptr;
  }
  method->scope = *std::move(scope);
  absl::StatusOr<RequestValidator> validator = RequestValidator::Compile(*descriptor);
  if (!validator.ok()) {
    problems_.push_back(std::string(validator.status().message()));
    return nullptr;
  }
  method->validator = *std::move(validator);
  auto [it, inserted] = methods_.emplace(method->name, std::move(method));
  if (!inserted) {
    problems_.push_back(absl::StrCat(name, " is registered twice"));
    return nullptr;
  }
  return it->second.get();
}

void MethodRegistry::AddOperation(absl::string_view name, const Descriptor* request,
                                  const Descriptor* response, Method::Operation operation) {
  Method* method = Describe(name, request);
  if (method == nullptr) return;
  if (method->descriptor->output_type() != response || method->descriptor->server_streaming()) {
    problems_.push_back(
        absl::StrCat(name, " answers ", method->descriptor->output_type()->full_name()));
    return;
  }
  method->operation = std::move(operation);
}

void MethodRegistry::AddOpenStream(absl::string_view name, const Descriptor* request,
                                   Method::OpenStream open) {
  Method* method = Describe(name, request);
  if (method == nullptr) return;
  if (!method->descriptor->server_streaming()) {
    problems_.push_back(absl::StrCat(name, " does not stream"));
    return;
  }
  method->open_stream = std::move(open);
}

void MethodRegistry::AddNotEmulated(absl::string_view name) {
  Method* method = Describe(name, nullptr);
  if (method == nullptr) return;
  if (method->descriptor->server_streaming()) {
    problems_.push_back(absl::StrCat(name, " streams"));
    return;
  }
  method->not_emulated = true;
  method->operation = [what = method->descriptor->name()](const CallContext&, const Message&,
                                                          Message*) -> absl::Status {
    return NotEmulatedError(what);
  };
}

absl::Status MethodRegistry::Complete() const {
  std::vector<std::string> problems = problems_;
  std::set<const ServiceDescriptor*> services;
  for (const auto& [name, method] : methods_) services.insert(method->descriptor->service());
  for (const ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string name = MethodName(*service->method(i));
      if (Find(name) == nullptr) problems.push_back(absl::StrCat(name, " is not registered"));
    }
  }
  if (problems.empty()) return absl::OkStatus();
  return InternalError(absl::StrJoin(problems, "; "));
}

const Method* MethodRegistry::Find(absl::string_view name) const {
  auto it = methods_.find(std::string_view(name.data(), name.size()));
  return it == methods_.end() ? nullptr : it->second.get();
}

std::vector<const Method*> MethodRegistry::methods() const {
  std::vector<const Method*> methods;
  for (const auto& [name, method] : methods_) methods.push_back(method.get());
  return methods;
}

}  // namespace lazuli::emulator
