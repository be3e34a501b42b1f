#!/usr/bin/env bash
# press.sh PYTHON: what PDF papers need of the system: Pango and HarfBuzz.
set -euo pipefail
"$1" -c "import weasyprint" >/dev/null 2>&1 && exit 0
bash "$(dirname "$0")/system.sh" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
