#!/bin/sh
# Run unit programs beside each other, J at a time: run.sh PROGRAM...
#
#   ok       1.2 s  test_vad
#   FAILED   3.0 s  test_ws
#
# What a program prints goes into PROGRAM.log. It is shown only if the program
# failed, after all the others; the failed checks are said again at the very
# end, with the names.
#
# SPDX-License-Identifier: MIT
set -u
limit_s=900 # of one program; its tests have their own deadlines:

# Check's 4 s are for a machine of one's own. SLOW=4 for sanitized programs.
: "${CK_DEFAULT_TIMEOUT:=60}" "${CK_TIMEOUT_MULTIPLIER:=${SLOW:-1}}"
TSAN_OPTIONS="suppressions=$(dirname "$0")/tsan.supp ${TSAN_OPTIONS:-}"
export CK_DEFAULT_TIMEOUT CK_TIMEOUT_MULTIPLIER TSAN_OPTIONS

# The lines of a log that say what is wrong: Check's, the sanitizers'.
wrong()
{
	grep -a -E '^[^ ]+:[0-9]+:[EF]:|^SUMMARY: |runtime error: ' "$1"
}

if [ "${1:-}" = --one ]; then
	t=$2
	began=$(date +%s%N)
	timeout -k 5 $limit_s "$t" >"$t.log" 2>&1
	status=$?
	tenths=$((($(date +%s%N) - began) / 100000000))
	word=FAILED
	case $status in
	0)
		word=ok
		rm -f "$t.failed"
		;;
	124 | 137) echo "ended after $limit_s s" >>"$t.log" ;;
	*) echo "ended with status $status" >>"$t.log" ;;
	esac
	printf '%-6s %5d.%d s  %s\n' $word $((tenths / 10)) \
		$((tenths % 10)) "${t##*/}"
	exit 0
fi

passed=0 failed=''
# Failed until it has passed, so that one that never ran is not forgotten.
for t in "$@"; do
	: >"$t.failed"
	: >"$t.log"
done
printf '%s\n' "$@" | xargs -P "${J:-$(nproc)}" -n 1 sh "$0" --one

for t in "$@"; do
	if [ -e "$t.failed" ]; then
		failed="$failed $t"
	else
		passed=$((passed + 1))
	fi
done
for t in $failed; do
	echo "== $t.log"
	tail -n 200 "$t.log"
done
n=0
for t in $failed; do
	echo "FAILED: $t"
	wrong "$t.log" | sort -u | head -n 20 | sed 's/^/  /'
	n=$((n + 1))
done
echo "$passed passed, $n failed"
[ $n = 0 ]
