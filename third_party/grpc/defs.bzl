"""Stubs of a gRPC service, for the few targets that want them: the emulator itself dispatches by descriptor."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def cc_grpc_library(name, proto, deps, **kwargs):
    """Generates and compiles x.grpc.pb.h and x.grpc.pb.cc for x.proto.

    Args:
      name: name of the cc_library.
      proto: file name of a .proto of this package that imports none of ours.
      deps: the cc_proto_library of that file.
      **kwargs: passed to the cc_library.
    """
    stem = proto[:-len(".proto")]
    outs = [stem + ".grpc.pb.h", stem + ".grpc.pb.cc"]
    native.genrule(
        name = name + "_codegen",
        srcs = [proto],
        outs = outs,
        cmd = "$(location @com_google_protobuf//:protoc) -I. --grpc_out=$(BINDIR) " +
              "--plugin=protoc-gen-grpc=$$(command -v grpc_cpp_plugin) $(SRCS)",
        exec_tools = ["@com_google_protobuf//:protoc"],
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = outs[1:],
        hdrs = outs[:1],
        deps = deps + ["@com_github_grpc_grpc//:grpc++"],
        **kwargs
    )
