#!/bin/sh
# Files have a comment on top and at most 800 lines, functions at
# most 80.
set -eu
# shellcheck disable=SC2046
awk -f "$(dirname "$0")/shape.awk" \
	$(find dialog-server proto libexpert examples tests -name '*.[ch]' \
		2>/dev/null | sort)
