#!/usr/bin/env bash
# venv.sh PYTHON VENV REQUIREMENTS: a virtual environment with pinned, hashed packages.
set -euo pipefail
python=$1 venv=$2 requirements=$3
"$python" - <<'P' || { echo "Python 3.11 or newer is needed (found: $("$python" --version 2>&1)). Name another one: make PYTHON=python3.12 …"; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
P
if [ ! -x "$venv/bin/pip" ]; then
  if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    bash "$(dirname "$0")/system.sh" python3-venv
    "$python" -m venv "$venv"
  fi
fi
echo "Installing $requirements into $venv/ …"
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null
