# A conversation that a model leads: the real server, a real Expert, words typed
# by dialogctl, and the fake chat-completions service. Then one whose service fails
# at times, and one whose service is down: the built-in engine stands in.
#
# alone: the model has a second for its first word

[ -e "$B/bin/dialogctl" ] || { say "needs dialogctl"; exit 77; }

talk()
{
	printf '%s\n' "$@" | timeout 60 "$B/bin/dialogctl" talk --url "$url" \
		--key-file "$key_file" --json >"$work/talk.json" \
		2>"$work/talk.log"
}

start_fake_model
start_server --set llm.provider=openai \
	--set "llm.url=http://127.0.0.1:$model_port/v1" \
	--set llm.model=waitlist --set "llm.key_file=$work/model.key"
start_expert waitlist
talk 'five people and do you have parking' 'my name is bob' '555-0142' ||
	fail "dialogctl talk"
grep -q 'asked: Do you have parking?' "$work/waitlist.log" ||
	fail "the Expert was not asked"
grep -q 'on the list: Bob, party of 5, 5550142' "$work/waitlist.log" ||
	fail "the fields are not right"
grep -q 'parking behind the house' "$work/talk.json" ||
	fail "the caller was not told of the parking"
grep -q 'text you when your table is ready' "$work/talk.json" ||
	fail "no goodbye"
assert_eq "failures of the model" "$(metric dialog_llm_failed_total)" 0
say "led by the model: ok"
stop_server

# 500 to the greeting, then good, then no answer at all, then an answer that stops
# in mid-sentence (from here two thoughts are the engine's), then good again.
start_server --set llm.provider=openai \
	--set "llm.url=http://127.0.0.1:$model_port/v1" \
	--set llm.model=flaky --set "llm.key_file=$work/model.key" \
	--set llm.first_token_ms=1000 --set llm.idle_ms=700
start_expert waitlist
talk 'five people' 'bob' '555-0142 that is my phone' '555-0142' 'yes' ||
	fail "dialogctl talk"
grep -q 'on the list: Bob, party of 5, 5550142' "$work/waitlist.log" ||
	fail "the fields are not right"
said()
{
	grep -q "$1" "$work/talk.json" || fail "nobody said \"$1\""
}
said 'Hello, this is Nova from Thai Palace'
said 'A table for five, of course'
said 'Let me write'
said 'Thank you, Bob, that is all'
said 'We will text you when your table is ready'
if grep -q 'say that again' "$work/talk.json"; then
	fail "a failure was put on the caller"
fi
assert_eq "failures of the model" "$(metric dialog_llm_failed_total)" 3
assert_eq "thoughts of the engine" "$(metric dialog_llm_fallbacks_total)" 4
say "a model that fails at times: ok"
stop_server

start_server --set llm.provider=openai --set llm.url=http://127.0.0.1:9/v1 \
	--set llm.model=none
start_expert waitlist
talk 'hello' 'my name is bob' 'five people' '555-0142' 'yes' ||
	fail "dialogctl talk"
grep -q 'on the list: Bob, party of 5, 5550142' "$work/waitlist.log" ||
	fail "the built-in engine did not take over"
assert "failures are counted" metric_at_least dialog_llm_failed_total 1
if grep -q 'say that again' "$work/talk.json"; then
	fail "a failure was put on the caller"
fi
say "taken over by the built-in engine: ok"

# It is known to be down by now: a new caller is greeted without asking it.
wait_for 10 metric_is dialog_calls_active 0 || fail "the call stays open"
assert "it failed three times in a row" metric_at_least \
	dialog_llm_failed_total 3
failed=$(metric dialog_llm_failed_total)
talk /hangup || fail "dialogctl talk"
said 'Hello, this is Nova from Thai Palace'
assert_eq "failures after a greeting" "$(metric dialog_llm_failed_total)" \
	"$failed"
say "not waited for when it is down: ok"
