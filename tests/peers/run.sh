#!/bin/sh
# Run tests/peers/*_*.py: the published Python SDK, unmodified, against the real
# server, J (4) files at a time. An argument selects by name:
#
#   make check-peers T=phone
#
# The SDK and what it brings are installed into a virtual environment in the
# build folder, in the versions of requirements.txt, and used again the next
# time. Without a network that is not possible: skipped, with a line that says
# so; with PEERS_REQUIRED=1 that is a failure.
#
# SPDX-License-Identifier: MIT
set -u
here=$(dirname "$0")
B=${B:-build}
export B
venv=$B/peers
wanted=$here/requirements.txt
log=$B/peers.log

cannot()
{
	if [ -n "${PEERS_REQUIRED:-}" ]; then
		echo "FAILED: $1"
		[ ! -s "$log" ] || tail -n 5 "$log"
		exit 1
	fi
	echo "SKIP peers: $1"
	exit 0
}

command -v python3 >/dev/null || cannot "python3 is missing"
mkdir -p "$B"
: >"$log"
if ! cmp -s "$wanted" "$venv/installed.txt"; then
	rm -rf "$venv"
	python3 -m venv "$venv" >>"$log" 2>&1 ||
		cannot "python3 -m venv does not work (package python3-venv)"
	timeout 300 "$venv/bin/pip" install -q --disable-pip-version-check \
		-r "$wanted" >>"$log" 2>&1 ||
		cannot "the SDK cannot be installed from the package index"
	cp "$wanted" "$venv/installed.txt"
fi

results=$(mktemp -d "${TMPDIR:-/tmp}/peers.XXXXXX") || exit 1
trap 'rm -rf "$results"' EXIT
export here venv results

# Most of what a test does is waiting: J at a time.
find "$here" -name '*_*.py' -name "*${1:-}*.py" | sort |
	xargs -r -P "${J:-4}" -n 1 sh -c '
name=$(basename "$1" .py)
out=$results/$name
echo "== $name" >"$out"
if PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 \
	timeout -k 5 600 "$venv/bin/python" "$1" </dev/null >>"$out" 2>&1
then
	echo "PASS $name" >>"$out"
else
	echo "FAIL $name" >>"$out"
fi
cat "$out"' sh

# One that left no result has failed.
passed=0 failed=''
for out in "$results"/*; do
	[ -e "$out" ] || {
		echo "no test matches \"${1:-}\""
		exit 1
	}
	case $(tail -n 1 "$out") in
	"PASS "*) passed=$((passed + 1)) ;;
	*) failed="$failed ${out##*/}" ;;
	esac
done
echo "$passed passed"
[ -z "$failed" ] || {
	echo "FAILED:$failed"
	exit 1
}
