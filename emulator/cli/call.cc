#include <iostream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/decoder.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

namespace {

constexpr absl::string_view kPackage = "lazuli.v1.";

// "Keys/WrapKey" and "lazuli.v1.Keys/WrapKey" are the same.
const MethodDescriptor* FindMethod(const std::string& name) {
  // So that the linker keeps them all.
  ApiFiles();
  const std::string full = absl::StartsWith(name, kPackage) ? name : absl::StrCat(kPackage, name);
  return DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(full, {{"/", "."}}));
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* descriptor) {
  return std::unique_ptr<Message>(
      MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

absl::Status CallAndPrint(const MethodDescriptor& method, const Message& request,
                          const ClientOptions& options) {
  std::unique_ptr<GrpcClient> client = GrpcClient::Connect(options.server);
  if (!method.options().GetExtension(v1::method).anonymous()) {
    LAZULI_ASSIGN_OR_RETURN(client, SignedIn(options));
  }
  const std::string name = absl::StrCat(method.service()->full_name(), "/", method.name());
  const std::unique_ptr<Message> response = NewMessage(method.output_type());
  if (method.server_streaming()) {
    absl::Status printed;
    LAZULI_RETURN_IF_ERROR(client->Watch(name, request, response.get(), [&] {
      printed = PrintAnswer(*response);
      return printed.ok() && std::cout.good();
    }));
    return printed;
  }
  LAZULI_RETURN_IF_ERROR(client->Call(name, request, response.get()));
  return PrintAnswer(*response);
}

}  // namespace

int RunCall(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2)
    return ReportUsage("call needs SERVICE/METHOD and, often, JSON");
  const MethodDescriptor* method = FindMethod(arguments[0]);
  if (method == nullptr) {
    return ReportUsage(
        absl::StrCat("there is no method ", arguments[0], "; lazuli methods lists them"));
  }
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const std::unique_ptr<Message> request = NewMessage(method->input_type());
  if (arguments.size() == 2) {
    DecodeReport report;
    const absl::Status decoded = DecodeJson(arguments[1], request.get(), &report);
    if (!decoded.ok()) return ReportError(decoded);
    // The server never sees what it does not know, so whoever mistyped a name is told here.
    for (const std::string& path : report.unknown_paths) {
      std::cerr << "lazuli: " << method->input_type()->name() << " has no member " << path
                << "; ignored" << std::endl;
    }
  }
  const absl::Status called = CallAndPrint(*method, *request, *options);
  return called.ok() ? kExitOk : ReportError(called);
}

int RunMethods(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("methods takes no arguments");
  for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
    for (int s = 0; s < file->service_count(); ++s) {
      const google::protobuf::ServiceDescriptor& service = *file->service(s);
      for (int m = 0; m < service.method_count(); ++m) {
        std::cout << service.name() << "/" << service.method(m)->name() << "\n";
      }
    }
  }
  return kExitOk;
}

int RunToken(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("token takes no arguments but flags");
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  std::unique_ptr<GrpcClient> client = GrpcClient::Connect(options->server);
  const absl::Status signed_in = client->SignIn(kAdminAppId, options->admin_secret);
  if (!signed_in.ok()) return ReportError(signed_in);
  const absl::StatusOr<std::string> token = client->TokenFor(
      options->as.empty() ? std::string(kAdminAppId) : options->as, options->resource);
  if (!token.ok()) return ReportError(token.status());
  std::cout << *token << std::endl;
  return kExitOk;
}

}  // namespace lazuli::emulator
