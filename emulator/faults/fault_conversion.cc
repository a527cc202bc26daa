#include "emulator/faults/fault_conversion.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/faults/limits.h"
#include "google/protobuf/descriptor.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

namespace {

constexpr absl::string_view kPackage = "lazuli.v1.";

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

absl::Status CheckId(const v1::FaultRule& rule) {
  if (!rule.has_id()) return absl::OkStatus();
  const std::string& id = rule.id();
  if (!id.empty() && id.size() <= limits::faults::kMaxIdBytes &&
      std::all_of(id.begin(), id.end(), IsIdCharacter)) {
    return absl::OkStatus();
  }
  return InvalidInputError("id", "it must be 1 to 64 letters, digits, '-', '_' and '.'");
}

// What of the API calls can be made to fail: everything but control.
template <typename Visit>
void ForEachService(Visit visit) {
  for (const FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) visit(*file->service(i));
  }
}

bool IsControl(const ServiceDescriptor& service) {
  return service.options().GetExtension(v1::service).plane() == v1::PLANE_CONTROL;
}

absl::StatusOr<const ServiceDescriptor*> FindService(absl::string_view name,
                                                     absl::string_view field) {
  absl::ConsumePrefix(&name, kPackage);
  const ServiceDescriptor* found = nullptr;
  ForEachService([&](const ServiceDescriptor& service) {
    if (absl::EqualsIgnoreCase(service.name(), name)) found = &service;
  });
  if (found == nullptr) {
    return InvalidInputError(field, "there is no such service; `lazuli methods` lists them");
  }
  if (IsControl(*found)) {
    return InvalidInputError(field, "the emulator's own control is never hit by a fault");
  }
  return found;
}

const MethodDescriptor* FindMethod(const ServiceDescriptor& service, absl::string_view name) {
  for (int i = 0; i < service.method_count(); ++i) {
    if (absl::EqualsIgnoreCase(service.method(i)->name(), name)) return service.method(i);
  }
  return nullptr;
}

// Sets service and operation, each as the API spells it.
absl::Status ReadNames(const v1::FaultMatch& match, FaultMatch* read) {
  const ServiceDescriptor* service = nullptr;
  if (!match.service().empty()) {
    LAZULI_ASSIGN_OR_RETURN(service, FindService(match.service(), "match.service"));
    read->service = service->name();
  }
  if (match.operation().empty()) return absl::OkStatus();
  absl::string_view operation = match.operation();
  if (const size_t slash = operation.rfind('/'); slash != absl::string_view::npos) {
    LAZULI_ASSIGN_OR_RETURN(const ServiceDescriptor* const named,
                            FindService(operation.substr(0, slash), "match.operation"));
    if (service != nullptr && service != named) {
      return InvalidInputError("match.operation", "it is of another service than match.service");
    }
    service = named;
    read->service = service->name();
    operation.remove_prefix(slash + 1);
  }
  const MethodDescriptor* found = nullptr;
  if (service != nullptr) {
    found = FindMethod(*service, operation);
  } else {
    ForEachService([&](const ServiceDescriptor& each) {
      if (found == nullptr && !IsControl(each)) found = FindMethod(each, operation);
    });
  }
  if (found == nullptr) {
    return InvalidInputError("match.operation",
                             "there is no such operation that a fault can hit; `lazuli methods` "
                             "lists them");
  }
  read->operation = found->name();
  return absl::OkStatus();
}

absl::Status CheckPositive(bool has, int64_t value, absl::string_view field) {
  if (!has || value >= 1) return absl::OkStatus();
  return InvalidInputError(field, "it must be at least 1");
}

absl::StatusOr<FaultMatch> ReadMatch(const v1::FaultMatch& match) {
  FaultMatch read;
  LAZULI_RETURN_IF_ERROR(ReadNames(match, &read));
  read.vault = match.vault();
  read.key = match.key();
  read.version = match.version();
  read.account = match.account();
  read.principal = match.principal();
  if (match.has_from()) read.from = FromProto(match.from());
  if (match.has_until()) read.until = FromProto(match.until());
  if (read.from.has_value() && read.until.has_value() && *read.until <= *read.from) {
    return InvalidInputError("match.until", "it must lie after match.from");
  }
  LAZULI_RETURN_IF_ERROR(CheckPositive(match.has_nth(), match.nth(), "match.nth"));
  LAZULI_RETURN_IF_ERROR(CheckPositive(match.has_every(), match.every(), "match.every"));
  if (match.has_nth() && match.has_every()) {
    return InvalidInputError("match.every", "it contradicts match.nth: give one of them");
  }
  if (match.has_nth()) read.nth = match.nth();
  if (match.has_every()) read.every = match.every();
  if (match.has_per_mille()) {
    if (match.per_mille() < 1 || match.per_mille() > 1'000) {
      return InvalidInputError("match.perMille", "it must be 1 to 1000");
    }
    read.per_mille = match.per_mille();
  }
  return read;
}

