# Experts and HTTP clients that break the rules: each is told what was wrong,
# and is counted; a good Expert beside them gets its calls. It starts a server
# of its own.

timeout -k 5 180 python3 "$1/bad_expert.py" || fail "see above"
