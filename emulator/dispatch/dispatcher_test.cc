#include "emulator/dispatch/dispatcher.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT: which thread a call runs on
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "emulator/dispatch/errors.h"
#include "emulator/dispatch/refusal.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"

namespace lazuli::emulator {
namespace {

class FakeAuthenticator final : public Authenticator {
 public:
  absl::StatusOr<Caller> Authenticate(absl::string_view authorization) const override {
    if (authorization != "Bearer good") return absl::UnauthenticatedError("who?");
    Caller caller;
    caller.object_id = "somebody";
    return caller;
  }
};

class FakeAuthorizer final : public Authorizer {
 public:
  absl::Status Authorize(const Method&, const google::protobuf::Message&,
                         CallContext* ctx) const override {
    ctx->subscription_tenant_id = "found out";
    ctx->hold = hold;
    return answer;
  }
  absl::Status answer;
  std::shared_ptr<const void> hold;
};

// Keys/GetKey runs where the call comes in, Keys/UnwrapKey on a worker.
struct FakeKeys {
  absl::Status GetKey(const CallContext& ctx, const v1::GetKeyRequest&, v1::KeyBundle* response) {
    ++calls;
    last = ctx;
    response->mutable_key()->set_kid("kid");
    return answer;
  }
  absl::Status UnwrapKey(const CallContext& ctx, const v1::KeyOperationsParameters&,
                         v1::KeyOperationResult* response) {
    MutexLock lock(&mu);
    ++calls;
    last = ctx;
    threads.push_back(std::this_thread::get_id());
    running = true;
    changed.SignalAll();
    while (hold) changed.Wait(&mu);
    response->set_kid("kid");
    return answer;
  }
  absl::Status DeleteKey(const CallContext&, const v1::KeyNameRequest&,
                         v1::DeletedKeyBundle* response) {
    ++calls;
    response->set_recovery_id("id");
    return answer;
  }
  void WaitUntilRunning() {
    MutexLock lock(&mu);
    while (!running) changed.Wait(&mu);
  }
  void Release() {
    MutexLock lock(&mu);
    hold = false;
    changed.SignalAll();
  }

  Mutex mu;
  CondVar changed;
  bool hold = false;
  bool running = false;
  int calls = 0;
  CallContext last;
  // Of the calls of UnwrapKey.
  std::vector<std::thread::id> threads;
  absl::Status answer;
};

class FakeStore final : public ChangeStore {
 public:
  absl::Status Accepts() override { return accepts; }
  void WhenStored(absl::AnyInvocable<void(absl::Status)> done) override {
    ++waits;
    // Would wait for ever if the call still held the gate.
    {
      const ChangeGate::Quiet quiet(&gate);
    }
    // Whoever waits for this may take the gate away.
    done(stored);
  }

  ChangeGate gate;
  absl::Status accepts;
  absl::Status stored;
  int waits = 0;
};

struct FakeObserver final : public CallObserver {
  void OnCompleted(const Method&, const CallContext&, const google::protobuf::Message&,
                   const absl::Status& status) override {
    MutexLock lock(&mu);
    codes.push_back(status.code());
  }

  Mutex mu;
  std::vector<absl::StatusCode> codes;
};

struct FakeLimiter final : public CallLimiter {
  absl::Status Admit(const Method&, const google::protobuf::Message&, const CallContext&) override {
    ++asked;
    return absl::ResourceExhaustedError("too many");
  }

  int asked = 0;
};

struct FakeRefusals final : public RefusalObserver {
  void OnRefused(RefusedCall refusal) override {
    MutexLock lock(&mu);
    refused.push_back(std::move(refusal));
  }

  Mutex mu;
  std::vector<RefusedCall> refused;
};

// Waits for the one answer of a call.
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

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() {
    registry_.Add("lazuli.v1.Keys/GetKey", &keys_, &FakeKeys::GetKey);
    registry_.Add("lazuli.v1.Keys/UnwrapKey", &keys_, &FakeKeys::UnwrapKey);
    registry_.Add("lazuli.v1.Keys/DeleteKey", &keys_, &FakeKeys::DeleteKey);
    delete_.set_vault_name("v");
    delete_.set_key_name("k");
    get_.set_vault_name("v");
    get_.set_key_name("k");
    wrap_.set_vault_name("v");
    wrap_.set_key_name("k");
    wrap_.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP);
    wrap_.set_value("x");
  }

