"""Public labels of one Abseil package."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def absl_targets(names):
    """Declares one library per name, each backed by the system's archives.

    Args:
      names: the canonical target names of the package that calls.
    """
    for name in names:
        cc_library(
            name = name,
            visibility = ["//visibility:public"],
            deps = ["//:absl"],
        )
