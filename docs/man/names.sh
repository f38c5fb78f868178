#!/bin/sh
# The names under which manual pages are found, one "NAME PAGE" a line: what
# stands in a page's NAME section before the dash.
#
#   names.sh PAGE...
#
# SPDX-License-Identifier: MIT
for page in "$@"; do
	awk -v page="$(basename "$page")" '
		/^\.S[Hh] / { on = $2 == "NAME"; next }
		!on { next }
		$1 == ".Nm" { print $2, page }
		/^\./ { next }
		{ text = text " " $0 }
		END {
			sub(/ \\- .*/, "", text)
			n = split(text, name, /[ ,]+/)
			for (i = 1; i <= n; i++)
				if (name[i] != "")
					print name[i], page
		}' "$page"
done
