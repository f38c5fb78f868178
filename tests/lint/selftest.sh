#!/bin/sh
# Each check must pass on clean files and fail on a planted violation.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
failed=0
unset LINT_SO LINT_CPPFLAGS

# A clean tree, written anew for each case.
clean()
{
	rm -rf dialog-server proto libexpert build docs tests
	mkdir -p docs/man dialog-server/base dialog-server/net dialog-server/call \
		proto libexpert build/lib
	cp "$root/.clang-format" .
	header dialog-server/base/a.h 'int a_one(void);'
	header dialog-server/call/call.h '#include "base/a.h"'
	header proto/p.h 'int p_one(void);'
	source dialog-server/net/n.c '#include "net/n.h"
#include "base/a.h"
#include "proto/p.h"

/* strcpy(a, b) in a comment */
static const char *text = "sprintf(x)";'
	header libexpert/expert.h 'int expert_one(void);
typedef int (*expert_fn)(int expert_x);
const char *expert_two(int x);
#define EXPERT_VERSION "1.2"'
	source libexpert/expert.c '#include "libexpert/expert.h"
#include "proto/p.h"'
	printf '%s\n' 'EXPERT_1.2 {' 'global:' 'expert_one;' 'expert_two;' \
		'local:' '*;' '};' >libexpert/libexpert.map
	library 'expert_one expert_two'
	cp "$root/docs/man/names.sh" docs/man
	page 'expert_one, expert_two' '.BR expert_two (3)'
	sh "$here/symbols_doc.sh" >docs/symbols.md
	mkdir -p dialog-server/conf tests/bench
	source dialog-server/conf/settings_table.c \
		'const char *settings_one = "turn.min_ms";'
	source tests/bench/bench_a.c 'int bench_one;'
	printf 'all: ## x\nbench-%%: ## y\n' >Makefile
	cat >docs/a.md <<'END'
[b](man/expert_one.3), [c](https://c.example/), `make all`, `make sure`,
`make bench-a`, `net/n.c`, `bench_a`, `expert_two()`, `turn.min_ms: 5`, `a.b`
END
}

# page NAMES LINE
page()
{
	printf '.TH ONE 3 2026-11-21 "libexpert 1.2" "Planted"\n' \
		>docs/man/expert_one.3
	printf '.SH NAME\n%s \\- planted\n.SH SEE ALSO\n%s\n' "$1" "$2" \
		>>docs/man/expert_one.3
}

header()
{
	n=$(basename "$1")
	g=$(echo "$n" | tr 'a-z.' 'A-Z_')
	printf '/**\n * @file %s  Planted\n *\n' "$n" > "$1"
	printf ' * SPDX-License-Identifier: MIT\n */\n' >> "$1"
	printf '#ifndef %s\n#define %s\n\n%s\n\n#endif\n' "$g" "$g" "$2" >> "$1"
}

source()
{
	n=$(basename "$1")
	printf '/**\n * @file %s  Planted\n *\n' "$n" > "$1"
	printf ' * SPDX-License-Identifier: MIT\n */\n%s\n' "$2" >> "$1"
}

library()
{
	for s in $1; do echo "int $s(void); int $s(void) { return 0; }"; done |
		cc -shared -fPIC -o build/lib/libexpert.so -x c -
}

# expect CHECK 0|1 WHAT WORDS: the check ends so, and says these words
expect()
{
	out=$(sh "$here/$1.sh" 2>&1)
	got=$?
	[ $got != 0 ] && got=1
	if [ $got != "$2" ] || ! echo "$out" | grep -q -e "$4"; then
		echo "selftest: $1 on $3: ended with $got, said: $out"
		failed=1
	fi
}

for check in layers banned headers symbols abi man docs shape format; do
	clean
	expect $check 0 "a clean tree" ''
done

clean
source dialog-server/base/b.c '#include "net/n.h"'
expect layers 1 "an upward include" 'base includes "net/n.h"'
clean
source proto/p.c '#include "base/a.h"'
expect layers 1 "proto including base" 'proto includes'
clean
source libexpert/x.c '#include "base/a.h"'
expect layers 1 "libexpert including base" 'only proto/ is shared'
clean
source dialog-server/base/b.c '#include "nowhere/n.h"'
expect layers 1 "an unknown module" 'no such module'
clean
mkdir dialog-server/attic
source dialog-server/attic/b.c ''
expect layers 1 "a module that is not in the table" 'missing from the table'

clean
source dialog-server/base/b.c 'void f(char *a) { strcpy (a, "x"); }'
expect banned 1 "strcpy" 'b.c:6: strcpy() is banned'
clean
source dialog-server/net/b.c 'void *f(void) { return malloc(1); }'
expect banned 1 "malloc outside base" 'use mem_alloc'
clean
source dialog-server/base/b.c 'void *f(void) { return malloc(1); }
int g(struct x *x) { return x->system(1) + my_system(2); }
int h(void) { return rand(); } /* lint: a reason */'
expect banned 0 "malloc in base, members, an excuse" ''

clean
header dialog-server/base/b.h 'size_t b_len(void);'
expect headers 1 "a missing include" 'b.h does not compile alone'
clean
header libexpert/expert.h 'int expert_one(int class);'
expect headers 1 "a C++ keyword" 'does not compile alone as c++'

clean
library 'expert_one expert_two leaked'
expect symbols 1 "a foreign symbol" 'leaked'
clean
library 'expert_one'
expect symbols 1 "a listed symbol that is missing" '> expert_two'
clean
library 'expert_one expert_two expert_three'
expect symbols 1 "a symbol that is not listed" '< expert_three'

clean
sed -i '/expert_two/d' docs/symbols.md
expect symbols 1 "a table without a function" 'docs/symbols.md is old'

if command -v mandoc >/dev/null || command -v man >/dev/null; then
	clean
	echo '.XX' >>docs/man/expert_one.3
	expect man 1 "a macro that does not exist" 'XX'
fi
clean
page 'expert_one' ''
expect man 1 "a function without a page" 'expert_two is in no page'
clean
page 'expert_one, expert_two, expert_three' ''
expect man 1 "a page without a function" 'expert_three is documented'
clean
page 'expert_one, expert_two' '.BR expert_four (3)'
expect man 1 "a reference to nothing" 'refers to expert_four(3)'
clean
sed -i 's/1\.2/1.1/' docs/man/expert_one.3
expect man 1 "an old version" 'does not name version 1.2'

# planted LINE WHAT WORDS
planted()
{
	clean
	echo "$1" >>docs/a.md
	expect docs 1 "$2" "$3"
}
planted '[x](y.md)' "a dead link" 'link to y.md leads nowhere'
planted '`make bench-b`' "a target that is gone" 'no make bench-b'
planted '`net/gone.c`' "a file that is gone" 'no net/gone.c'
planted '`gone()`' "a function that is gone" 'no gone()'
planted '`turn.max_ms`' "a setting that is gone" 'no setting turn.max_ms'

# interface HEADER 0|1 WHAT WORDS: against the table of the header as it was
interface()
{
	clean
	mkdir -p libexpert/expert
	header libexpert/expert/sqlite.h ''
	header libexpert/expert.h "$was"
	echo '# A table' >libexpert/abi.txt
	sh "$here/abi.sh" update >/dev/null
	header libexpert/expert.h "$1"
	expect abi "$2" "$3" "$4"
}
was='#include <stddef.h>
enum { EXPERT_A = 1, EXPERT_B = -2 };
struct expert_grows { size_t size; int a; };
struct expert_stays { int a; };
int expert_one(struct expert_grows *g, struct expert_stays *s);'
interface "$was" 0 "the same interface" ''
interface "$was int expert_two(void);" 0 "a function more" ''
interface "$(echo "$was" | sed 's/int a; };/int a, b, c; };/')" 1 \
	"members more in all structs" 'member expert_stays.b 4'
interface "$(echo "$was" | sed '/grows/s/int a; };/int a, b, c; };/')" 0 \
	"members more in a struct that may grow" ''
interface "$(echo "$was" | sed '/grows/s/int a;/int b, c, a;/')" 1 \
	"a member moved" 'member expert_grows.a 8'
interface "$(echo "$was" | sed 's/= 1/= 3/')" 1 "a value changed" \
	'value EXPERT_A 1'
interface "$(echo "$was" | sed 's/^int expert_one/long expert_one/')" 1 \
	"a function changed" 'function int expert_one'
interface "$(echo "$was" | grep -v expert_one)" 1 "a function gone" \
	'function int expert_one'

clean
for i in $(seq 801); do echo "int x$i;"; done >> dialog-server/net/n.c
expect shape 1 "a long file" 'longer than 800 lines'
clean
{
	printf 'int f(void)\n{\n'
	for i in $(seq 81); do printf '\tg(%d);\n' "$i"; done
	printf '}\n'
} >> dialog-server/net/n.c
expect shape 1 "a long function" 'a function of 81 lines'
clean
echo 'int x;' > dialog-server/net/n.c
expect shape 1 "no comment on top" 'no "@file n.c'
clean
echo '/* TO''DO: later */' >> dialog-server/net/n.c
expect shape 1 "unfinished work" 'unfinished work'

if command -v clang-format >/dev/null; then
	clean
	printf 'int  f( void ){return 1;}\n' >> dialog-server/net/n.c
	expect format 1 "other formatting" 'run clang-format -i'
fi

exit $failed
