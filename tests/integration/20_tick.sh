# No heap and no lock on the media tick while calls go on.
#
# The watch begins after the calls have begun (steady state), and covers what
# happens then: silence, speech of the agent, turns, cuts and hang-ups.
#
# alone: the caller speaks in real time

PRELOAD=$(cd "$B/tests" && pwd)/tickwatch.so
PRELOAD_ENV="TICKWATCH_OUT=$work/tick.json TICKWATCH_AFTER_MS=4000"
start_server
PRELOAD='' PRELOAD_ENV=''
start_expert waitlist

"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" "$key_file" \
	12 6 9000 audio >"$work/caller.json" || fail "calls failed"
if [ -e "$B/bin/dialogctl" ] && [ -e tests/data/calls/happy.yaml ]; then
	run_call tests/data/calls/happy.yaml || fail "the happy call failed"
fi
stop_server TERM
assert_eq "status" $server_status 0

assert_eq "tick known" "$(json "$work/tick.json" found)" true
assert "the watch saw calls outside of the tick" \
	test "$(json "$work/tick.json" watched)" -gt 1000
assert_eq "heap and lock calls on the tick" \
	"$(json "$work/tick.json" total)" 0
say "$(json "$work/tick.json" watched) calls watched, none on the tick"
