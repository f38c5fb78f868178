# Peers that break the rules of a media socket: each gets its close code, and
# a good call beside them does not notice. It starts a server of its own.

timeout -k 5 180 python3 "$1/bad_media.py" || fail "see above"
