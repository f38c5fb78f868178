#!/bin/sh
# Run tests/integration/[0-9]*.sh, each in a shell of its own, J at a time. One
# that has a line "# alone: why" is run after those, by itself. An argument
# selects by name:
#
#   make integration T=tick
#
# A script that cannot run here says why and exits 77: skipped. What a script
# prints is shown when it has ended; what failed is named again at the end.
#
# SPDX-License-Identifier: MIT
set -u
here=$(dirname "$0")
B=${B:-build}
export B

if [ "${1:-}" = --one ]; then
	results=$2 script=$3
	name=$(basename "$script" .sh)
	out=$results/$name.out
	echo "== $name" >"$out"
	began=$(date +%s)
	timeout -k 5 900 sh -c '. "$1/lib.sh"; . "$2"' "$name" "$here" \
		"$script" >>"$out" 2>&1
	status=$?
	took=$(($(date +%s) - began))
	case $status in
	0) echo "PASS $name ($took s)" ;;
	77) echo "SKIP $name" ;;
	*) echo "FAIL $name ($took s)" ;;
	esac >>"$out"
	cat "$out"
	exit 0
fi

results=$(mktemp -d "${TMPDIR:-/tmp}/integration.XXXXXX") || exit 1
trap 'rm -rf "$results"' EXIT
beside='' alone=''
for script in "$here"/[0-9]*.sh; do
	case $(basename "$script" .sh) in
	*"${1:-}"*) ;;
	*) continue ;;
	esac
	if grep -q '^# alone: ' "$script"; then
		alone="$alone $script"
	else
		beside="$beside $script"
	fi
done

# $1 at a time
run()
{
	at_once=$1
	shift
	[ $# = 0 ] || printf '%s\n' "$@" |
		xargs -P "$at_once" -n 1 sh "$0" --one "$results"
}

# shellcheck disable=SC2086
run "${J:-$(nproc)}" $beside
# shellcheck disable=SC2086
run 1 $alone

# One that left no result has failed.
passed=0 failed=0 skipped=0 names=''
for script in $beside $alone; do
	name=$(basename "$script" .sh)
	case $(tail -n 1 "$results/$name.out" 2>/dev/null) in
	"PASS $name "*) passed=$((passed + 1)) ;;
	"SKIP $name") skipped=$((skipped + 1)) ;;
	*)
		failed=$((failed + 1))
		names="$names $name"
		;;
	esac
done
[ $((passed + failed + skipped)) -gt 0 ] || {
	echo "no test matches \"${1:-}\""
	exit 1
}
for name in $names; do
	echo "FAILED: $name"
	grep -a '^  FAILED: ' "$results/$name.out"
done
[ $skipped = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
