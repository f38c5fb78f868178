# A server that is told to stop lets calls end; past the deadline it says
# goodbye. The log and the record say why a call ended and an Expert was lost.

ended()
{
	get -H "Authorization: Bearer $(cat "$key_file")" "$url/v1/calls/$1"
}

# The id of the call, once the log has it.
opened()
{
	wait_for 10 grep -q 'call opened id=' "$work/server.log"
	sed -n 's/.*call opened id=\([^ ]*\).*/\1/p' "$work/server.log"
}

start_server --set server.drain_ms=500 --set dialog.goodbye_ms=5000
start_expert waitlist
start_talk
wait_for 10 grep -q 'Thai Palace' "$work/talk.log" || fail "no greeting"
call=$(opened)
kill -TERM $server_pid
wait_for 10 grep -q 'I have to end the call now' "$work/talk.log" ||
	fail "the caller was not said goodbye to"
wait_for 10 is_gone $server_pid || fail "the server goes on"
wait $server_pid
assert_eq "status" $? 0
assert "the log says why it ended" grep -q \
	"call ended id=$call reason=bot-hangup cause=\"the server is stopping\"" \
	"$work/server.log"
stop_all

: >"$work/server.log"
start_server
ended "$call" >"$work/record.json"
assert "so does the record" grep -q \
	'"end-cause".*the server is stopping' "$work/record.json"
assert "its reason is one that Experts know" grep -q \
	'bot-hangup' "$work/record.json"

# Nobody is there to take a call, and nobody is to wait for.
stop_all
: >"$work/server.log"
start_server --set dialog.expert_lost=hangup --set dialog.grace_ms=500 \
	--set expert.resume_ms=1000
start_expert waitlist
start_talk
wait_for 10 grep -q 'Thai Palace' "$work/talk.log" || fail "no greeting"
call=$(opened)
kill -KILL "$expert_pid"
wait_for 20 metric_is dialog_calls_active 0 || fail "the call goes on"
assert "why the Expert was lost" grep -q \
	"expert lost id=$call why=\"socket closed with code 1006" \
	"$work/server.log"
assert "why the call failed" grep -q \
	"call ended id=$call reason=bot-failure cause=\"its Expert was lost" \
	"$work/server.log"
