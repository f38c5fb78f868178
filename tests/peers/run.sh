#!/bin/sh
# Run tests/peers/*_*.py: the published Python SDK, unmodified, against the real
# server. An argument selects by name:
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

passed=0 failed=''
for test in "$here"/*_*.py; do
	name=$(basename "$test" .py)
	case $name in
	*"${1:-}"*) ;;
	*) continue ;;
	esac
	echo "== $name"
	if PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 \
		timeout -k 5 600 "$venv/bin/python" "$test" </dev/null; then
		passed=$((passed + 1))
	else
		failed="$failed $name"
	fi
done
[ -z "$failed" ] || {
	echo "FAILED:$failed"
	exit 1
}
[ $passed -gt 0 ] || {
	echo "no test matches \"${1:-}\""
	exit 1
}
echo "$passed passed"
