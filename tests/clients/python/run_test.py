"""`lazuli run -- COMMAND`: a program written for Azure in a hermetic Azure of its own."""

import os
import subprocess
import sys

from harness.emulator import OBJECT
from harness.story import Story, equal

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "user_program.py")
PYTHON = "/usr/bin/python3"
LIMIT_SECONDS = 120

# A host that the emulator does not stand for, asked for as most programs ask.
ELSEWHERE = """
import requests
try:
    answer = requests.get("https://example.com/", timeout=30)
except requests.exceptions.ProxyError as error:
    assert "403" in str(error), error
    print("refused")
else:
    print(answer.status_code)
"""

# The same past the proxy: in a network of its own there is no way.
PAST_THE_PROXY = """
import socket
try:
    socket.create_connection(("192.0.2.1", 443), 30)
except OSError as error:
    print("unreachable" if error.errno in (101, 113) else error)
"""


def run(*command, flags=()):
    return subprocess.run(
        [os.environ["LAZULI"], "run", *flags, "--", *command], env={**os.environ, "PROGRAM_OBJECT_ID": OBJECT},
        capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)


def prints(expected, *command, flags=()):
    done = run(*command, flags=flags)
    equal((done.returncode, done.stdout.strip()), (0, expected))


def main():
    if sys.argv[1:]:
        sys.exit("this test takes no arguments")
    story = Story("python.run")
    with story.step("a program written for Azure"):
        prints("what it wrapped", PYTHON, PROGRAM)
    with story.step("its exit code is handed on"):
        equal(run("sh", "-c", "exit 7").returncode, 7)
    with story.step("az, signed in by nobody: it says so"):
        done = run("az", "group", "list")
        assert done.returncode == 1 and "az login" in done.stderr, done
    with story.step("another host is refused"):
        prints("refused", PYTHON, "-c", ELSEWHERE)
    # Not every system lets a user have a network of his own.
    if run("true", flags=["--isolate"]).returncode == 0:
        with story.step("the program in a network of its own"):
            prints("what it wrapped", PYTHON, PROGRAM, flags=["--isolate"])
        with story.step("nothing is reached past the proxy"):
            prints("unreachable", PYTHON, "-c", PAST_THE_PROXY, flags=["--isolate"])
    story.finish()


if __name__ == "__main__":
    main()
