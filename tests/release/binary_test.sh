#!/bin/sh
# What ships must run on any glibc from 2.35 on: it needs nothing else, is stripped and is small.
set -u
binary=$1
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

needed=$(readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ -n "$needed" ] || fail "no dynamic section to read"
for library in $needed; do
  case $library in
    libc.so.6 | libm.so.6 | ld-linux-*) ;;
    *) fail "it needs $library" ;;
  esac
done

newest=$(readelf --version-info "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
[ "$(printf '%s\n' "$newest" GLIBC_2.35 | sort -V | tail -n 1)" = GLIBC_2.35 ] || fail "it needs $newest"

! readelf -S "$binary" | grep -q '\.symtab' || fail "it is not stripped"

size=$(wc -c <"$binary")
[ "$size" -lt 20000000 ] || fail "it has $size bytes"

echo "$newest, $size bytes, needs:"
echo "$needed"
exit $failed