absl::StatusOr<absl::Duration> ReadDuration(const google::protobuf::Duration& duration,
                                            absl::Duration max, absl::string_view field) {
  const absl::Duration read = FromProto(duration);
  if (read > absl::ZeroDuration() && read <= max) return read;
  return InvalidInputError(
      field, absl::StrCat("it must be above 0 and at most ", absl::FormatDuration(max)));
}

absl::Status ReadDelay(const v1::FaultDelay& delay, FaultAction* action) {
  if (delay.has_virtual_() == delay.has_real()) {
    return InvalidInputError("action.delay", "give one of virtual and real");
  }
  if (delay.has_virtual_()) {
    LAZULI_ASSIGN_OR_RETURN(
        action->virtual_delay,
        ReadDuration(delay.virtual_(), limits::faults::kMaxVirtualDelay, "action.delay.virtual"));
  } else {
    LAZULI_ASSIGN_OR_RETURN(
        action->real_delay,
        ReadDuration(delay.real(), limits::faults::kMaxRealDelay, "action.delay.real"));
  }
  return absl::OkStatus();
}

absl::StatusOr<FaultError> ReadError(const v1::FaultError& error) {
  FaultError read;
  if (error.status() < 400 || error.status() > 599) {
    return InvalidInputError("action.error.status", "it must be 400 to 599");
  }
  read.http_status = error.status();
  read.code = error.code();
  read.inner_code = error.inner_code();
  read.message = error.message();
  if (error.has_retry_after()) {
    LAZULI_ASSIGN_OR_RETURN(read.retry_after,
                            ReadDuration(error.retry_after(), limits::faults::kMaxRetryAfter,
                                         "action.error.retryAfter"));
  }
  return read;
}

absl::StatusOr<FaultThrottle> ReadThrottle(const v1::FaultThrottle& throttle) {
  FaultThrottle read;
  if (throttle.calls() < 0) return InvalidInputError("action.throttle.calls", "it is negative");
  read.calls = throttle.calls();
  LAZULI_ASSIGN_OR_RETURN(read.window,
                          ReadDuration(throttle.window(), limits::faults::kMaxThrottleWindow,
                                       "action.throttle.window"));
  return read;
}

absl::StatusOr<FaultAction> ReadAction(const v1::FaultAction& action) {
  FaultAction read;
  const int endings = action.has_error() + action.has_drop() + action.has_throttle();
  if (endings == 0 && !action.has_delay()) {
    return InvalidInputError("action", "give a delay, or one of error, drop and throttle");
  }
  if (endings > 1) {
    // The last of those that are there is the one too many.
    const absl::string_view last = action.has_throttle() ? "action.throttle" : "action.drop";
    return InvalidInputError(last, "one rule has at most one of error, drop and throttle");
  }
  if (action.has_delay()) LAZULI_RETURN_IF_ERROR(ReadDelay(action.delay(), &read));
  if (action.has_error()) {
    LAZULI_ASSIGN_OR_RETURN(read.error, ReadError(action.error()));
  }
  if (action.has_throttle()) {
    LAZULI_ASSIGN_OR_RETURN(read.throttle, ReadThrottle(action.throttle()));
  }
  if (!action.has_drop()) return read;
  switch (action.drop()) {
    case v1::FAULT_DROP_BEFORE_EFFECT:
      read.drop = FaultDrop::kBeforeEffect;
      return read;
    case v1::FAULT_DROP_AFTER_EFFECT:
      read.drop = FaultDrop::kAfterEffect;
      return read;
    default:
      return InvalidInputError("action.drop", "it must be beforeEffect or afterEffect");
  }
}

absl::StatusOr<std::optional<absl::Time>> ReadExpiry(const v1::FaultRule& rule, absl::Time now) {
  if (rule.has_expires() && rule.has_lifetime()) {
    return InvalidInputError("lifetime", "it contradicts expires: give one of them");
  }
  if (rule.has_lifetime()) {
    LAZULI_ASSIGN_OR_RETURN(
        const absl::Duration lifetime,
        ReadDuration(rule.lifetime(), limits::faults::kMaxLifetime, "lifetime"));
    return std::optional<absl::Time>(std::min(now + lifetime, MaxClockTime()));
  }
  if (!rule.has_expires()) return std::optional<absl::Time>();
  const absl::Time expires = FromProto(rule.expires());
  if (expires <= now) return InvalidInputError("expires", "it lies in the past");
  return std::optional<absl::Time>(expires);
}

}  // namespace

