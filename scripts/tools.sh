#!/usr/bin/env bash
# tools.sh: what the tests need of the system: Chromium, Japanese fonts, PostgreSQL's own tools.
set -euo pipefail
needed=()
command -v chromium >/dev/null || needed+=(chromium)
fc-list :lang=ja 2>/dev/null | grep -qi 'noto.*cjk' || needed+=(fonts-noto-cjk fontconfig)
command -v pg_dump >/dev/null || needed+=(postgresql-client)
[ ${#needed[@]} -eq 0 ] || bash "$(dirname "$0")/system.sh" "${needed[@]}"
