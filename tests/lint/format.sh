#!/bin/sh
# clang-format has nothing to change.
set -u
if ! command -v clang-format >/dev/null; then
	echo "format: skipped, clang-format is missing (make deps-dev)"
	exit 0
fi
# shellcheck disable=SC2046
out=$(clang-format --dry-run -Werror $(find dialog-server proto libexpert \
	examples tests -name '*.[ch]' 2>/dev/null | sort) 2>&1) && exit 0
echo "$out" | grep -o '^[^:]*:[0-9]*:' | awk -F: '!n[$1]++ { f[++k] = $1 }
	{ c[$1]++ } END { for (i = 1; i <= k; i++)
	print f[i] ": " c[f[i]] " lines: run clang-format -i on it" }'
exit 1
