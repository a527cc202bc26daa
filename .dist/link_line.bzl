"""What is linked into a program, as Bazel tells the linker."""

def _link_line_impl(ctx):
    words = []
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            repository = linker_input.owner.workspace_name
            for flag in linker_input.user_link_flags:
                words.append("flag %s" % flag)
            for library in linker_input.libraries:
                if repository:
                    words.append("repository %s" % repository)
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.write(out, "\n".join(words) + "\n")
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

link_line = rule(
    doc = """Writes a file with a line for each flag of the link line, "flag -lz", and for each outside repository
whose own archives are linked, "repository boringssl".""",
    implementation = _link_line_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
)
