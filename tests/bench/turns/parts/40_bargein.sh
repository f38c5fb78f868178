#!/bin/sh
# Does the agent stop for the caller, and only for them?
set -eu
here=$(dirname "$0")/..
"$2/../bench_bargein" | tee "$3/lines.json"
python3 "$here/bargein_table.py" "$3/lines.json" >"$3/section.md"
