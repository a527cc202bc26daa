#include "emulator/grpc/grpc_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/real_time.h"
#include "emulator/grpc/call_sources.h"
#include "emulator/grpc/reactors.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/codegen/rpc_method.h"
#include "grpcpp/impl/codegen/rpc_service_method.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_posix.h"

namespace lazuli::emulator {

namespace {

using grpc::ByteBuffer;
using grpc::internal::CallbackServerStreamingHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// A service whose methods are those of the registry: what generated code would be, without the
// generation.
class DescribedService final : public grpc::Service {
 public:
  void AddMethod(const Method& method, const CurrentApi& current, const CallSources* sources) {
    const int index = method_count_++;
    // gRPC keeps the pointer that it is given as the method's name.
    names_.push_back(std::make_unique<std::string>(absl::StrCat("/", method.name)));
    const bool streams = method.descriptor->server_streaming();
    grpc::Service::AddMethod(new RpcServiceMethod(
        names_.back()->c_str(), streams ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC,
        nullptr));
    if (streams) {
      MarkMethodRawCallback(
          index, new CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(
                     [name = method.name, current, sources](grpc::CallbackServerContext* context,
                                                            const ByteBuffer* request) {
                       return StartStreamingCall(name, current(), *sources, context, request);
                     }));
    } else {
      MarkMethodRawCallback(
          index, new CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                     [name = method.name, current, sources](grpc::CallbackServerContext* context,
                                                            const ByteBuffer* request,
                                                            ByteBuffer* response) {
                       return StartUnaryCall(name, current(), *sources, context, request, response);
                     }));
    }
  }

 private:
  int method_count_ = 0;
  std::vector<std::unique_ptr<std::string>> names_;
};

// What gRPC has to say of itself goes where our own lines go. Its complaints about callers and
// addresses reach whoever is concerned as errors already; what it says before it ends the process
// is for everybody.
void LogOfGrpc(gpr_log_func_args* args) {
  const bool is_last = absl::StartsWith(args->message, "assertion failed");
  Log(is_last ? LogLevel::kError : LogLevel::kDebug, "grpc",
      {{"severity", gpr_log_severity_string(args->severity)}, {"message", args->message}});
}

// gRPC's plugins for reflection and health are process-wide switches, and so are the libraries'
// logs.
void EnableCommonServices() {
  static const bool enabled = [] {
    gpr_set_log_function(LogOfGrpc);
    // Protobuf tells of every malformed request, which its caller is told anyway.
    google::protobuf::SetLogHandler(nullptr);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::EnableDefaultHealthCheckService(true);
    return true;
  }();
  (void)enabled;
}

class GrpcServerImpl final : public GrpcServer {
 public:
  explicit GrpcServerImpl(OperatorRule rule) : sources_(std::move(rule)) {}
  ~GrpcServerImpl() override { Shutdown(absl::ZeroDuration()); }

  absl::Status Listen(const std::string& address, const CurrentApi& current) {
    EnableCommonServices();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
    builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxRequestBytes));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                               static_cast<int>(limits::kMaxStreamsPerConnection));
    // Two servers on one port would share its calls at random.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    for (const Method* method : current()->methods->methods()) {
      std::unique_ptr<DescribedService>& service =
          services_[method->descriptor->service()->full_name()];
      if (service == nullptr) service = std::make_unique<DescribedService>();
      service->AddMethod(*method, current, &sources_);
    }
    for (const auto& [name, service] : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    absl::string_view path = address;
    const bool is_unix = absl::ConsumePrefix(&path, "unix:");
    if (server_ == nullptr || (port == 0 && !is_unix)) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", address,
                       ": it is in use, not an address of this machine, or not permitted"));
    }
    if (is_unix && ::chmod(std::string(path).c_str(), S_IRUSR | S_IWUSR) != 0) {
      return absl::UnavailableError(absl::StrCat("cannot restrict ", address, " to its owner"));
    }
    address_ = is_unix ? address : absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
    return absl::OkStatus();
  }

  std::string address() const override { return address_; }

  void Adopt(int fd, std::string client_address) override {
    MutexLock lock(&adopting_);
    if (is_ending_) {
      ::close(fd);
    } else {
      sources_.NoteAdopted(fd, std::move(client_address));
      grpc::AddInsecureChannelFromFd(server_.get(), fd);
    }
  }

  void Shutdown(absl::Duration grace) override {
    {
      MutexLock lock(&adopting_);
      is_ending_ = true;
    }
    if (server_ == nullptr) return;
    server_->Shutdown(absl::ToChronoTime(RealNow() + grace));
    server_->Wait();
    server_.reset();
  }

 private:
  CallSources sources_;
  std::map<std::string, std::unique_ptr<DescribedService>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;

  Mutex adopting_;
  bool is_ending_ ABSL_GUARDED_BY(adopting_) = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const std::string& address,
                                                              CurrentApi current,
                                                              OperatorRule rule) {
  auto server = std::make_unique<GrpcServerImpl>(std::move(rule));
  absl::Status listening = server->Listen(address, current);
  if (!listening.ok()) return listening;
  return server;
}

}  // namespace lazuli::emulator
