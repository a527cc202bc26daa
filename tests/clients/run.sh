#!/bin/sh
# Runs one client test with nothing of the caller's environment: a client must find the emulator and nothing else.
# run.sh PROGRAM LAZULI ARGUMENT... ; the places are relative to the runfiles folder, where the test runner starts it.
set -eu
program=$PWD/$1
lazuli=$PWD/$2
shift 2
scratch=${TEST_TMPDIR:-$(mktemp -d)}
mkdir -p "$scratch/home"
# Debian's own Python is the one that has Debian's Azure libraries.
exec env -i PATH=/usr/bin:/bin:/usr/local/bin HOME="$scratch/home" TMPDIR="$scratch" LANG=C.UTF-8 \
  LAZULI="$lazuli" LAZULI_NODE_CLIENTS="${LAZULI_NODE_CLIENTS:-}" XML_OUTPUT_FILE="${XML_OUTPUT_FILE:-}" \
  PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH="$(dirname "$(dirname "$program")")" \
  /usr/bin/python3 "$program" "$@"
