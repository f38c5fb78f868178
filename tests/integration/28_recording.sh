# What an Expert keeps out of a recording is in no file and no row; what a
# caller refuses is gone. It starts a server of its own.

timeout -k 5 120 python3 "$1/recording.py" "$B/bin/dialog-server" ||
	fail "see above"
