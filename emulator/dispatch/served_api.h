// File: emulator/dispatch/served_api.h
//
// What a face hands calls to. It may change from one call to the next, so a face asks for it with
// each call, and keeps what it was given until that call, or its stream, is over.
#ifndef LAZULI_EMULATOR_DISPATCH_SERVED_API_H_
#define LAZULI_EMULATOR_DISPATCH_SERVED_API_H_

#include <functional>
#include <memory>

#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"

namespace lazuli::emulator {

// Both live as long as this.
struct ServedApi {
  const MethodRegistry* methods = nullptr;
  Dispatcher* dispatcher = nullptr;
};

// The present one; never null. Thread safe.
using CurrentApi = std::function<std::shared_ptr<const ServedApi>()>;

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_SERVED_API_H_
