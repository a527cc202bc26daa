// What faults do to calls on their one path.
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/change_gate.h"
#include "base/clock_driver.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "base/worker_pool.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/errors.h"
#include "emulator/dispatch/fault_point.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/dispatch/held_calls.h"
#include "emulator/dispatch/method_registry.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/keys.pb.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {
namespace {

class FakeAuthenticator final : public Authenticator {
 public:
  absl::StatusOr<Caller> Authenticate(absl::string_view) const override { return Caller(); }
};

class FakeAuthorizer final : public Authorizer {
 public:
  absl::Status Authorize(const Method&, const google::protobuf::Message&,
                         CallContext* ctx) const override {
    ctx->hold = std::make_shared<int>(1);
    last_hold = ctx->hold;
    return answer;
  }
  absl::Status answer;
  mutable std::weak_ptr<const void> last_hold;
};

// Hands out one fault, whatever is asked.
class FakeFaults final : public FaultPoint {
 public:
  FakeFaults() : FaultPoint(&is_armed_) {}
  void Set(Fault fault) {
    fault_ = std::move(fault);
    is_armed_ = true;
  }
  Fault Strike(const Method&, const google::protobuf::Message&, const CallContext&) override {
    ++asked;
    return fault_;
  }
  int asked = 0;

 private:
  std::atomic<bool> is_armed_ = false;
  Fault fault_;
};

// Stores at once, between two changes.
class FakeStore final : public ChangeStore {
 public:
  explicit FakeStore(ChangeGate* gate) : gate_(gate) {}
  absl::Status Accepts() override { return absl::OkStatus(); }
  void WhenStored(absl::AnyInvocable<void(absl::Status)> done) override {
    // Would wait for ever inside of a change.
    {
      const ChangeGate::Quiet quiet(gate_);
    }
    ++stored;
    done(absl::OkStatus());
  }
  int stored = 0;

