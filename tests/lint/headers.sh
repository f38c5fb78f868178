#!/bin/sh
# Each header compiles alone; the public one also as C++11.
# LINT_CC and LINT_CPPFLAGS come from the Makefile.
set -u
cc=${LINT_CC:-cc}
flags=${LINT_CPPFLAGS:--I. -Idialog-server -Ilibexpert}
warn="-Wall -Wextra -Wstrict-prototypes -Werror"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

check()
{
	# shellcheck disable=SC2086
	if ! $1 -fsyntax-only $2 $flags -x "$3" "$4" 2>"$tmp/err"; then
		echo "$5 does not compile alone as $3:"
		sed 's/^/    /' "$tmp/err" | head -n 12
		failed=1
	fi
}

for h in $(find dialog-server proto libexpert -name '*.h' 2>/dev/null | sort)
do
	# Twice: the guard must hold.
	printf '#include "%s"\n#include "%s"\n' "$h" "$h" > "$tmp/alone.c"
	check "$cc" "-std=c11 -D_GNU_SOURCE $warn" c "$tmp/alone.c" "$h"
done
if [ -e libexpert/expert.h ] && command -v "${LINT_CXX:-g++}" >/dev/null; then
	printf '#include "libexpert/expert.h"\n' > "$tmp/alone.cc"
	check "${LINT_CXX:-g++}" "-std=c++11 -Wall -Wextra -Werror" c++ \
		"$tmp/alone.cc" libexpert/expert.h
	printf '#include "libexpert/expert.h"\n' > "$tmp/plain.c"
	check "$cc" "-std=c99 -pedantic $warn" c "$tmp/plain.c" \
		libexpert/expert.h
fi
exit $failed
