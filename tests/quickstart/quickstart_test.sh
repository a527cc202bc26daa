#!/bin/bash
# Runs the quick starts of the README and the commands of docs/azure-cli.md, as they stand there, under `lazuli run` with
# nothing of the caller's environment. quickstart_test.sh LAZULI README AZURE_CLI
set -u
lazuli=$PWD/$1 readme=$PWD/$2 azure_cli=$PWD/$3
work=${TEST_TMPDIR:-$(mktemp -d)}
mkdir -p "$work/home"
cd "$work" || exit 1
failed=0

# block FILE LANGUAGE: the first fenced block of that language.
block() {
  awk -v fence="\`\`\`$2" '
    /^```/ { inside = !inside; on = inside && $0 == fence && !seen; seen = seen || on; next }
    on' "$1"
}

# As in a fresh terminal, with Debian's own Python, which is the one that has the clients.
fresh() {
  env -i PATH=/usr/bin:/bin HOME="$work/home" TMPDIR="$work" LANG=C.UTF-8 NODE_PATH="${LAZULI_NODE_CLIENTS:-}/node_modules" "$@"
}

# expect WHAT TEXT COMMAND...: the command ends well, and what it prints contains the text.
expect() {
  local what=$1 text=$2 output code
  shift 2
  output=$("$@" 2>&1)
  code=$?
  if ((code == 0)) && [[ $output == *"$text"* ]]; then
    echo "ok    $what"
  else
    echo "FAIL  $what: exit code $code, expected '$text' in:"
    printf '%s\n' "$output" | tail -n 40
    failed=1
  fi
}

block "$readme" python >revoke.py
block "$readme" js >wrap.js
# The one for az begins with a shell, into which the rest is typed.
sed -n '/^### az$/,/^### /s/^az /&/p' "$readme" >start.sh
for file in revoke.py wrap.js start.sh; do
  [[ -s $file ]] || { echo "FAIL  the README has nothing for $file"; failed=1; }
done

expect "Python" "(Forbidden) Operation unwrapKey is not allowed on a disabled key." fresh "$lazuli" run -- python3 revoke.py
expect "JavaScript, after Python" "<Buffer 07 07" \
  fresh "$lazuli" run -- sh -c 'python3 revoke.py && node wrap.js'
expect "az" '"provisioningState": "Succeeded"' fresh "$lazuli" run --clock=manual -- bash -e start.sh

# Some commands of Debian's az cannot work: the document says so, and goes another way around.
{
  echo 'az login --service-principal -u $AZURE_CLIENT_ID -p $AZURE_CLIENT_SECRET --tenant $AZURE_TENANT_ID -o none'
  echo 'V=my-vault; az group create -n g -l westus2 -o none; az keyvault create -n $V -g g -l westus2 -o none'
  echo 'ID=44444444-4444-4444-4444-444444444444'
  sed -n '/^  ```bash$/,/^  ```$/p' "$azure_cli" | sed '/```/d'
} >rest.sh
expect "az rest in place of az keyvault key and az role" '"roleDefinitionId"' fresh "$lazuli" run -- bash -e rest.sh

exit $failed
