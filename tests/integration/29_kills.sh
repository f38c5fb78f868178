# Experts are killed while callers talk, one after another: no call notices.
# make kills KILLS=10000 is the same for longer.
#
# alone: how soon a call is taken over is measured

say "seed 1"
timeout -k 5 600 python3 "$1/kills.py" "${KILLS:-150}" 1 || fail "see above"
