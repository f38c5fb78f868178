#!/bin/sh
# No calls of the functions in banned.txt, outside of tests.
set -eu
here=$(dirname "$0")
# shellcheck disable=SC2046
awk -f "$here/banned.awk" "$here/banned.txt" \
	$(find dialog-server proto libexpert examples -name '*.[ch]' \
		2>/dev/null | sort)
