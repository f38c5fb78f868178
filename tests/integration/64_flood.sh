# An Expert that sends COMMANDS as fast as its socket takes them, and one that
# never reads what it is told, beside twenty calls that go on.

# alone: it measures time

LIMIT_MS=25 # for nine of ten turns of the others

timeout -k 5 300 python3 "$1/flood.py" "${COMMANDS:-100000}" $LIMIT_MS ||
	fail "see above"
