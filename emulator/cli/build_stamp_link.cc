// Compiled anew for each program that is linked: see build_stamp.h. Bazel says --embed_label here,
// or that there is none.
extern const char kLazuliBuildLabel[];

#ifndef BUILD_EMBED_LABEL
#define BUILD_EMBED_LABEL ""
#endif
const char kLazuliBuildLabel[] = BUILD_EMBED_LABEL;
