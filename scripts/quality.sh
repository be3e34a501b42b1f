#!/usr/bin/env bash
# quality.sh PYTHON: the Nu checker and Lighthouse over the demo, from a folder that is thrown away.
set -euo pipefail
needed=()
command -v java >/dev/null || needed+=(default-jre-headless)
command -v npm >/dev/null || needed+=(nodejs npm)
[ ${#needed[@]} -eq 0 ] || bash "$(dirname "$0")/system.sh" "${needed[@]}"
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
echo "Installing the Nu checker and Lighthouse for this run …"
npm install --prefix "$tools" --ignore-scripts --no-audit --no-fund --silent vnu-jar@26.9.27 lighthouse@12.8.2
"$1" -m bench.quality "$tools"
