// File: base/sanitized.h
//
// Whether a sanitizer watches this build, for tests that bound how long something takes.
#ifndef LAZULI_BASE_SANITIZED_H_
#define LAZULI_BASE_SANITIZED_H_

namespace lazuli {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace lazuli

#endif  // LAZULI_BASE_SANITIZED_H_
