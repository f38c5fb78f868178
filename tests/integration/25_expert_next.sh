# A call outlives its Expert: killed, stopped or started anew in mid-call, the
# next one takes over with its own task, what was collected stays collected,
# and the call ends as it should.
#
# alone: the caller speaks in real time

# $1 names its log.
waitlist()
{
	start_expert waitlist
	mv "$work/waitlist.log" "$work/$1.log"
}

# $1 into the conversation, until log $2 has $3.
type_until()
{
	echo "$1" >&8
	wait_for 15 grep -q "$3" "$work/$2.log" ||
		fail "\"$1\" did not lead to \"$3\" of $2"
}

# The rest of the conversation, with the Expert of log $1.
finish_with()
{
	type_until "four people" "$1" '^field party_size: 4'
	echo 5550142 >&8
	type_until yes "$1" '^on the list: John, party of 4, 5550142'
	wait_for 20 grep -q '^call over: bot-hangup' "$work/$1.log" ||
		fail "the call did not end as it should"
	exec 8>&-
	wait_for 10 metric_is dialog_calls_active 0 || fail "a call is left"
}

begin()
{
	rm -rf "$data" "$work"/*.log
	start_server --set dialog.expert_lost=hangup "$@"
}

# The metric counts callers' Experts that were lost; $1 of them by now.
lost()
{
	wait_for 15 metric_at_least dialog_expert_lost_total "$1" ||
		fail "nobody noticed that the Expert is gone"
}

taken_by()
{
	wait_for 15 grep -q '^call from' "$work/$1.log" ||
		fail "the call was not offered to the $1 Expert"
	# What had been collected is told to who comes.
	wait_for 15 grep -q '^field caller_name: John' "$work/$1.log" ||
		fail "the $1 Expert does not know the name"
}

# ---- killed: the next in turn, after grace and before policy

begin --set dialog.grace_ms=1500
waitlist first
first=$expert_pid
waitlist second
start_talk
type_until "my name is John" first '^field caller_name: John'
kill -KILL "$first"
lost 1
assert "grace is for the first one" test ! -s "$work/second.log"
taken_by second
finish_with second
say "killed: taken over by the second"
stop_all

# ---- stopped: found out by its silence; it may not take the call back

begin --set dialog.grace_ms=500 --set expert.ping_ms=1000
waitlist first
first=$expert_pid
waitlist second
start_talk
type_until "my name is John" first '^field caller_name: John'
kill -STOP "$first"
stopped_at=$(date +%s)
lost 1
assert "found within three pings" \
	test $(($(date +%s) - stopped_at)) -le 5
taken_by second
kill -CONT "$first"
wait_for 20 grep -q '^call over: connection-lost' "$work/first.log" ||
	fail "the first Expert believes that it has the call"
finish_with second
say "stopped: taken over, and not given back"
stop_all

# ---- alone, and started anew when the offer had already found nobody

begin --set dialog.grace_ms=500 --set dialog.expert_lost=continue
waitlist first
start_talk
type_until "my name is John" first '^field caller_name: John'
kill -KILL "$expert_pid"
lost 1
authorized()
{
	get -H "Authorization: Bearer $(cat "$key_file")" "$url$1"
}

nobody_found()
{
	authorized "/v1/calls/$call_id" | grep -q '"no-expert"'
}

call_id=$(authorized "/v1/calls?limit=1" | sed 's/.*"id":"\([^"]*\)".*/\1/')
wait_for 10 nobody_found || fail "nobody was there, and it was not noted"
waitlist again
taken_by again
finish_with again
say "alone: taken up by the one started anew"
stop_all

# ---- killed while the caller is heard and spoken to

begin --set dialog.grace_ms=1500
waitlist first
first=$expert_pid
waitlist second
run_call tests/data/calls/happy.yaml &
caller=$!
wait_for 60 grep -q '^field caller_name' "$work/first.log" ||
	fail "the caller's name was not understood"
kill -KILL "$first"
wait $caller || fail "the conversation went wrong"
assert "the second Expert has the end" \
	grep -q '^on the list: .*, party of 4, 5550142' "$work/second.log"
assert_eq "ended by" "$(json "$work/call.json" ended_by)" bot-hangup
say "in audio: taken over by the second"
