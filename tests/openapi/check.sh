#!/usr/bin/env bash
# Whether the broker does what its OpenAPI document says, whatever it is asked:
#
#   tests/openapi/check.sh [ARGUMENT ..]
#
# Arguments go to fuzz.py (`--seed 7 --examples 300` for a longer look with other questions). Installs schemathesis from
# PyPI inside `target`. `PACTWRIGHT_BINARY` names the program to check; without it, one is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=tests/openapi
venv=target/openapi-venv
export PYTHONDONTWRITEBYTECODE=1

# As long as the list of packages stays the same, so does what is installed.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi

pactwright=${PACTWRIGHT_BINARY:-}
if [ -z "$pactwright" ]; then
  cargo build --package pactwright-cli
  pactwright=target/debug/pactwright
fi

"$venv/bin/python" "$here/fuzz.py" --pactwright "$pactwright" --schemathesis "$venv/bin/schemathesis" --work target/openapi "$@"
