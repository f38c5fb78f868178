#!/bin/sh
# Run each unit program; go on after a failure; one summary line at the end.
passed=0 failed=0
for t in "$@"; do
	if "$t"; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "FAILED: $t"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
