# Each example holds a conversation as its first comment promises: typed lines
# in, what the agent says and what the program prints out.
#
# waitlist and transfer are driven over real audio by 30_calls.

# hold NUMBER LINE...: a conversation with it, in $work/talk.log
hold()
{
	to=$1
	shift
	printf '%s\n' "$@" | timeout 60 "$B/bin/dialogctl" talk --url "$url" \
		--key-file "$key_file" --to "$to" >"$work/talk.log" 2>&1 ||
		fail "the conversation with $to failed"
}

agent_says()
{
	grep -q "agent .*$1" "$work/talk.log" ||
		fail "$expert_name: the agent does not say \"$1\""
}

program_prints()
{
	wait_for 10 grep -q "$1" "$work/$expert_name.log" ||
		fail "$expert_name does not print \"$1\""
}

finish()
{
	kill -TERM "$expert_pid"
	wait_for 10 is_gone "$expert_pid" || fail "$expert_name does not stop"
	status=0
	wait "$expert_pid" || status=$?
	assert_eq "status of $expert_name" $status 0
	wait_for 10 metric_is dialog_experts_listening 0 ||
		fail "$expert_name still listens"
	say "$expert_name: ok"
}

start_server

start_expert helpdesk HELPDESK_DOCS=examples/helpdesk
program_prints '^7 passages'
hold +15555550100 "how long does the delivery take" \
	"is there a warranty on the lamps" "do you like music" goodbye
agent_says 'reach you in two days'
agent_says 'warranty of five years'
program_prints 'delivery take.* (orders.txt)'
program_prints '^to be called back: .*music'
finish

start_expert appointment
hold +15555550100 "monday in the afternoon" "the first one" \
	"my name is John Miller"
agent_says 'Monday.* at two p m or Monday.* at three thirty'
program_prints '^looks for: monday in the afternoon'
program_prints '^booked: 20..-..-..T14:00.*, John Miller'
# It is not free any more.
hold +15555550100 "monday in the afternoon" "yes" "my name is Anna Smith"
! grep -q 'at two p m' "$work/talk.log" ||
	fail "what was booked is offered again"
agent_says 'three thirty'
finish

# The second of its addresses is not seen by start_expert.
start_expert agents
wait_for 10 metric_is dialog_experts_listening 2 ||
	fail "agents does not listen on both numbers"
hold +15555550100 "nine hundred fifty" "four hundred twelve"
agent_says 'this is Lucy'
agent_says 'numbers of lamps end at nine hundred'
program_prints '^broken lamp: 412'
hold +15555550101 "when is the passport office open" goodbye
agent_says 'this is Hugo'
agent_says 'open on Mondays'
finish

start_expert loop_epoll
hold +15555550100 "how long does the taxi take" goodbye
agent_says 'there in 12 minutes'
finish

start_expert loop_uv
hold +15555550100 "when do you open" goodbye
agent_says 'nine to six on weekdays'
finish

# A typing caller has no number.
start_expert anonymous
printf 'hello\n' | timeout 60 "$B/bin/dialogctl" talk --url "$url" \
	--key-file "$key_file" >"$work/talk.log" 2>&1
program_prints '^declined a call from ""'
finish

# One says yes, one is busy twice, one has no way to be called.
cat >"$work/people.txt" <<'END'
+15555550123, Leo Ruiz, nine thirty
+15555550124, Ann Smith, ten
+15555550127, Mia Chen, eleven
END
# phone NUMBER FILE [OPTION...]: waits to be called; the file is typed
phone()
{
	number=$1 typed=$2
	shift 2
	timeout 60 "$B/bin/dialogctl" phone --url "$url" --number "$number" \
		--key-file "$key_file" "$@" <"$typed" \
		>"$work/phone$number.log" 2>&1 &
	pids="$pids $!"
	wait_for 20 grep -q 'waits for calls' "$work/phone$number.log" ||
		fail "no telephone at $number"
}
echo yes >"$work/yes"
phone +15555550123 "$work/yes"
phone +15555550124 /dev/null --decline busy --calls 2
expert_name=reminder
EXPERT_URL="ws${url#http}" EXPERT_API_KEY="$(cat "$key_file")" timeout 60 \
	"$B/examples/reminder" "$work/people.txt" >"$work/reminder.log" 2>&1 ||
	fail "reminder: $(cat "$work/reminder.log")"
program_prints '^Leo Ruiz answers'
program_prints '^+15555550123 .*says yes'
program_prints '^+15555550124 .*not reached: busy'
program_prints '^+15555550127 .*not reached: this server has no way'
assert_eq "calls to Ann" "$(grep -c '^Ann Smith: busy' "$work/reminder.log")" 2
grep -q 'appointment is tomorrow at nine thirty' \
	"$work/phone+15555550123.log" || fail "reminder: Leo is not told when"
say "reminder: ok"

if [ -x "$B/examples/hotel" ]; then
	start_expert hotel
	hold +15555550100 "do you have breakfast" "my name is Anna Smith" \
		"three nights"
	agent_says 'Breakfast is from seven'
	program_prints '^booked: Anna Smith, 3 nights'
	finish
else
	say "hotel: no C++ compiler here"
fi
