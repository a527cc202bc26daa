"""The `az` command with a configuration of its own."""

import json
import os
import re
import subprocess

from harness.emulator import CLIENT, SECRET, TENANT, changed

# One command; a retry of a lasting refusal would take longer.
LIMIT_SECONDS = 120


class Refused(Exception):
    """`az` ended with an error."""

    def __init__(self, arguments, code, output):
        super().__init__(f"az {' '.join(arguments)}: exit code {code}: {output}")
        self.output = output


class Az:
    def __init__(self, environment, scratch):
        # az would take over what an earlier run left in its folder, and does not make it.
        configuration = os.path.join(scratch, "azure")
        os.makedirs(configuration, exist_ok=True)
        self.environment = {
            **environment,
            "AZURE_CONFIG_DIR": configuration,
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "yes",
            "AZURE_CORE_NO_COLOR": "yes",
            "AZURE_CORE_DISABLE_PROGRESS_BAR": "yes",
            # What `az keyvault key` lacks in Debian.
            "PYTHONPATH": os.path.join(os.path.dirname(os.path.abspath(__file__)), "names"),
        }
        self.folder = scratch

    def __call__(self, command, *more, **changes):
        """Runs `az COMMAND`, a line of words, with `more` words that may hold blanks; gives what it prints.

        `changes` are made in its environment."""
        arguments = [*command.split(), *more]
        done = subprocess.run(
            ["az", *arguments, "--output", "json"], env=changed(self.environment, changes),
            cwd=self.folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
        if done.returncode != 0:
            raise Refused(arguments, done.returncode, done.stderr + done.stdout)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def login(self):
        return self(f"login --service-principal -u {CLIENT} -p {SECRET} --tenant {TENANT}")

    def write(self, name, content):
        """A file for `--json-file` and its like; gives its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(content if isinstance(content, str) else json.dumps(content))
        return path


def refused(story, what, words, az, command, *more):
    """A step that holds when az is refused with all of `words` in what it says."""
    with story.step(what):
        try:
            result = az(command, *more)
        except Refused as error:
            for word in words.split():
                assert re.search(rf"\b{re.escape(word)}\b", error.output), f"no {word!r} in: {error}"
        else:
            raise AssertionError(f"expected {words}, but it was done: {result!r}")
