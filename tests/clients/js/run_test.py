"""Runs one of the JavaScript programs in this folder against a server of its own."""

import argparse
import os
import sys

from harness import foreign
from harness.emulator import Emulator
from harness.story import Story

# What the servers of some programs are given.
FLAGS = {"credentials": ["--allow_http_batch"]}


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
        foreign.tell(story, ["node", program], environment)
    story.finish()


if __name__ == "__main__":
    main()
