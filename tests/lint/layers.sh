#!/bin/sh
# A module includes only from itself and from the modules below it.
set -eu
here=$(dirname "$0")
# shellcheck disable=SC2046
awk -f "$here/layers.awk" "$here/layers.txt" \
	$(find dialog-server proto libexpert -name '*.[ch]' 2>/dev/null | sort)
