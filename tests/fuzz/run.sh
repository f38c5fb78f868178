#!/bin/sh
# Fuzz each target with libFuzzer for some seconds: run.sh SECONDS FILE.c...
# What is found is left in build/fuzz/found/NAME/ and ends the run with 1.
# The corpus in tests/fuzz/corpus/NAME is read, and grows in build/ only.
set -eu
seconds=$1
shift
make=${MAKE:-make}
# MAKEFLAGS of an outer make would pass its job server on.
unset MAKEFLAGS MFLAGS MAKELEVEL || true
b=build/fuzz
failed=0 passed=0
command -v clang >/dev/null || {
	echo "make fuzz needs clang: run make deps-dev" >&2
	exit 1
}
for f in "$@"; do
	n=$(basename "$f" .c)
	$make -s -j"$(nproc)" B=$b CC="${FUZZ_CC:-clang}" SAN=fuzzer-no-link,address,undefined \
		FUZZER=1 "$b/fuzz/$n"
	n=${n#fuzz_}
	mkdir -p "$b/found/$n" "$b/grown/$n"
	echo "== $n, $seconds s"
	if "$b/fuzz/fuzz_$n" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$b/found/$n/" "$b/grown/$n" \
		"tests/fuzz/corpus/$n"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: fuzz_$n; the input is in $b/found/$n" >&2
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
