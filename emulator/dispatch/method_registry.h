// File: emulator/dispatch/method_registry.h
//
// Every method of the API: its description, its options, and the one function that serves it. An
// operation is written once in its domain and registered once; the faces, the command line and
// in-process callers all find it here.
#ifndef LAZULI_EMULATOR_DISPATCH_METHOD_REGISTRY_H_
#define LAZULI_EMULATOR_DISPATCH_METHOD_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "emulator/dispatch/path_template.h"
#include "emulator/dispatch/request_validator.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// The answers of a streaming method, pulled by the face. Not thread safe, but for OnReady's
// callback.
class MessageStream {
 public:
  virtual ~MessageStream() = default;

  // Fills `message` and returns true, or returns false when there is nothing now. An error ends the
  // stream.
  virtual absl::StatusOr<bool> Next(google::protobuf::Message* message) = 0;

  // `ready` is called, on any thread and without locks of the stream, whenever Next may have
  // something new. Called once.
  virtual void OnReady(std::function<void()> ready) = 0;
};

// One method. Immutable once registered.
struct Method {
  using Operation = absl::AnyInvocable<absl::Status(
      const CallContext&, const google::protobuf::Message&, google::protobuf::Message*) const>;
  using OpenStream = absl::AnyInvocable<absl::StatusOr<std::unique_ptr<MessageStream>>(
      const CallContext&, const google::protobuf::Message&) const>;

  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  std::string name;  // "lazuli.v1.Keys/WrapKey"
  v1::MethodRule rule;
  v1::Plane plane = v1::PLANE_UNSPECIFIED;
  const google::protobuf::Message* request_prototype = nullptr;
  const google::protobuf::Message* response_prototype = nullptr;
  std::optional<RequestValidator> validator;
  PathTemplate scope;  // of rule.scope
  // Exactly one of the two is set.
  Operation operation;
  OpenStream open_stream;
  // May change what is stored: neither a GET nor a HEAD, nor said to be without_storage.
  bool is_change = true;
  // Azure has it, the emulator does not: `operation` only says so.
  bool not_emulated = false;
};

// Filled at start, then read by all threads.
class MethodRegistry {
 public:
  MethodRegistry();
  ~MethodRegistry();
  MethodRegistry(const MethodRegistry&) = delete;
  MethodRegistry& operator=(const MethodRegistry&) = delete;

  // Registers `service`'s operation as `name`, e.g. "lazuli.v1.Keys/WrapKey". `service` must
  // outlive the registry. The types must be those of the method's description: anything else shows
  // in Complete().
  template <typename Service, typename Request, typename Response>
  void Add(absl::string_view name, Service* service,
           absl::Status (Service::*operation)(const CallContext&, const Request&, Response*)) {
    AddBound<Request, Response>(name, service, operation);
  }
  template <typename Service, typename Request, typename Response>
  void Add(absl::string_view name, const Service* service,
           absl::Status (Service::*operation)(const CallContext&, const Request&, Response*)
               const) {
    AddBound<Request, Response>(name, service, operation);
  }

  template <typename Service, typename Request>
  void AddStream(absl::string_view name, Service* service,
                 absl::StatusOr<std::unique_ptr<MessageStream>> (Service::*open)(const CallContext&,
                                                                                 const Request&)) {
    AddOpenStream(
        name, Request::descriptor(),
        [service, open](const CallContext& ctx, const google::protobuf::Message& request) {
          return (service->*open)(ctx, static_cast<const Request&>(request));
        });
  }

  // Registers what Azure has and the emulator does not do: whoever may call it is told so by name.
  void AddNotEmulated(absl::string_view name);

  // OK when every method of every service in the package lazuli.v1 that was touched is registered,
  // once and with the right types; else INTERNAL with what is wrong.
  absl::Status Complete() const;

  // nullptr when there is none of that name.
  const Method* Find(absl::string_view name) const;
  // In order of their names.
  std::vector<const Method*> methods() const;

 private:
  template <typename Request, typename Response, typename Service, typename Function>
  void AddBound(absl::string_view name, Service* service, Function operation) {
    AddOperation(
        name, Request::descriptor(), Response::descriptor(),
        [service, operation](const CallContext& ctx, const google::protobuf::Message& request,
                             google::protobuf::Message* response) {
          return (service->*operation)(ctx, static_cast<const Request&>(request),
                                       static_cast<Response*>(response));
        });
  }

  void AddOperation(absl::string_view name, const google::protobuf::Descriptor* request,
                    const google::protobuf::Descriptor* response, Method::Operation operation);
  void AddOpenStream(absl::string_view name, const google::protobuf::Descriptor* request,
                     Method::OpenStream open);
  // The new entry, or nullptr after noting what is wrong. `request` null: whatever is described.
  Method* Describe(absl::string_view name, const google::protobuf::Descriptor* request);

  std::map<std::string, std::unique_ptr<Method>, std::less<>> methods_;
  std::vector<std::string> problems_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_METHOD_REGISTRY_H_
