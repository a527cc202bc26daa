"""Runs one of the JavaScript programs in this folder against a server of its own."""

import argparse
import json
import os
import subprocess
import sys

from harness.emulator import Emulator
from harness.story import Story

# What the servers of some programs are given.
FLAGS = {"credentials": ["--allow_http_batch"]}
# Node would wait for ever on a call that is never answered.
LIMIT_SECONDS = 600


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", help="the name of a story beside this file, as keys")
    parser.add_argument("--mode", choices=["transparent", "local"], default="transparent")
    options = parser.parse_args()
    clients = os.environ["LAZULI_NODE_CLIENTS"]
    if not os.path.isdir(clients):
        sys.exit(f"{clients or 'LAZULI_NODE_CLIENTS'} has no JavaScript clients: run ./dev setup")
    story = Story(f"js.{options.program}.{options.mode}")
    with Emulator(*FLAGS.get(options.program, [])) as emulator:
        environment = {
            **emulator.environment(options.mode),
            "NODE_PATH": os.path.join(clients, "node_modules"),
            "LAZULI_MODE": options.mode,
            "LAZULI_PORT": str(emulator.port),
        }
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), options.program + ".js")
        node = subprocess.Popen(
            ["node", program], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            for line in node.stdout:
                try:
                    step = json.loads(line)
                except ValueError:
                    print(line, end="")
                    continue
                story.record(step["what"], step["seconds"], step["failure"])
            code = node.wait(LIMIT_SECONDS)
        finally:
            node.kill()
        if code != 0:
            story.record("the program ends well", 0, f"node ended with {code}")
    story.finish()


if __name__ == "__main__":
    main()
