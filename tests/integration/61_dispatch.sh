# Calls over four Experts: each gets the same number, strictly in turn, or as
# much as it has said that it takes. CALLS=1000 says how many; 4 and 10 must
# divide it. First with Experts on libexpert, then with sockets that say what
# libexpert does not, and one call after another, so that there is an order.

# alone: an Expert that has no time to answer is passed over

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

# Experts on libexpert that take one call, two and three at a time: six calls
# find them, the seventh finds nobody. One that drains keeps its calls.
experts()
{
	get -H "Authorization: Bearer $(cat "$key_file")" "$url/v1/experts" |
		python3 -c '
import json, sys
print(*["%s of %s%s" % (e["active"], e["max_calls"],
                        " draining" if e["draining"] else "")
        for e in sorted(json.load(sys.stdin),
                        key=lambda e: e["max_calls"] or 0)], sep=", ")'
}

experts_are()
{
	[ "$(experts)" = "$1" ]
}

start_server --set dialog.no_expert=fallback
for n in 1 2 3; do
	start_expert waitlist EXPERT_MAX_CALLS=$n
done
last=$expert_pid
wait_for 20 experts_are "0 of 1, 0 of 2, 0 of 3" || fail "bounds: $(experts)"
"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" "$key_file" \
	7 7 60000 text >"$work/caller.json" &
caller=$!
pids="$pids $caller"
wait_for 20 experts_are "1 of 1, 2 of 2, 3 of 3" || fail "calls: $(experts)"
say "seven calls, Experts that take one, two and three: $(experts)"
kill -TERM "$last"
wait_for 20 experts_are "1 of 1, 2 of 2, 3 of 3 draining" ||
	fail "the drain is not told: $(experts)"
kill "$caller"
wait "$caller" 2>/dev/null
wait_for 20 is_gone "$last" || fail "the drained Expert goes on"
wait "$last"
assert_eq "status of the Expert that has drained" $? 0
stop_all

timeout -k 5 300 python3 "$1/dispatch.py" "$CALLS" || fail "see above"