  static ClockOptions Manual() {
    ClockOptions options;
    options.mode = ClockMode::kManual;
    options.start_time = absl::FromUnixSeconds(1'700'000'000);
    return options;
  }
  static WorkerPoolOptions OneWorker() {
    WorkerPoolOptions options;
    options.threads = 1;
    options.queue_depth = 1;
    return options;
  }
  // Over the dispatcher as `parts` make it.
  absl::Status Delete(Dispatcher* dispatcher) {
    Answer answer;
    dispatcher->Start(*registry_.Find("lazuli.v1.Keys/DeleteKey"), Good(), delete_, &deleted_,
                      answer.Done());
    return answer.Wait();
  }
  Dispatcher::Parts MakeParts() {
    Dispatcher::Parts parts;
    parts.name_space_of = [](const Caller& caller) { return "of " + caller.object_id; };
    parts.clock_driver = &clock_;
    parts.ids = &ids_;
    parts.workers = &workers_;
    parts.authenticator = &authenticator_;
    parts.authorizers = {{v1::PLANE_KEY_VAULT_DATA, &authorizer_}};
    parts.call_observer = &observer_;
    parts.refusals = &refusals_;
    return parts;
  }
  static CallArrival Good() {
    CallArrival arrival;
    arrival.authorization = "Bearer good";
    arrival.origin.client_address = "127.0.0.1";
    return arrival;
  }
  absl::Status Get(CallArrival arrival) {
    Answer answer;
    dispatcher_.Start(*registry_.Find("lazuli.v1.Keys/GetKey"), std::move(arrival), get_, &bundle_,
                      answer.Done());
    return answer.Wait();
  }
  void StartWrap(CallArrival arrival, v1::KeyOperationResult* result, Answer* answer) {
    dispatcher_.Start(*registry_.Find("lazuli.v1.Keys/UnwrapKey"), std::move(arrival), wrap_,
                      result, answer->Done());
  }

  FakeKeys keys_;
  FakeAuthenticator authenticator_;
  FakeAuthorizer authorizer_;
  FakeObserver observer_;
  FakeRefusals refusals_;
  MethodRegistry registry_;
  ClockDriver clock_{Manual()};
  IdDeriver ids_{1};
  WorkerPool workers_{OneWorker()};
  Dispatcher dispatcher_{MakeParts()};
  v1::GetKeyRequest get_;
  v1::KeyOperationsParameters wrap_;
  v1::KeyBundle bundle_;
  v1::KeyNameRequest delete_;
  v1::DeletedKeyBundle deleted_;
};

TEST_F(DispatcherTest, TheOperationKnowsWhoWhenAndFromWhere) {
  LAZULI_ASSERT_OK(Get(Good()));
  EXPECT_EQ(bundle_.key().kid(), "kid");
  EXPECT_EQ(keys_.last.caller.object_id, "somebody");
  EXPECT_EQ(keys_.last.client_address, "127.0.0.1");
  EXPECT_EQ(keys_.last.now, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(keys_.last.subscription_tenant_id, "found out");
  EXPECT_EQ(keys_.last.name_space, "of somebody");
}

TEST_F(DispatcherTest, ACallOnThisThreadNeedsNoWorker) {
  workers_.Stop();
  v1::KeyOperationResult result;
  const Method& unwrap = *registry_.Find("lazuli.v1.Keys/UnwrapKey");
  LAZULI_EXPECT_OK(dispatcher_.Call(unwrap, Good(), wrap_, &result));
  EXPECT_EQ(keys_.calls, 1);
  EXPECT_EQ(dispatcher_.Call(unwrap, CallArrival(), wrap_, &result).code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(keys_.calls, 1);
}

TEST_F(DispatcherTest, EachCallHasItsOwnIdWhenAnAuditRecordIsKept) {
  SetLogLevel(LogLevel::kInfo);
  LAZULI_ASSERT_OK(Get(Good()));
  const std::string first_request_id = keys_.last.request_id;
  LAZULI_ASSERT_OK(Get(Good()));
  SetLogLevel(LogLevel::kWarning);
  EXPECT_FALSE(first_request_id.empty());
  EXPECT_NE(keys_.last.request_id, first_request_id);
}

TEST_F(DispatcherTest, WithoutATokenNothingElseIsSaid) {
  get_.Clear();  // the request is wrong as well
  EXPECT_EQ(Get(CallArrival()).code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherTest, AFaceMayTellItselfWhoCalls) {
  CallArrival arrival;
  arrival.authenticate = [] {
    Caller caller;
    caller.shared_key_account_id = "account";
    return caller;
  };
  LAZULI_ASSERT_OK(Get(std::move(arrival)));
  EXPECT_EQ(keys_.last.caller.shared_key_account_id, "account");

  CallArrival refused = Good();
  refused.authenticate = [] { return absl::UnauthenticatedError("not you"); };
  EXPECT_EQ(Get(std::move(refused)).code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(keys_.calls, 1);
}

TEST_F(DispatcherTest, AnInvalidRequestNeverReachesTheOperation) {
  get_.clear_vault_name();
  const absl::Status status = Get(Good());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(GetErrorInfo(status)->target, "vaultName");
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherTest, ARefusalAtTheDoorIsToldWithWhatIsKnownByThen) {
  get_.clear_vault_name();
  CallArrival invalid = Good();
  invalid.request_id = "id-1";
  EXPECT_FALSE(Get(std::move(invalid)).ok());
  CallArrival claimed = Good();
  claimed.origin_error = absl::PermissionDeniedError("not from there");
  EXPECT_FALSE(Get(std::move(claimed)).ok());
  CallArrival unknown;
  unknown.origin.client_address = "10.0.0.1";
  EXPECT_FALSE(Get(std::move(unknown)).ok());
  ASSERT_EQ(refusals_.refused.size(), 3u);
  EXPECT_EQ(refusals_.refused[0].request_id, "id-1");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusals_.refused[i].caller.object_id, "somebody") << i;
    EXPECT_EQ(refusals_.refused[i].origin.client_address, "127.0.0.1") << i;
  }
  EXPECT_EQ(refusals_.refused[1].status.message(), "not from there");
  EXPECT_EQ(refusals_.refused[2].caller.object_id, "");
  EXPECT_EQ(refusals_.refused[2].origin.client_address, "10.0.0.1");
}

TEST_F(DispatcherTest, ARequestThatCannotBeReadIsRefusedWithAnIdAfterItsCaller) {
  const Method& get = *registry_.Find("lazuli.v1.Keys/GetKey");
  const absl::Status unread =
      dispatcher_.RefuseUnread(get, Good(), absl::InvalidArgumentError("no message"));
  EXPECT_EQ(unread.message(), "no message");
  EXPECT_FALSE(RequestIdOf(unread).empty());
  const absl::Status unknown =
      dispatcher_.RefuseUnread(get, CallArrival(), absl::InvalidArgumentError("no message"));
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnauthenticated);
  ASSERT_EQ(refusals_.refused.size(), 2u);
  EXPECT_EQ(refusals_.refused[0].request_id, RequestIdOf(unread));
  EXPECT_EQ(refusals_.refused[0].caller.object_id, "somebody");
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherTest, LimitsCountTheCallsOfFacesAlone) {
  FakeLimiter limiter;
  Dispatcher::Parts parts = MakeParts();
  parts.limiter = &limiter;
  Dispatcher dispatcher(parts);
  LAZULI_EXPECT_OK(
      dispatcher.Call(*registry_.Find("lazuli.v1.Keys/GetKey"), Good(), get_, &bundle_));
  EXPECT_EQ(limiter.asked, 0);
  EXPECT_THAT(Delete(&dispatcher), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(limiter.asked, 1);
}

TEST_F(DispatcherTest, ADenialNeverReachesTheOperation) {
  authorizer_.answer = absl::PermissionDeniedError("no");
  EXPECT_EQ(Get(Good()).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherTest, AFailedOperationShowsNoHalfAnswer) {
  keys_.answer = absl::NotFoundError("gone");
  EXPECT_EQ(Get(Good()).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(bundle_.has_key());
}

TEST_F(DispatcherTest, SlowMethodsRunOnAWorkerAndAFullQueueIsToldWithAHint) {
  keys_.hold = true;
  Answer running;
  Answer waiting;
  Answer refused;
  v1::KeyOperationResult results[3];
  StartWrap(Good(), &results[0], &running);
  keys_.WaitUntilRunning();
  StartWrap(Good(), &results[1], &waiting);
  StartWrap(Good(), &results[2], &refused);
  const absl::Status busy = refused.Wait();
  EXPECT_EQ(busy.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(GetErrorInfo(busy)->retry_after.has_value());
  keys_.Release();
  LAZULI_EXPECT_OK(running.Wait());
  LAZULI_EXPECT_OK(waiting.Wait());
  EXPECT_EQ(results[1].kid(), "kid");
}

TEST_F(DispatcherTest, WhatACallReliesOnIsLetGoBeforeItIsAnswered) {
  const auto relied_on = std::make_shared<int>(0);
  authorizer_.hold = relied_on;
  bool was_let_go = false;
  dispatcher_.Start(*registry_.Find("lazuli.v1.Keys/GetKey"), Good(), get_, &bundle_,
                    [&](const absl::Status& status) {
                      LAZULI_EXPECT_OK(status);
                      // The test's own, the authorizer's and the operation's are left.
                      was_let_go = relied_on.use_count() == 3;
                    });
  EXPECT_TRUE(was_let_go);
}

TEST_F(DispatcherTest, OneBriefCallAtATimeLingersWhereItCameIn) {
  CallArrival first = Good();
  first.may_linger = true;
  CallArrival second = Good();
  second.may_linger = true;
  keys_.hold = true;
  Answer lingering;
  Answer on_worker;
  v1::KeyOperationResult results[2];
  std::thread face([&] { StartWrap(std::move(first), &results[0], &lingering); });
  keys_.WaitUntilRunning();
  // Comes back although the worker holds the call: it did not linger.
  StartWrap(std::move(second), &results[1], &on_worker);
  keys_.Release();
  face.join();
  LAZULI_EXPECT_OK(lingering.Wait());
  LAZULI_EXPECT_OK(on_worker.Wait());
  ASSERT_EQ(keys_.threads.size(), 2u);
  EXPECT_NE(keys_.threads[1], std::this_thread::get_id());

  CallArrival third = Good();
  third.may_linger = true;
  Answer here;
  StartWrap(std::move(third), &results[0], &here);
  LAZULI_EXPECT_OK(here.Wait());
  EXPECT_EQ(keys_.threads.back(), std::this_thread::get_id());
}

TEST_F(DispatcherTest, TheEndOfEveryAdmittedCallIsToldOf) {
  EXPECT_FALSE(Get(CallArrival()).ok());
  LAZULI_EXPECT_OK(Get(Good()));
  keys_.hold = true;
  Answer running;
  Answer dropped;
  Answer refused;
  v1::KeyOperationResult results[3];
  StartWrap(Good(), &results[0], &running);
  keys_.WaitUntilRunning();
  CallArrival cancelled = Good();
  cancelled.is_cancelled = [] { return true; };
  StartWrap(std::move(cancelled), &results[1], &dropped);
  StartWrap(Good(), &results[2], &refused);
  EXPECT_EQ(refused.Wait().code(), absl::StatusCode::kResourceExhausted);
  keys_.Release();
  LAZULI_EXPECT_OK(running.Wait());
  EXPECT_EQ(dropped.Wait().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(observer_.codes, (std::vector<absl::StatusCode>{
                                 absl::StatusCode::kOk, absl::StatusCode::kResourceExhausted,
                                 absl::StatusCode::kOk, absl::StatusCode::kCancelled}));
}

TEST_F(DispatcherTest, ACallThatNobodyWaitsForIsDroppedBeforeItStarts) {
  keys_.hold = true;
  Answer running;
  Answer dropped;
  v1::KeyOperationResult results[2];
  StartWrap(Good(), &results[0], &running);
  keys_.WaitUntilRunning();
  CallArrival cancelled = Good();
  cancelled.is_cancelled = [] { return true; };
  StartWrap(std::move(cancelled), &results[1], &dropped);
  keys_.Release();
  LAZULI_EXPECT_OK(running.Wait());
  EXPECT_EQ(dropped.Wait().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(keys_.calls, 1);
}

TEST_F(DispatcherTest, AChangeIsAnsweredOnceItIsStoredAndReadingNeverWaits) {
  FakeStore store;
  Dispatcher::Parts parts = MakeParts();
  parts.change_store = &store;
  parts.change_gate = &store.gate;
  Dispatcher dispatcher(parts);
  LAZULI_EXPECT_OK(Delete(&dispatcher));
  EXPECT_EQ(store.waits, 1);
  EXPECT_EQ(deleted_.recovery_id(), "id");

  store.accepts = absl::UnavailableError("disk full");
  Answer got;
  dispatcher.Start(*registry_.Find("lazuli.v1.Keys/GetKey"), Good(), get_, &bundle_, got.Done());
  LAZULI_EXPECT_OK(got.Wait());
  Answer unwrapped;
  v1::KeyOperationResult result;
  dispatcher.Start(*registry_.Find("lazuli.v1.Keys/UnwrapKey"), Good(), wrap_, &result,
                   unwrapped.Done());
  LAZULI_EXPECT_OK(unwrapped.Wait());
  EXPECT_EQ(store.waits, 1);
}

TEST_F(DispatcherTest, AChangeThatCannotBeStoredIsRefusedBeforeItIsMade) {
  FakeStore store;
  store.accepts = absl::UnavailableError("disk full");
  store.stored = absl::UnavailableError("what others changed is not stored");
  Dispatcher::Parts parts = MakeParts();
  parts.change_store = &store;
  Dispatcher dispatcher(parts);
  EXPECT_EQ(Delete(&dispatcher).message(), "disk full");
  EXPECT_EQ(keys_.calls, 0);
}

TEST_F(DispatcherTest, WhoeverMadeAChangeIsToldThatItIsNotStored) {
  FakeStore store;
  store.stored = absl::UnavailableError("disk full");
  Dispatcher::Parts parts = MakeParts();
  parts.change_store = &store;
  Dispatcher dispatcher(parts);
  const absl::Status status = Delete(&dispatcher);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(keys_.calls, 1);
  EXPECT_FALSE(deleted_.has_recovery_id());
  // And may ask about it.
  ASSERT_EQ(refusals_.refused.size(), 1u);
  EXPECT_FALSE(RequestIdOf(status).empty());
  EXPECT_EQ(refusals_.refused[0].request_id, RequestIdOf(status));
}

TEST_F(DispatcherTest, EachChangeHasOneLogLineWhichSaysWhatItWasAnsweredWith) {
  FakeStore store;
  Dispatcher::Parts parts = MakeParts();
  parts.change_store = &store;
  Dispatcher dispatcher(parts);
  const struct {
    absl::Status authorized;
    absl::Status stored;
    std::string code;
  } kCases[] = {
      {absl::OkStatus(), absl::OkStatus(), "OK"},
      {absl::OkStatus(), absl::UnavailableError("disk full"), "ServiceUnavailable"},
      {absl::PermissionDeniedError("no"), absl::OkStatus(), "Forbidden"},
      {absl::PermissionDeniedError("no"), absl::UnavailableError("disk full"), "Forbidden"},
  };
  for (const auto& c : kCases) {
    authorizer_.answer = c.authorized;
    store.stored = c.stored;
    SetLogLevel(LogLevel::kInfo);
    testing::internal::CaptureStderr();
    const absl::Status status = Delete(&dispatcher);
    const std::string lines = testing::internal::GetCapturedStderr();
    SetLogLevel(LogLevel::kWarning);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
    EXPECT_NE(lines.find(" code=" + c.code + " "), std::string::npos) << lines;
    EXPECT_EQ(ErrorInfoOrDefault(status).code, status.ok() ? "" : c.code);
    if (!status.ok()) {
      EXPECT_NE(lines.find(" request_id=" + RequestIdOf(status) + " "), std::string::npos) << lines;
    }
  }
  // Of each refusal once.
  EXPECT_EQ(refusals_.refused.size(), 3u);
}

}  // namespace
}  // namespace lazuli::emulator
