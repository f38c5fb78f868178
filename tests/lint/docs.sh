#!/bin/sh
# What the pages refer to is there: files behind links, make's targets, source
# files, settings and options of dialogctl that they name.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
[ -d docs ] || exit 0
find . -maxdepth 1 -name '*.md' >"$tmp/pages"
find docs proto libexpert examples -name '*.md' 2>/dev/null >>"$tmp/pages"

# "page: what is missing", nothing when all is there.
links()
{
	grep -o ']([^)# ]*' "$1" | sed 's/^](//' | grep -v -e '^[a-z]*:' -e '^$' |
		while read -r to; do
			[ -e "$(dirname "$1")/$to" ] ||
				echo "$1: the link to $to leads nowhere"
		done
}

# make TARGET in code, and what stands for % in the rules with a pattern.
targets()
{
	grep -o '\bmake [a-z][a-z-]*\(-[a-z_]*\)\?[`) ]' "$1" |
		sed 's/^make //; s/[`) ]$//' | sort -u | while read -r name; do
		grep -q "^$name:" Makefile && continue
		case $name in
		unit-*) [ -e "tests/unit/test_${name#unit-}.c" ] ;;
		bench-*) [ -e "tests/bench/bench_${name#bench-}.c" ] ;;
		*) continue ;; # a word of a sentence
		esac || echo "$1: there is no make $name"
	done
}

# module/file.c, test or benchmark, in backquotes.
files()
{
	grep -o '`[a-z_][a-z_]*/[a-z_/0-9-]*\.[chs][sh]*`' "$1" | tr -d '`' | sort -u |
		while read -r path; do
			[ -e "$path" ] || [ -e "dialog-server/$path" ] ||
				echo "$1: there is no $path"
		done
	grep -o '\bbench_[a-z]*\b' "$1" | sort -u | while read -r name; do
		[ -e "tests/bench/$name.c" ] || echo "$1: there is no $name"
	done
}

# `function()`, and `group.setting` of a group that the settings have. The page
# on another library names that one's functions.
names()
{
	case $1 in
	*-compat.md) return ;;
	esac
	grep -o '`[a-z_0-9]*()`' "$1" | tr -d '`()' | sort -u |
		while read -r name; do
			grep -rqw "$name" dialog-server proto libexpert tests ||
				echo "$1: there is no $name()"
		done
	[ -e "$settings" ] || return
	grep -o '`[a-z]*\.[a-z_]*[`:=]' "$1" | tr -d '`:=' | sort -u |
		while read -r name; do
			grep -q "\"${name%%.*}\\." "$settings" || continue
			grep -q "\"$name\"" "$settings" && continue
			case $name in
			*.c | *.h | *.key | *.json | *.jsonl) ;;
			*) echo "$1: there is no setting $name" ;;
			esac
		done
}

settings=dialog-server/conf/settings_table.c
while read -r page; do
	names "$page"
	links "$page"
	targets "$page"
	files "$page"
done <"$tmp/pages" >"$tmp/missing"
cat "$tmp/missing"
[ ! -s "$tmp/missing" ]
