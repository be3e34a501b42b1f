#!/usr/bin/env bash
# browser.sh: Chromium and Japanese fonts for the browser tests.
set -euo pipefail
needed=()
command -v chromium >/dev/null || needed+=(chromium)
fc-list :lang=ja 2>/dev/null | grep -qi 'noto.*cjk' || needed+=(fonts-noto-cjk fontconfig)
[ ${#needed[@]} -eq 0 ] || bash "$(dirname "$0")/system.sh" "${needed[@]}"
