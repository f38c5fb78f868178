#!/bin/sh
# Is the caller cut off, and how long do they wait?
set -eu
here=$(dirname "$0")/..
"$2/../bench_endpoint" --seeds 1 | tee "$3/lines.json"
python3 "$here/endpoint_table.py" "$3/lines.json" >"$3/section.md"
