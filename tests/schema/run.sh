#!/bin/sh
# Schemas, vectors, codec and golden messages agree: run.sh TEST_XP_VECTORS
#
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
test=$1

# Debian's module is for Debian's Python; another one may come first in PATH.
python=
for p in python3 /usr/bin/python3; do
	if "$p" -c 'import jsonschema' 2>/dev/null; then
		python=$p
		break
	fi
done
if [ -z "$python" ]; then
	echo "schema: skipped, no Python module jsonschema:" \
		"apt-get install python3-jsonschema"
	exit 0
fi

emitted=$test.jsonl
rm -f "$emitted"
XP_EMIT=$emitted "$test"
"$python" tests/schema/check.py "$emitted"
