#!/bin/sh
# Run tests/integration/[0-9]*.sh, each in a shell of its own, one after the
# other: they measure time. An argument selects by name:
#
#   make integration T=tick
#
# A script that cannot run here says why and exits 77: skipped.
set -u
here=$(dirname "$0")
B=${B:-build}
export B
passed=0 failed=0 skipped=0 names=''

for script in "$here"/[0-9]*.sh; do
	name=$(basename "$script" .sh)
	case $name in
	*"${1:-}"*) ;;
	*) continue ;;
	esac
	echo "== $name"
	started=$(date +%s)
	timeout -k 5 900 \
		sh -c '. "$1/lib.sh"; . "$2"' "$name" "$here" "$script"
	status=$?
	took=$(($(date +%s) - started))
	case $status in
	0)
		passed=$((passed + 1))
		echo "PASS $name ($took s)"
		;;
	77)
		skipped=$((skipped + 1))
		echo "SKIP $name"
		;;
	*)
		failed=$((failed + 1))
		names="$names $name"
		echo "FAIL $name ($took s)"
		;;
	esac
done

[ $((passed + failed + skipped)) -gt 0 ] || {
	echo "no test matches \"${1:-}\""
	exit 1
}
[ -z "$names" ] || echo "failed:$names"
[ $skipped = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
