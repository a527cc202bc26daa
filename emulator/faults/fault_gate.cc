#include "emulator/faults/fault_gate.h"

#include "absl/strings/string_view.h"
#include "emulator/authorization/request_fields.h"

namespace lazuli::emulator {

Fault FaultGate::Strike(const Method& method, const google::protobuf::Message& request,
                        const CallContext& ctx) {
  if (method.plane == v1::PLANE_CONTROL) return Fault();
  const Caller* caller = &ctx.caller;
  // Who signs in is nobody yet, and says who it wants to be.
  Caller wanted;
  if (method.plane == v1::PLANE_TOKEN) {
    wanted.app_id = std::string(StringField(request, "client_id"));
    caller = &wanted;
  }
  absl::string_view account = StringField(request, "account");
  if (account.empty()) account = StringField(request, "account_name");
  const StruckCall call = {.service = method.descriptor->service()->name(),
                           .operation = method.descriptor->name(),
                           .plane = method.plane,
                           .vault = StringField(request, "vault_name"),
                           .key = StringField(request, "key_name"),
                           .version = StringField(request, "key_version"),
                           .account = account,
                           .caller = caller};
  return rules_->Strike(call, ctx.now);
}

}  // namespace lazuli::emulator
