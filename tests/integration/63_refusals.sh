# Another key, a wrong key and a revoked key learn nothing of what is not
# theirs: same answer, same time, whether it is there or not. TRIES=1000 pairs
# of each.

# alone: it compares times

timeout -k 5 300 python3 "$1/refusals.py" "${TRIES:-200}" || fail "see above"