absl::StatusOr<FaultRuleSpec> FaultRuleFromProto(const v1::FaultRule& rule, absl::Time now) {
  FaultRuleSpec spec;
  LAZULI_RETURN_IF_ERROR(CheckId(rule));
  spec.id = rule.id();
  LAZULI_ASSIGN_OR_RETURN(spec.match, ReadMatch(rule.match()));
  LAZULI_ASSIGN_OR_RETURN(spec.action, ReadAction(rule.action()));
  LAZULI_RETURN_IF_ERROR(CheckPositive(rule.has_count(), rule.count(), "count"));
  if (rule.has_count()) spec.count = rule.count();
  if (spec.count.value_or(1) > 1 && spec.match.nth.has_value()) {
    return InvalidInputError("count", "with match.nth the rule acts at most once");
  }
  LAZULI_ASSIGN_OR_RETURN(spec.expires, ReadExpiry(rule, now));
  return spec;
}

namespace {

void SetUnlessEmpty(const std::string& text, std::string* (v1::FaultMatch::*mutable_field)(),
                    v1::FaultMatch* match) {
  if (!text.empty()) *(match->*mutable_field)() = text;
}

void FillMatch(const FaultMatch& match, v1::FaultMatch* proto) {
  SetUnlessEmpty(match.service, &v1::FaultMatch::mutable_service, proto);
  SetUnlessEmpty(match.operation, &v1::FaultMatch::mutable_operation, proto);
  SetUnlessEmpty(match.vault, &v1::FaultMatch::mutable_vault, proto);
  SetUnlessEmpty(match.key, &v1::FaultMatch::mutable_key, proto);
  SetUnlessEmpty(match.version, &v1::FaultMatch::mutable_version, proto);
  SetUnlessEmpty(match.account, &v1::FaultMatch::mutable_account, proto);
  SetUnlessEmpty(match.principal, &v1::FaultMatch::mutable_principal, proto);
  if (match.from.has_value()) *proto->mutable_from() = lazuli::ToProto(*match.from);
  if (match.until.has_value()) *proto->mutable_until() = lazuli::ToProto(*match.until);
  if (match.nth.has_value()) proto->set_nth(*match.nth);
  if (match.every.has_value()) proto->set_every(*match.every);
  if (match.per_mille.has_value()) proto->set_per_mille(*match.per_mille);
}

void FillAction(const FaultAction& action, v1::FaultAction* proto) {
  if (action.virtual_delay > absl::ZeroDuration()) {
    *proto->mutable_delay()->mutable_virtual_() = lazuli::ToProto(action.virtual_delay);
  }
  if (action.real_delay > absl::ZeroDuration()) {
    *proto->mutable_delay()->mutable_real() = lazuli::ToProto(action.real_delay);
  }
  if (action.error.has_value()) {
    v1::FaultError& error = *proto->mutable_error();
    error.set_status(action.error->http_status);
    if (!action.error->code.empty()) error.set_code(action.error->code);
    if (!action.error->inner_code.empty()) error.set_inner_code(action.error->inner_code);
    if (!action.error->message.empty()) error.set_message(action.error->message);
    if (action.error->retry_after.has_value()) {
      *error.mutable_retry_after() = lazuli::ToProto(*action.error->retry_after);
    }
  }
  if (action.drop == FaultDrop::kBeforeEffect) proto->set_drop(v1::FAULT_DROP_BEFORE_EFFECT);
  if (action.drop == FaultDrop::kAfterEffect) proto->set_drop(v1::FAULT_DROP_AFTER_EFFECT);
  if (action.throttle.has_value()) {
    proto->mutable_throttle()->set_calls(action.throttle->calls);
    *proto->mutable_throttle()->mutable_window() = lazuli::ToProto(action.throttle->window);
  }
}

}  // namespace

v1::FaultRule ToProto(const FaultRuleView& view) {
  v1::FaultRule proto;
  proto.set_id(view.spec.id);
  FillMatch(view.spec.match, proto.mutable_match());
  FillAction(view.spec.action, proto.mutable_action());
  if (view.spec.count.has_value()) proto.set_count(*view.spec.count);
  if (view.spec.expires.has_value()) {
    *proto.mutable_expires() = lazuli::ToProto(*view.spec.expires);
  }
  *proto.mutable_created() = lazuli::ToProto(view.created);
  proto.set_matched(view.matched);
  proto.set_acted(view.acted);
  return proto;
}

}  // namespace lazuli::emulator
