#include "tests/support/raw_call.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/real_time.h"
#include "emulator/dispatch/errors.h"
#include "emulator/grpc/grpc_status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/byte_buffer.h"

namespace lazuli::emulator {

using grpc::ByteBuffer;

namespace {

ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return ByteBuffer(&slice, 1);
}

std::string FromBuffer(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return "";
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

class PendingImpl final : public RawChannel::Pending {
 public:
  PendingImpl(const Metadata& metadata, absl::Duration timeout, const std::string& request_bytes)
      : request_(ToBuffer(request_bytes)) {
    for (const auto& [name, value] : metadata) {
      if (name == ":authority") {
        context_.set_authority(value);
      } else {
        context_.AddMetadata(name, value);
      }
    }
    context_.set_deadline(absl::ToChronoTime(RealNow() + timeout));
  }
  ~PendingImpl() override { Wait().IgnoreError(); }

  void Start(grpc::GenericStub* stub, const std::string& path) {
    stub->UnaryCall(&context_, path, {}, &request_, &response_, [this](const grpc::Status& status) {
      MutexLock lock(&mu_);
      status_ = FromGrpcStatus(status);
      const auto& trailing = context_.GetServerTrailingMetadata();
      if (const auto id = trailing.find("x-ms-request-id"); id != trailing.end()) {
        status_ = WithRequestId(std::move(status_), {id->second.data(), id->second.size()});
      }
      ended_ = true;
      end_.SignalAll();
    });
  }

  void Cancel() override { context_.TryCancel(); }

  absl::Status Wait() override {
    MutexLock lock(&mu_);
    while (!ended_) end_.Wait(&mu_);
    return status_;
  }

  // Once it has ended.
  std::string response() const { return FromBuffer(response_); }

 private:
  grpc::ClientContext context_;
  const ByteBuffer request_;
  ByteBuffer response_;
  Mutex mu_;
  CondVar end_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
};

class RawChannelImpl final : public RawChannel {
 public:
  explicit RawChannelImpl(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // A proxy of the environment must never see a call to this machine.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxSendMessageSize(-1);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }

  absl::StatusOr<std::string> Call(const std::string& method, const std::string& request_bytes,
                                   const Metadata& metadata, absl::Duration timeout) override {
    PendingImpl call(metadata, timeout, request_bytes);
    call.Start(stub_.get(), absl::StrCat("/", method));
    const absl::Status status = call.Wait();
    if (!status.ok()) return status;
    return call.response();
  }

  std::unique_ptr<Pending> Start(const std::string& method, const std::string& request_bytes,
                                 const Metadata& metadata, absl::Duration timeout) override {
    auto call = std::make_unique<PendingImpl>(metadata, timeout, request_bytes);
    call->Start(stub_.get(), absl::StrCat("/", method));
    return call;
  }

  absl::StatusOr<std::string> Exchange(const std::string& method,
                                       const std::string& request_bytes) override {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(RealNow() + absl::Minutes(1)));
    grpc::CompletionQueue queue;
    const std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call =
        stub_->PrepareCall(&context, absl::StrCat("/", method), &queue);
    bool ok = true;
    const auto next = [&] {
      void* tag = nullptr;
      bool done = false;
      ok = queue.Next(&tag, &done) && done && ok;
    };
    ByteBuffer answer;
    call->StartCall(nullptr);
    next();
    if (ok) {
      call->Write(ToBuffer(request_bytes), nullptr);
      next();
    }
    if (ok) {
      call->Read(&answer, nullptr);
      next();
    }
    const bool answered = ok;
    if (answered) {
      call->WritesDone(nullptr);
      next();
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    next();
    queue.Shutdown();
    next();
    if (!answered && status.ok())
      return absl::UnavailableError("the stream ended without an answer");
    if (!status.ok()) return FromGrpcStatus(status);
    return FromBuffer(answer);
  }

 private:
  std::unique_ptr<grpc::GenericStub> stub_;
};

}  // namespace

Metadata WithToken(const std::string& token) {
  return {{"authorization", absl::StrCat("Bearer ", token)}};
}

std::unique_ptr<RawChannel> RawChannel::Connect(const std::string& address) {
  return std::make_unique<RawChannelImpl>(address);
}

}  // namespace lazuli::emulator
