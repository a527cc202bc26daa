// What every test program of a sanitizer build starts with. A plain build takes nothing from here.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

// The reference count of a shared absl::Status lives in the system's uninstrumented archive, so
// that the last drop of it looks like a race with earlier reads. The count is atomic; nothing else
// goes through this function.
extern "C" const char* __tsan_default_suppressions() { return "race:absl::*Status::Unref\n"; }

extern "C" const char* __tsan_default_options() { return "second_deadlock_stack=1"; }

#elif __has_feature(address_sanitizer)

extern "C" const char* __asan_default_options() {
  return "detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1";
}

extern "C" const char* __ubsan_default_options() { return "print_stacktrace=1"; }

#endif
#endif