 private:
  ChangeGate* const gate_;
};

// GetKey runs where the call is, UnwrapKey on a worker.
struct FakeKeys {
  absl::Status DeleteKey(const CallContext&, const v1::KeyNameRequest&, v1::DeletedKeyBundle*) {
    ++calls;
    ChangeGate::NoteChange();
    return absl::OkStatus();
  }
  absl::Status GetKey(const CallContext& ctx, const v1::GetKeyRequest&, v1::KeyBundle* response) {
    ++calls;
    now = ctx.now;
    response->mutable_key()->set_kid("kid");
    return absl::OkStatus();
  }
  absl::Status UnwrapKey(const CallContext& ctx, const v1::KeyOperationsParameters&,
                         v1::KeyOperationResult*) {
    ++calls;
    now = ctx.now;
    return absl::OkStatus();
  }
  std::atomic<int> calls = 0;
  absl::Time now;
};

class Answer {
 public:
  Dispatcher::Done Done() {
    return [this](absl::Status status) {
      MutexLock lock(&mu_);
      EXPECT_FALSE(status_.has_value()) << "a call was answered twice";
      status_ = std::move(status);
      changed_.SignalAll();
    };
  }
  bool is_there() {
    MutexLock lock(&mu_);
    return status_.has_value();
  }
  absl::Status Wait() {
    MutexLock lock(&mu_);
    while (!status_.has_value()) changed_.Wait(&mu_);
    return *status_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::optional<absl::Status> status_;
};

Fault Delayed(absl::Duration virtual_delay) {
  Fault fault;
  fault.virtual_delay = virtual_delay;
  return fault;
}

class DispatcherFaultsTest : public testing::Test {
 protected:
  DispatcherFaultsTest() {
    registry_.Add("lazuli.v1.Keys/GetKey", &keys_, &FakeKeys::GetKey);
    registry_.Add("lazuli.v1.Keys/UnwrapKey", &keys_, &FakeKeys::UnwrapKey);
    registry_.Add("lazuli.v1.Keys/DeleteKey", &keys_, &FakeKeys::DeleteKey);
    get_.set_vault_name("v");
    get_.set_key_name("k");
    unwrap_.set_vault_name("v");
    unwrap_.set_key_name("k");
    unwrap_.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP);
    unwrap_.set_value("x");
  }
  static ClockOptions Manual() {
    ClockOptions options;
    options.mode = ClockMode::kManual;
    options.start_time = absl::FromUnixSeconds(1'700'000'000);
    return options;
  }
  Dispatcher::Parts MakeParts() {
    Dispatcher::Parts parts;
    parts.clock_driver = &clock_;
    parts.ids = &ids_;
    parts.workers = &workers_;
    parts.authenticator = &authenticator_;
    parts.authorizers = {{v1::PLANE_KEY_VAULT_DATA, &authorizer_}};
    parts.faults = &faults_;
    parts.held_calls = &held_calls_;
    return parts;
  }
  void StartGet(Answer* answer, CallArrival arrival = {}) {
    dispatcher_.Start(*registry_.Find("lazuli.v1.Keys/GetKey"), std::move(arrival), get_, &bundle_,
                      answer->Done());
  }
  void StartUnwrap(Answer* answer) {
    dispatcher_.Start(*registry_.Find("lazuli.v1.Keys/UnwrapKey"), {}, unwrap_, &unwrapped_,
                      answer->Done());
  }
  void Advance(absl::Duration duration) { LAZULI_ASSERT_OK(clock_.AdvanceBy(duration)); }

  FakeKeys keys_;
  FakeAuthenticator authenticator_;
  FakeAuthorizer authorizer_;
  FakeFaults faults_;
  MethodRegistry registry_;
  ClockDriver clock_{Manual()};
  IdDeriver ids_{1};
  WorkerPool workers_{WorkerPoolOptions()};
  HeldCalls held_calls_{&clock_};
  Dispatcher dispatcher_{MakeParts()};
  v1::GetKeyRequest get_;
  v1::KeyOperationsParameters unwrap_;
  v1::KeyBundle bundle_;
  v1::KeyOperationResult unwrapped_;
};

TEST_F(DispatcherFaultsTest, NobodyIsAskedWhileThereAreNoFaults) {
  Answer answer;
  StartGet(&answer);
  LAZULI_EXPECT_OK(answer.Wait());
  EXPECT_EQ(faults_.asked, 0);
}

TEST_F(DispatcherFaultsTest, AnErrorComesInThePlaceOfTheOperation) {
  Fault fault;
  fault.answer = absl::ResourceExhaustedError("enough");
  faults_.Set(fault);
  Answer answer;
  StartGet(&answer);
  EXPECT_EQ(answer.Wait().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherFaultsTest, WhoMayNotCallIsHitByNothing) {
  faults_.Set(Delayed(absl::Seconds(1)));
  authorizer_.answer = absl::PermissionDeniedError("no");
  Answer answer;
  StartGet(&answer);
  EXPECT_EQ(answer.Wait().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(faults_.asked, 0);
}

TEST_F(DispatcherFaultsTest, AnAnswerCanBeLostAfterTheEffect) {
  Fault fault;
  fault.loses_answer = true;
  faults_.Set(fault);
  Answer answer;
  StartGet(&answer);
  EXPECT_TRUE(IsConnectionDropped(answer.Wait()));
  EXPECT_EQ(keys_.calls, 1);
  EXPECT_FALSE(bundle_.has_key());
}

TEST_F(DispatcherFaultsTest, ADelayedCallIsServedByTheTimerAtItsTime) {
  faults_.Set(Delayed(absl::Seconds(10)));
  const absl::Time start = clock_.clock().Now();
  for (const bool on_worker : {false, true}) {
    Answer answer;
    on_worker ? StartUnwrap(&answer) : StartGet(&answer);
    while (held_calls_.size() == 0) {
    }
    EXPECT_FALSE(answer.is_there());
    // It relies on nothing meanwhile.
    EXPECT_TRUE(authorizer_.last_hold.expired());
    Advance(absl::Minutes(1));
    // The advance is over, and so is the call.
    EXPECT_TRUE(answer.is_there());
    LAZULI_EXPECT_OK(answer.Wait());
  }
  EXPECT_EQ(keys_.now, start + absl::Minutes(1) + absl::Seconds(10));
  EXPECT_EQ(faults_.asked, 2);
}

TEST_F(DispatcherFaultsTest, ADelayedChangeIsNoPartOfTheTimersAndStoredBeforeItIsAnswered) {
  ChangeGate gate;
  FakeStore store(&gate);
  ClockDriver clock(Manual(), &gate);
  HeldCalls held_calls(&clock);
  Dispatcher::Parts parts = MakeParts();
  parts.clock_driver = &clock;
  parts.held_calls = &held_calls;
  parts.change_gate = &gate;
  parts.change_store = &store;
  Dispatcher dispatcher(std::move(parts));
  faults_.Set(Delayed(absl::Seconds(10)));
  v1::KeyNameRequest request;
  request.set_vault_name("v");
  request.set_key_name("k");
  v1::DeletedKeyBundle response;
  Answer answer;
  dispatcher.Start(*registry_.Find("lazuli.v1.Keys/DeleteKey"), {}, request, &response,
                   answer.Done());
  while (held_calls.size() == 0) {
  }
  LAZULI_ASSERT_OK(clock.AdvanceBy(absl::Seconds(10)));
  LAZULI_EXPECT_OK(answer.Wait());
  EXPECT_EQ(store.stored, 1);
}

TEST_F(DispatcherFaultsTest, ADelayedCallIsAuthorizedAnew) {
  faults_.Set(Delayed(absl::Seconds(10)));
  Answer answer;
  StartGet(&answer);
  authorizer_.answer = absl::PermissionDeniedError("not any more");
  Advance(absl::Seconds(10));
  EXPECT_EQ(answer.Wait().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherFaultsTest, WhatElseAFaultDoesComesAfterItsDelays) {
  Fault fault = Delayed(absl::Seconds(10));
  fault.real_delay = absl::Milliseconds(1);
  fault.answer = absl::UnavailableError("later");
  faults_.Set(fault);
  Answer answer;
  StartUnwrap(&answer);
  while (held_calls_.size() == 0) {
  }
  Advance(absl::Seconds(10));
  EXPECT_EQ(answer.Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherFaultsTest, ARealDelayGoesOnOnAWorkerWhereTheMethodAsksForOne) {
  Fault fault;
  fault.real_delay = absl::Milliseconds(1);
  faults_.Set(fault);
  Answer answer;
  StartUnwrap(&answer);
  LAZULI_EXPECT_OK(answer.Wait());
  EXPECT_EQ(keys_.calls, 1);
}

TEST_F(DispatcherFaultsTest, ACallThatNobodyWaitsForDoesNothing) {
  faults_.Set(Delayed(absl::Seconds(10)));
  Answer answer;
  CallArrival arrival;
  arrival.is_cancelled = [] { return true; };
  StartGet(&answer, std::move(arrival));
  EXPECT_EQ(answer.Wait().code(), absl::StatusCode::kCancelled);
  Advance(absl::Seconds(10));
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherFaultsTest, TheEmulatorsOwnCallsPass) {
  Fault fault;
  fault.answer = absl::UnavailableError("no");
  faults_.Set(fault);
  LAZULI_EXPECT_OK(dispatcher_.Call(*registry_.Find("lazuli.v1.Keys/GetKey"), {}, get_, &bundle_));
  EXPECT_EQ(faults_.asked, 0);
}

}  // namespace
}  // namespace lazuli::emulator
