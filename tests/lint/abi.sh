#!/bin/sh
# The binary interface of libexpert: what libexpert/abi.txt lists must stay.
#
#   abi.sh          what was changed or taken away, and what is new
#   abi.sh update   take what is new into the table
#   abi.sh --tag    also against the last release, with abidiff
#
# A declaration, a value of an enumeration, the place of a member may not
# change. A struct whose first member is its size may grow at its end; no other
# may. LINT_CC is the compiler, LINT_SO the built library.
#
# SPDX-License-Identifier: MIT
set -u
LC_ALL=C
export LC_ALL
table=libexpert/abi.txt
[ -e $table ] || exit 0
cc=${LINT_CC:-cc}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# What the headers say now.
printf '#include "libexpert/expert.h"\n#include "libexpert/expert/sqlite.h"\n' \
	>"$tmp/all.c"
if ! $cc -g -fno-eliminate-unused-debug-types -c -o "$tmp/all.o" \
	"$tmp/all.c" -I. 2>"$tmp/err"; then
	cat "$tmp/err"
	exit 1
fi
if [ "$(readelf -h "$tmp/all.o" | sed -n 's/ *Class: *//p')" != ELF64 ]; then
	echo "abi: skipped, the table is of machines with 64 bits"
	exit 0
fi
{
	readelf --debug-dump=info "$tmp/all.o" 2>/dev/null |
		awk -f "$(dirname "$0")/abi.awk"
	$cc -E -P -I. "$tmp/all.c" | tr '\n\t' '  ' |
		sed 's/__attribute__ *(([^()]*\(([^()]*)\)\{0,1\}[^()]*))//g
			s/[;{}]/&\n/g' |
		grep 'expert_[a-z0-9_]*(.*;$' | grep -v typedef |
		sed 's/extern "C"//; s/  */ /g; s/^ *//; s/ \([,;)]\)/\1/g
			s/( /(/g; s/^/function /'
	$cc -E -P -I. "$tmp/all.c" | tr '\n\t' '  ' | sed 's/[;{}]/&\n/g' |
		grep 'typedef.*expert_' | sed 's/  */ /g; s/^ *//; s/^/type /'
} | sort -u >"$tmp/now"
grep -v '^#' $table | sort -u >"$tmp/table"

# compare OLD: what of it is gone, but for the sizes of structs that may grow
compare()
{
	awk 'NR == FNR {
		now[$0] = 1
		if ($1 == "size") size[$2] = $3
		if ($1 == "member" && $2 ~ /\.size$/ && $3 == 0) {
			sub(/\.size$/, "", $2)
			grows[$2] = 1
		}
		next
	}
	$0 in now { next }
	$1 == "size" && ($2 in grows) && size[$2] > $3 { next }
	{ print }' "$tmp/now" "$1"
}

# A struct without its size in it may not have members more, either.
grown()
{
	comm -13 "$1" "$tmp/now" | awk -v table="$1" '
	BEGIN {
		while ((getline line < table) > 0) {
			split(line, word, " ")
			if (word[1] == "size")
				known[word[2]] = 1
			if (word[1] == "member" && word[2] ~ /\.size$/ &&
			    word[3] == 0) {
				sub(/\.size$/, "", word[2])
				sized[word[2]] = 1
			}
		}
	}
	$1 == "member" {
		of = $2
		sub(/\..*/, "", of)
		if ((of in known) && !(of in sized)) print
	}'
}

check()
{
	compare "$1" >"$tmp/gone"
	grown "$1" >"$tmp/more"
	[ -s "$tmp/gone" ] || [ -s "$tmp/more" ] || return 0
	echo "abi: programs built with $2 break; changed or gone:"
	sed 's/^/    /' "$tmp/gone"
	[ ! -s "$tmp/more" ] || echo "added to a struct that cannot grow:"
	sed 's/^/    /' "$tmp/more"
	return 1
}

failed=0
check "$tmp/table" "what $table lists" || failed=1
comm -13 "$tmp/table" "$tmp/now" >"$tmp/new"

case ${1:-} in
update)
	[ $failed = 0 ] || exit 1
	{
		grep '^#' $table
		cat "$tmp/now"
	} >"$tmp/written"
	cp "$tmp/written" $table
	echo "abi: $(wc -l <"$tmp/new") new lines in $table"
	;;
--tag)
	echo "abi: $(wc -l <"$tmp/table") lines hold," \
		"$(wc -l <"$tmp/new") are new"
	tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null)
	if [ -z "$tag" ]; then
		echo "abi: no release is tagged, so there is none to compare with"
		exit $failed
	fi
	git show "$tag:$table" 2>/dev/null | grep -v '^#' | sort -u >"$tmp/old"
	check "$tmp/old" "$tag" || failed=1
	if ! command -v abidiff >/dev/null; then
		echo "abi: abidiff is missing: apt-get install abigail-tools"
		exit 1
	fi
	mkdir "$tmp/src"
	git archive "$tag" | tar -x -C "$tmp/src"
	make -s -C "$tmp/src" B=build lib >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log"
		exit 1
	}
	# 4 and 8: changes, of which 8 breaks programs; 1 and 2: its own errors.
	abidiff --no-added-syms "$tmp/src/build/lib/libexpert.so" \
		"${LINT_SO:-build/lib/libexpert.so}"
	[ $(($? & 11)) = 0 ] || failed=1
	;;
esac
exit $failed
