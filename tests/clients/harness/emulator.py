"""A server of its own for each test, and the environment of the clients that talk to it."""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time

TENANT = "11111111-1111-1111-1111-111111111111"
SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"
CLIENT = "33333333-3333-3333-3333-333333333333"
OBJECT = "44444444-4444-4444-4444-444444444444"
SECRET = "lazuli-local-secret"

# Long enough for a machine under load; an emulator that does not start says why at once.
START_SECONDS = 60


def changed(environment, changes):
    """A copy of `environment` with `changes`; a variable whose value is None is taken away."""
    merged = {**environment, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def enter(environment):
    """Makes `environment` this process's own, for clients that run in it."""
    os.environ.clear()
    os.environ.update(environment)


class Emulator:
    """A `lazuli serve` on a manual clock, ended with the `with` block."""

    def __init__(self, *flags):
        self.program = os.environ["LAZULI"]
        self._folder = tempfile.TemporaryDirectory(prefix="lazuli-")
        ready_file = os.path.join(self._folder.name, "ready.json")
        self.ready_file = ready_file
        self._process = subprocess.Popen(
            [
                self.program, "serve", "--clock=manual", "--seed=1", "--grpc=127.0.0.1:0", "--https=127.0.0.1:0",
                f"--ready_file={ready_file}", *flags,
            ],
            stdout=subprocess.DEVNULL,
        )
        self.ready = self._wait_for(ready_file)
        self.url = self.ready["https"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def _wait_for(self, path):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the emulator ended with {self._process.returncode} before it was ready")
            try:
                with open(path, encoding="utf-8") as text:
                    return json.load(text)
            except (FileNotFoundError, ValueError):
                time.sleep(0.01)
        raise RuntimeError("the emulator is not ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self._folder.cleanup()

    def environment(self, mode="transparent", base=None):
        """`base`, by default this process's environment, with what `lazuli env` says that clients need."""
        text = subprocess.check_output(
            [self.program, "env", "--shell=json", f"--mode={mode}", f"--ready_file={self.ready_file}"], text=True)
        return changed(os.environ if base is None else base, json.loads(text))

    def control(self, method, path, body=None, expected=200):
        """Asks the emulator's control, past any proxy."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(
                method, f"/emulator/v1/{path}", None if body is None else json.dumps(body),
                {} if body is None else {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != expected:
                raise RuntimeError(f"{method} {path}: {answer.status} {text}")
            return json.loads(text)
        finally:
            connection.close()

    def advance(self, duration):
        """Lets virtual time pass: "600s", "2m"."""
        return self.control("POST", "clock:advance", {"duration": duration})

    def key_access(self, account):
        return self.control("GET", f"accounts/{account}/keyAccess")["state"]
