#!/bin/sh
# The fake chat-completions service is checked against the service's own
# Python client, which a virtual environment gets from the package index.
# Skipped (status 77) with a message where that cannot be had.
set -u
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
dir=$B/openai-sdk
mkdir -p "$dir"

skip()
{
	echo "openai_sdk: skipped: $1"
	exit 77
}

${CC:-cc} -std=c11 -D_GNU_SOURCE -g -o "$dir/fake" tests/fake/openai.c \
	$(pkg-config --cflags --libs jansson) -lpthread || exit 1
command -v python3 >/dev/null || skip "there is no python3"
if ! "$dir/venv/bin/python" -c 'import openai' 2>/dev/null; then
	rm -rf "$dir/venv"
	python3 -m venv "$dir/venv" >"$dir/venv.log" 2>&1 ||
		skip "python3 -m venv does not work (package python3-venv)"
	timeout 300 "$dir/venv/bin/pip" install -q --disable-pip-version-check \
		openai >"$dir/pip.log" 2>&1 ||
		skip "the openai package cannot be installed, see $dir/pip.log"
fi

# The fake lives as long as its standard input is open.
rm -f "$dir/in" "$dir/out"
mkfifo "$dir/in" "$dir/out" || exit 1
"$dir/fake" tests/fake/openai_scenarios.json <"$dir/in" >"$dir/out" &
fake=$!
exec 9>"$dir/in" 8<"$dir/out"
read -r word port <&8
[ "$word" = port ] || { echo "openai_sdk: the fake does not listen"; exit 1; }
cat <&8 9>&- >"$dir/fake.log" &
timeout 120 "$dir/venv/bin/python" tests/integration/openai_sdk.py "$port"
status=$?
exec 9>&- 8<&-
wait $fake
exit $status
