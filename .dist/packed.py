"""What the tests of packages share: the packages, made once, and a server out of one of them.

The caller names the inputs in the environment, as run_tests.sh does.
"""

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ["LAZULI"]
LINK_LINE = os.environ["LINK_LINE"]
BORINGSSL_LICENCE = os.environ["BORINGSSL_LICENCE"]
SOURCE = os.environ["SOURCE"]

# Any instant will do; this one is far from today's.
TIME = 1_600_000_000
SECRET = "a secret of the test's own"


def files_to_ship():
    """The files of the tree that go along, as they lie among the test's data."""
    found = []
    for folder, _, names in os.walk(SOURCE, followlinks=True):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), SOURCE)
            if path in ("LICENSE", "README.md") or path.split("/")[0] in ("docs", "fixtures"):
                found.append(path)
    return sorted(found)


def pack(out, source=SOURCE, **how):
    """Packs into the folder `out`. `how` goes to subprocess.run."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as files:
        files.write("\n".join(files_to_ship()))
        files.flush()
        subprocess.run([sys.executable, os.path.join(HERE, "pack.py"), f"--binary={BINARY}", f"--link_line={LINK_LINE}",
                        f"--boringssl_licence={BORINGSSL_LICENCE}", f"--source={source}", f"--files={files.name}",
                        f"--time={TIME}", f"--out={out}"], check=True, stdout=subprocess.DEVNULL, **how)


@functools.lru_cache(maxsize=None)
def packages():
    """The folder with the packages."""
    folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    pack(folder)
    return folder


def package(ending):
    """The one package whose name ends so."""
    [name] = [name for name in os.listdir(packages()) if name.endswith(ending)]
    return os.path.join(packages(), name)


@functools.lru_cache(maxsize=None)
def version():
    return output(BINARY, "--version").splitlines()[0].split()[1]


def output(*command, **how):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **how).stdout


def as_root(*command):
    """`command` as root, or as a root of its own user namespace where the test has no other."""
    return list(command) if os.getuid() == 0 else ["unshare", "--map-root-user", *command]


@contextlib.contextmanager
def server(command):
    """Runs `command`, which serves; gives what it says of itself, and ends it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(process.stdout.readline())
        yield ready
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=10)
        if code != 0:
            raise AssertionError(f"the server ended with {code}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def call(program, address, method, request, *flags):
    """What a running server answers to a call of `program`, the words that run it."""
    return json.loads(output(*program, "call", method, json.dumps(request), f"--server={address}", *flags))
