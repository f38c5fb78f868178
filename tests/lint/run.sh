#!/bin/sh
# All checks, after each was seen to fail on a planted violation.
set -u
here=$(dirname "$0")
failed=0 passed=0
for check in selftest layers banned headers symbols abi man docs shape format; do
	if sh "$here/$check.sh"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "lint: FAILED: $check"
	fi
done
echo "lint: $passed passed, $failed failed"
[ $failed = 0 ]
