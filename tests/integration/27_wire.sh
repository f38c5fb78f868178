# An Expert that speaks the protocol from its text, not from our library: every
# frame of a whole call fits the schemas, over a socket that is lost in
# between. It starts a server of its own.

# Debian's module is for Debian's Python; another one may come first in PATH.
python=
for p in python3 /usr/bin/python3; do
	if "$p" -c 'import jsonschema' 2>/dev/null; then
		python=$p
		break
	fi
done
if [ -z "$python" ]; then
	say "skipped, no Python module jsonschema"
	exit 77
fi

for asks in '' --plain; do
	timeout -k 5 120 "$python" "$1/wire_expert.py" "$B/bin/dialog-server" \
		"$B/bin/dialogctl" $asks || fail "see above"
done
