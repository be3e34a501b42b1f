#!/usr/bin/env bash
# system.sh PACKAGE …: install system packages when that is allowed, else print the one command.
set -euo pipefail
command="apt-get install -y --no-install-recommends $*"
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing $* …"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null
elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
  echo "Installing $* …"
  sudo -n apt-get update -qq
  sudo -n $command -qq >/dev/null
else
  echo "Missing: $*. Please run this once, then the same make command again:"
  echo "  sudo apt-get update && sudo $command"
  exit 1
fi
