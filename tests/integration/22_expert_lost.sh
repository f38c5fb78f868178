# The Expert is killed in mid-call. The caller is not hung up on; when grace is
# over, what the settings say happens.

call_opened()
{
	metric_is dialog_calls_active 1 && grep -q '^call from' "$work/waitlist.log"
}

# $1 is how long the caller stays [ms].
call_and_kill()
{
	start_expert waitlist
	"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" \
		"$key_file" 1 1 "$1" audio >"$work/caller.json" 2>&1 &
	caller=$!
	pids="$pids $caller"
	wait_for 10 call_opened || fail "the call did not open"
	kill -KILL "$expert_pid"
	wait_for 10 metric_at_least dialog_expert_lost_total 1 ||
		fail "nobody noticed that the Expert is gone"
	assert_eq "calls after it died" "$(metric dialog_calls_active)" 1
}

# continue: all that the caller wanted to do was done
start_server --set dialog.grace_ms=500 --set dialog.expert_lost=continue
call_and_kill 6000
wait $caller || fail "the caller was hung up on"
assert_eq "the whole call" "$(json "$work/caller.json" opened)" 1
stop_all

# hangup: said goodbye to, after grace and no sooner
rm -rf "$data" "$work/waitlist.log"
start_server --set dialog.grace_ms=2000 --set dialog.expert_lost=hangup
call_and_kill 40000
lost_at=$(date +%s)
wait_for 30 metric_is dialog_calls_active 0 || fail "the call goes on"
assert "grace was given" test $(($(date +%s) - lost_at)) -ge 2
assert_eq "ended by the agent" \
	"$(metric 'dialog_calls_ended_total{by="agent"}')$(metric \
		'dialog_calls_ended_total{by="failure"}')" 01
