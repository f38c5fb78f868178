# Calls over four Experts: each gets the same number, strictly in turn, or as
# much as it has said that it takes. CALLS=1000 says how many; 4 and 10 must
# divide it. First with Experts on libexpert, then with sockets that say what
# libexpert does not, and one call after another, so that there is an order.

CALLS=${CALLS:-200}
CALL_MS=400

# How many calls each has taken, in their order.
taken()
{
	get -H "Authorization: Bearer $(cat "$key_file")" "$url/v1/experts" |
		python3 -c '
import json, sys
print(*[e["calls"] for e in json.load(sys.stdin)])'
}

start_server --set server.max_calls=10000
for n in 1 2 3 4; do
	start_expert waitlist
done
"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" "$key_file" \
	"$CALLS" 50 $CALL_MS text >"$work/caller.json" ||
	fail "not every call was one"
each=$((CALLS / 4))
say "$CALLS calls, four Experts on libexpert: $(taken)"
assert_eq "what each has taken" "$(taken)" "$each $each $each $each"
stop_server

timeout -k 5 300 python3 "$1/dispatch.py" "$CALLS" || fail "see above"
