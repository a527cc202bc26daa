#include "emulator/grpc/reactors.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/error.h"
#include "base/mutex.h"
#include "emulator/dispatch/errors.h"
#include "emulator/grpc/call_metadata.h"
#include "emulator/grpc/grpc_status.h"
#include "google/protobuf/arena.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

absl::Status Parse(const grpc::ByteBuffer& bytes, Message* message) {
  // Deserializing empties the buffer that it is given; this copy only counts a reference.
  grpc::ByteBuffer buffer(bytes);
  const grpc::Status parsed =
      grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(&buffer, message);
  if (parsed.ok()) return absl::OkStatus();
  return InvalidInputError("", "the request is not a valid message of its type");
}

grpc::Status Serialize(const Message& message, grpc::ByteBuffer* bytes) {
  bool own_buffer = false;
  return grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, bytes, &own_buffer);
}

void AddRequestId(const absl::Status& status, grpc::CallbackServerContext* context) {
  const std::string id = RequestIdOf(status);
  if (!id.empty()) context->AddTrailingMetadata("x-ms-request-id", id);
}

class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(std::shared_ptr<const ServedApi> api, const Method& method, const CallSources& sources,
            grpc::CallbackServerContext* context, grpc::ByteBuffer* response_bytes)
      : api_(std::move(api)),
        sources_(&sources),
        context_(context),
        response_bytes_(response_bytes),
        request_(method.request_prototype->New(&arena_)),
        response_(method.response_prototype->New(&arena_)) {}

  void Run(const Method& method, Dispatcher* dispatcher, const grpc::ByteBuffer& request_bytes) {
    CallArrival arrival = ArrivalOf(*context_, *sources_);
    if (absl::Status parsed = Parse(request_bytes, request_); !parsed.ok()) {
      parsed = dispatcher->RefuseUnread(method, std::move(arrival), std::move(parsed));
      AddRequestId(parsed, context_);
      Finish(ToGrpcStatus(parsed));
      return;
    }
    arrival.is_cancelled = [this] { return cancelled_ || context_->IsCancelled(); };
    dispatcher->Start(
        method, std::move(arrival), *request_, response_, [this](absl::Status status) {
          if (!status.ok()) AddRequestId(status, context_);
          Finish(status.ok() ? Serialize(*response_, response_bytes_) : ToGrpcStatus(status));
        });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }
  // The reactions above are trivial and nothing is touched after Finish: gRPC may run them on the
  // thread that finishes. Without this a call that ends on a worker wakes one more thread, for
  // nothing but the deletion.
  bool InternalInlineable() override { return true; }

 private:
  const std::shared_ptr<const ServedApi> api_;
  const CallSources* const sources_;
  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer* const response_bytes_;
  google::protobuf::Arena arena_;
  Message* const request_;
  Message* const response_;
  std::atomic<bool> cancelled_{false};
};

// At most one write is under way; the stream is pulled whenever it says that it has something and
// no write is.
class StreamingCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  StreamingCall(std::shared_ptr<const ServedApi> api, const Method& method)
      : api_(std::move(api)),
        request_(method.request_prototype->New()),
        message_(method.response_prototype->New()) {}

  void Run(const Method& method, Dispatcher* dispatcher, const CallSources& sources,
           grpc::CallbackServerContext* context, const grpc::ByteBuffer& request_bytes) {
    CallArrival arrival = ArrivalOf(*context, sources);
    absl::Status status = Parse(request_bytes, request_.get());
    if (!status.ok()) {
      status = dispatcher->RefuseUnread(method, std::move(arrival), std::move(status));
    } else {
      absl::StatusOr<std::unique_ptr<MessageStream>> opened =
          dispatcher->Open(method, std::move(arrival), *request_);
      status = opened.status();
      if (status.ok()) stream_ = *std::move(opened);
    }
    if (!status.ok()) {
      AddRequestId(status, context);
      FinishOnce(ToGrpcStatus(status));
      return;
    }
    // The client learns at once that it is being served, not with the first message.
    StartSendInitialMetadata();
    stream_->OnReady([this] { Pump(); });
    Pump();
  }

  void OnSendInitialMetadataDone(bool) override {}

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(&mu_);
      writing_ = false;
    }
    if (ok) {
      Pump();
    } else {
      FinishOnce(grpc::Status::CANCELLED);
    }
  }

  void OnCancel() override { FinishOnce(grpc::Status::CANCELLED); }

  void OnDone() override {
    // Ends the subscription first: it waits for a Pump that is running.
    stream_.reset();
    delete this;
  }

 private:
  void Pump() ABSL_LOCKS_EXCLUDED(mu_) {
    grpc::Status failure = grpc::Status::OK;
    {
      MutexLock lock(&mu_);
      if (writing_ || finished_) return;
      absl::StatusOr<bool> next = stream_->Next(message_.get());
      if (next.ok() && !*next) return;
      // gRPC serializes into an empty buffer only, and ends the process otherwise.
      bytes_.Clear();
      if (next.ok()) failure = Serialize(*message_, &bytes_);
      if (!next.ok()) failure = ToGrpcStatus(next.status());
      if (failure.ok()) {
        writing_ = true;
        StartWrite(&bytes_);
        return;
      }
    }
    FinishOnce(failure);
  }

  void FinishOnce(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(&mu_);
      if (finished_) return;
      finished_ = true;
    }
    Finish(status);
  }

  const std::shared_ptr<const ServedApi> api_;
  const std::unique_ptr<Message> request_;
  std::unique_ptr<MessageStream> stream_;
  Mutex mu_;
  const std::unique_ptr<Message> message_;
  grpc::ByteBuffer bytes_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

// `api` outlives the run, at whose end the call, and its own hold of `api`, may be gone already.
grpc::ServerUnaryReactor* StartUnaryCall(const std::string& method,
                                         std::shared_ptr<const ServedApi> api,
                                         const CallSources& sources,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) {
  const Method& found = *api->methods->Find(method);
  auto* call = new UnaryCall(api, found, sources, context, response);
  call->Run(found, api->dispatcher, *request);
  return call;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartStreamingCall(const std::string& method,
                                                               std::shared_ptr<const ServedApi> api,
                                                               const CallSources& sources,
                                                               grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request) {
  const Method& found = *api->methods->Find(method);
  auto* call = new StreamingCall(api, found);
  call->Run(found, api->dispatcher, sources, context, *request);
  return call;
}

}  // namespace lazuli::emulator
