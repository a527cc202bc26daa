"""Tests that drive the program with Azure's own clients."""

def client_test(name, program, arguments = [], data = [], size = "medium"):
    """A test that runs a Python program of this folder with nothing of the caller's environment.

    Args:
      name: the target's name.
      program: the program, a path in this folder.
      arguments: what it is given.
      data: what it needs besides this folder's Python and JavaScript.
      size: as of any test.
    """
    native.sh_test(
        name = name,
        size = size,
        srcs = ["run.sh"],
        args = ["$(location %s)" % program, "$(location //emulator:lazuli)"] + arguments,
        data = data + [program, "//emulator:lazuli"] + native.glob(
            ["**/*.py", "**/*.js"],
            exclude = [program],
        ),
        # The other flavours need not be driven again; and the clients are what takes the time.
        tags = ["clients"],
    )
