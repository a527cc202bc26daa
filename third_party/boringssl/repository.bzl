"""BoringSSL's source tree, as `./dev setup` unpacked it outside the work tree."""

def _boringssl_source_impl(repository_ctx):
    source = repository_ctx.os.environ.get("LAZULI_BORINGSSL", "")
    if not source or not repository_ctx.path(source + "/BUILD").exists:
        fail("BoringSSL's source tree is missing: run ./dev setup")
    for entry in repository_ctx.path(source).readdir():
        # A WORKSPACE of its own or a second BUILD file would change what the package means.
        if entry.basename not in ["WORKSPACE", "BUILD.bazel"]:
            repository_ctx.symlink(entry, entry.basename)

boringssl_source = repository_rule(
    implementation = _boringssl_source_impl,
    doc = "Links the tree that LAZULI_BORINGSSL names; setup writes that into .bazelrc.local.",
    environ = ["LAZULI_BORINGSSL"],
    local = True,
)
