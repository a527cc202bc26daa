"""A fuzz target as a test, and as a program for libFuzzer."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_test(name, srcs, deps):
    """Makes NAME, a test that tries a fixed number of mutations, and NAME_libfuzzer.

    The test begins with the target's seeds and the files of corpus/NAME, where there are any. The
    program is built by hand: see README.md.

    Args:
      name: ends in _fuzz.
      srcs: the target's one file.
      deps: what it tries.
    """
    cc_library(
        name = name + "_target",
        testonly = True,
        srcs = srcs,
        deps = deps + [":fuzz_target"],
        alwayslink = True,
    )
    cc_test(
        name = name,
        srcs = ["fuzz_driver.cc"],
        data = native.glob(
            ["corpus/" + name + "/*"],
            allow_empty = True,
        ),
        local_defines = ["LAZULI_FUZZ_TARGET=" + name],
        deps = [
            ":fuzz_target",
            ":mutator",
            ":" + name + "_target",
            "@com_google_googletest//:gtest_main",
        ],
    )
    cc_binary(
        name = name + "_libfuzzer",
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":" + name + "_target"],
    )
