#!/bin/sh
# Runs the tests of packages: run_tests.sh LAZULI LINK_LINE BORINGSSL_LICENCE, places relative to the runfiles folder.
set -eu
# Debian's own Python, with nothing of the caller's but where to write.
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$TEST_TMPDIR" TEST_TMPDIR="$TEST_TMPDIR" LANG=C.UTF-8 \
  LAZULI="$PWD/$1" LINK_LINE="$PWD/$2" BORINGSSL_LICENCE="$PWD/$3" SOURCE="$PWD" \
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$PWD/.dist" \
  /usr/bin/python3 -m unittest --verbose reproducible_test tarball_test debian_test oci_test
