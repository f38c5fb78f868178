# The agent presses keys on a telephone line: the other end hears the tones of
# each, whole, also while it talks. It starts a server of its own.

timeout -k 5 120 python3 "$1/keys.py" "$B/bin/dialog-server" ||
	fail "see above"
