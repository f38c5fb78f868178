#!/bin/sh
# What libexpert exports, what its map lists and what expert.h declares are
# the same names, and all begin with expert_; docs/symbols.md lists them.
# LINT_SO is the built library.
set -u
so=${LINT_SO:-build/lib/libexpert.so}
[ -e libexpert/libexpert.map ] || exit 0
if [ ! -e "$so" ]; then
	echo "$so is missing: run make lib"
	exit 1
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

nm -D --defined-only "$so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
	sort -u > "$tmp/exported"
sed 's|/\*.*\*/||; s/#.*//' libexpert/libexpert.map | tr ' \t;{}' '\n' |
	awk '$1 == "global:" { on = 1; next } $1 == "local:" { on = 0 }
		$1 == "" { next } on { print $1 }' |
	sort -u > "$tmp/mapped"
# Functions: a name before "(" that is no pointer to a function. Inline ones
# are not exported.
${LINT_CC:-cc} -E -P libexpert/expert.h 2>/dev/null | tr '\n' ' ' |
	sed 's/;/;\n/g; s/}/}\n/g' | grep -v 'static inline' |
	grep -o '[^*a-z0-9_]*\*\{0,2\}expert_[a-z0-9_]*(' |
	sed 's/.*\(expert_[a-z0-9_]*\)(/\1/' | sort -u > "$tmp/declared"

if grep -v '^expert_' "$tmp/exported" > "$tmp/foreign"; then
	echo "$so exports what does not begin with expert_:"
	sed 's/^/    /' "$tmp/foreign"
	failed=1
fi
for other in mapped declared; do
	if ! diff "$tmp/exported" "$tmp/$other" > "$tmp/diff"; then
		echo "exported names (<) and $other names (>) differ:"
		grep '^[<>]' "$tmp/diff" | sed 's/^/    /'
		failed=1
	fi
done
if ! sh "$(dirname "$0")/symbols_doc.sh" | cmp -s - docs/symbols.md; then
	echo "docs/symbols.md is old: sh tests/lint/symbols_doc.sh >docs/symbols.md"
	failed=1
fi
exit $failed
