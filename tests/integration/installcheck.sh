#!/bin/sh
# What a developer gets: install into a folder, build the examples and those of
# the man pages there with pkg-config, shared and static, from an empty folder;
# run them; uninstall and find nothing left.
#
# `make installcheck` runs this from the top folder; B is the build folder.
#
# SPDX-License-Identifier: MIT
set -u
: "${B:=build}"
: "${CC:=cc}"
: "${CXX:=g++}"
: "${MAKE:=make}"
top=$(pwd)
built=$B
. "$(dirname "$0")/lib.sh"
prefix=$work/prefix
warn='-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror'

install_into()
{
	"$MAKE" -s B="$built" "$@" >"$work/make.log" 2>&1 ||
		fail "make $*: $(tail -n 5 "$work/make.log")"
}

leftovers()
{
	find "$1" ! -type d | sed "s|^$1/||"
}

# ---- install -------------------------------------------------------------------

install_into install PREFIX="$prefix"
for f in bin/dialog-server bin/dialogctl include/expert.h lib/libexpert.so \
	lib/libexpert-sqlite.so.0 lib/libexpert-sqlite.a \
	lib/pkgconfig/libexpert-sqlite.pc \
	lib/libexpert.so.0 lib/libexpert.a lib/pkgconfig/libexpert.pc \
	share/man/man3/libexpert.3 \
	share/doc/dialog-server/call-scripts.md \
	share/bash-completion/completions/dialogctl \
	share/zsh/site-functions/_dialogctl; do
	[ -e "$prefix/$f" ] || fail "$f is not installed"
done
assert_eq "headers installed" "$(cd "$prefix/include" && ls expert.h expert/*)" \
	"$(cd libexpert && ls expert.h expert/*)"
say "installed: $(leftovers "$prefix" | wc -l) files"

PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
version=$(sed -n 's/^#define EXPERT_VERSION "\(.*\)"/\1/p' \
	"$prefix/include/expert.h")
assert_eq "version of the package" "$(pkg-config --modversion libexpert)" \
	"$version"

# ---- build, from a folder that knows nothing of the source tree ------------------

mkdir -p "$work/src" "$work/shared" "$work/static"
cp "$top"/examples/*.c "$top"/examples/*.cc "$work/src"

# Every function has a page under its own name.
for name in $(nm -D --defined-only "$prefix/lib/libexpert.so" |
	sed -n 's/.* T \(expert_[a-z0-9_]*\).*/\1/p'); do
	page=$prefix/share/man/man3/$name.3
	[ -e "$page" ] || fail "$name has no manual page"
	other=$(sed -n 's/^\.so //p' "$page")
	[ -z "$other" ] || page=$prefix/share/man/$other
	grep -q "$name" "$page" || fail "the page of $name does not name it"
	if command -v man >/dev/null; then
		man -M "$prefix/share/man" 3 "$name" 2>/dev/null </dev/null |
			col -bx 2>/dev/null | grep -q "$name" ||
			fail "man $name does not show it"
	fi
done

