"""Programs in other languages that tell their steps, one a line of JSON: what, seconds, and the failure or null."""

import json
import subprocess

# A client would wait for ever on a call that is never answered.
LIMIT_SECONDS = 600


def tell(story, command, environment, prefix=""):
    """Runs `command` with `environment` alone and records each step of its; `prefix` goes before what a step says."""
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for line in program.stdout:
            try:
                step = json.loads(line)
            except ValueError:
                print(line, end="")
                continue
            story.record(prefix + step["what"], step["seconds"], step["failure"])
        code = program.wait(LIMIT_SECONDS)
    finally:
        program.kill()
    if code != 0:
        story.record(f"{prefix}the program ends well", 0, f"{command[0]} ended with {code}")
