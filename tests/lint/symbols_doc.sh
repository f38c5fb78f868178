#!/bin/sh
# Prints docs/symbols.md: every function of libexpert, the release that brought
# it (its node of the map) and its man page.
#
#   sh tests/lint/symbols_doc.sh >docs/symbols.md
#
# SPDX-License-Identifier: MIT
set -u
LC_ALL=C
export LC_ALL
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
cat <<'END'
# The functions of libexpert

Every function, the release since which it is there, and its man page. A name that is here stays: it is taken away, or
changed, only with a new soname, and CHANGELOG says so. `nm -D libexpert.so` shows the same names with the same releases;
`expert_vectors_sqlite` is in a library of its own, libexpert-sqlite.

| function | since | man page |
|---|---|---|
END
sh docs/man/names.sh docs/man/*.3 | sort >"$tmp"
cat libexpert/libexpert.map libexpert/sqlite/*.map 2>/dev/null |
	awk '/^EXPERT_/ { since = $1; sub(/^EXPERT_(SQLITE_)?/, "", since) }
	$1 == "global:" { on = 1; next } $1 == "local:" { on = 0 }
	on && /;/ { sub(/;/, "", $1); print $1, since }' | sort | join -a 1 - "$tmp" |
	awk '{ sub(/\.3$/, "(3)", $3); print "| `" $1 "` | " $2 " | " $3 " |" }'