# The programs of the man pages: between .EX and .EE, with troff's escapes.
for page in "$prefix"/share/man/man3/*.3; do
	grep -q '^\.EX' "$page" || continue
	awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0 } on' "$page" |
		sed 's/\\-/-/g; s/\\e/\\/g' \
		>"$work/src/man_$(basename "$page" .3).c"
done

cd "$work/src" || fail "no folder to build in"
if ! pkg-config --exists libuv; then
	rm loop_uv.c
	say "no libuv here: its example is left out"
fi
for source in *.c; do
	name=${source%.c}
	more='' package=libexpert
	[ $name != loop_uv ] || more=$(pkg-config --cflags --libs libuv)
	[ $name != man_expert_vectors_sqlite ] || package=libexpert-sqlite
	# shellcheck disable=SC2046,SC2086
	$CC $warn -o "../shared/$name" "$source" \
		$(pkg-config --cflags --libs $package) $more 2>"$work/cc.log" ||
		fail "$name, shared: $(cat "$work/cc.log")"
	# shellcheck disable=SC2046,SC2086
	$CC $warn -o "../static/$name" "$source" \
		$(pkg-config --static --cflags --libs $package |
			sed 's/-l\(expert[-a-z]*\)/-l:lib\1.a/g') $more \
		2>"$work/cc.log" ||
		fail "$name, static: $(cat "$work/cc.log")"
	if ldd "../static/$name" | grep -q libexpert; then
		fail "$name, static, needs the shared library"
	fi
done
say "built: $(ls ./*.c | wc -l) programs, shared and static"

# The header alone, as strict as compilers get; and C++ programs.
echo '#include <expert.h>' >alone.h
for std in c99 c11 c17; do
	# shellcheck disable=SC2046
	$CC -std=$std -pedantic -Wall -Wextra -Werror -fsyntax-only -x c \
		$(pkg-config --cflags libexpert) alone.h ||
		fail "the header does not compile as $std"
done
if command -v "$CXX" >/dev/null; then
	for std in c++11 c++17 c++20; do
		# shellcheck disable=SC2046
		"$CXX" -std=$std -pedantic -Wall -Wextra -Werror \
			-fsyntax-only -x c++ \
			$(pkg-config --cflags libexpert) alone.h ||
			fail "the header does not compile as $std"
	done
	cat >field.cc <<-'END'
		#include <expert.h>
		int add(expert_task *task);
		int add(expert_task *task)
		{
			return expert_task_field(task, EXPERT_FIELD(
				.key = "name", .description = "Name"));
		}
	END
	# shellcheck disable=SC2046
	"$CXX" -std=c++20 -pedantic -Wall -Werror -fsyntax-only field.cc \
		$(pkg-config --cflags libexpert) ||
		fail "EXPERT_FIELD does not compile as c++20"
	for source in *.cc; do
		[ "$source" != field.cc ] || continue
		# shellcheck disable=SC2046
		"$CXX" -std=c++17 -Wall -Wextra -Werror \
			-o "../shared/${source%.cc}" "$source" \
			$(pkg-config --cflags --libs libexpert) ||
			fail "$source does not compile"
	done
	say "the header is C99 to C17 and C++11 to C++20, $(ls ./*.cc | wc -l)" \
		"C++ programs"
fi
cd "$top" || fail "the top folder is gone"

LD_LIBRARY_PATH=$prefix/lib
export LD_LIBRARY_PATH
ldd "$work/shared/waitlist" | grep -q "$prefix/lib/libexpert.so.0" ||
	fail "the shared program does not use the installed library"

# ---- a test of an Expert, without a server ----------------------------------------

for kind in shared static; do
	"$work/$kind/waitlist_test" >"$work/run.log" 2>&1 ||
		fail "$kind/waitlist_test: $(cat "$work/run.log")"
done
"$work/shared/man_expert_docs_new" >"$work/run.log"
assert_eq "output of expert_docs_new(3)" "$(cat "$work/run.log")" \
	"Parcels reach you in two days.
desk 1"
# Port 1 of this machine: nobody listens there, so words alone decide.
assert_eq "output of expert_generate(3)" \
	"$(EXPERT_URL=ws://127.0.0.1:1 "$work/shared/man_expert_generate")" \
	"support: broken, does not work, repair (100)
Parcels reach you in two days."
assert_eq "output of expert_vectors_new(3)" \
	"$("$work/shared/man_expert_vectors_new")" \
	"post: Parcels are delivered in two days."
for kind in shared static; do
	assert_eq "output of expert_vectors_sqlite(3), $kind" \
		"$("$work/$kind/man_expert_vectors_sqlite" "$work/faq.db")" 1
done
assert_eq "libraries of a program without a store in a file" \
	"$(ldd "$work/shared/waitlist" | grep -c sqlite)" 0
assert_eq "output of expert_when_new(3)" \
	"$("$work/shared/man_expert_when_new")" 2026-11-24T15:30
assert_eq "output of expert_phone_e164(3)" \
	"$("$work/shared/man_expert_phone_e164")" \
	"+12125550142, +1 212 555 0142"
"$work/shared/man_expert_test_new" >"$work/run.log" 2>&1 ||
	fail "the test of the man page: $(cat "$work/run.log")"
say "tests of Experts pass without a server"

# ---- run without a server --------------------------------------------------------

# Port 1 of this machine: nobody listens there.
for name in shared/waitlist static/waitlist shared/transfer static/transfer; do
	status=0
	EXPERT_URL=ws://127.0.0.1:1 EXPERT_API_KEY=k EXPERT_RETRIES=0 \
		timeout 20 "$work/$name" >"$work/run.log" 2>&1 || status=$?
	assert_eq "status of $name without a server" $status 1
	grep -q 'cannot connect.*ws://127.0.0.1:1' "$work/run.log" ||
		fail "$name does not say what is wrong"
	status=0
	EXPERT_URL=nonsense timeout 20 "$work/$name" \
		>"$work/run.log" 2>&1 || status=$?
	assert_eq "status of $name with a bad URL" $status 1
	grep -q 'cannot use the URL nonsense' "$work/run.log" ||
		fail "$name does not name the URL"
done
say "refused addresses are told"

# ---- run with the installed server -------------------------------------------------

mkdir "$work/run"
ln -s "$prefix/bin" "$work/run/bin"
ln -s "$work/shared" "$work/run/examples"
B=$work/run
start_server
for name in waitlist transfer appointment agents loop_epoll loop_uv hotel; do
	[ -x "$work/shared/$name" ] || continue
	start_expert $name EXPERT_NUMBER=+15555550101
	kill -TERM "$expert_pid"
	wait_for 10 is_gone "$expert_pid" || fail "$name does not stop"
	status=0
	wait "$expert_pid" || status=$?
	assert_eq "status of $name after SIGTERM" $status 0
	wait_for 10 metric_is dialog_experts_listening 0 ||
		fail "the server thinks that $name still listens"
done
status=0
EXPERT_URL="ws${url#http}" EXPERT_API_KEY=wrong timeout 20 \
	"$work/shared/waitlist" >"$work/run.log" 2>&1 || status=$?
assert_eq "status with a wrong key" $status 1
grep -q 'refused the API key' "$work/run.log" ||
	fail "a wrong key is not told: $(cat "$work/run.log")"
stop_all
say "both listen, stop at SIGTERM, and tell a wrong key"

# ---- uninstall ---------------------------------------------------------------------

install_into uninstall PREFIX="$prefix"
assert_eq "left by uninstall" "$(leftovers "$prefix")" ''
install_into install PREFIX=/usr DESTDIR="$work/stage"
assert_eq "prefix of a staged package" "$(sed -n 's/^prefix=//p' \
	"$work/stage/usr/lib/pkgconfig/libexpert.pc")" /usr
install_into uninstall PREFIX=/usr DESTDIR="$work/stage"
assert_eq "left by a staged uninstall" "$(leftovers "$work/stage")" ''
echo "installcheck: passed"
