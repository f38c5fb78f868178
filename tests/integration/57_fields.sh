# A value is checked by its Expert while the caller is there: what is out of
# bounds, and what the Expert does not know, is asked again at once.

start_server
env EXPERT_URL="ws${url#http}" EXPERT_API_KEY="$(cat "$key_file")" \
	"$B/tests/fields_expert" >"$work/expert.log" 2>&1 &
pids="$pids $!"
wait_for 20 metric_at_least dialog_experts_listening 1 ||
	fail "the Expert does not listen"
start_talk

# hears WORDS, then types what stands after them
hears()
{
	wait_for 30 grep -q "$1" "$work/talk.log" ||
		fail "the agent did not say \"$1\""
	[ -z "${2:-}" ] || echo "$2" >&8
}

hears 'your order number' 47
hears 'should have four digits' 4712
hears 'I have four seven one two' yes
hears 'There is no such order' 4711
hears 'I have four seven one one' yes
hears 'items to return' 'the lamp and the bulb'
hears 'your email address' 'ann dot berg at example dot com'
done_as='^return of order 4711: lamp bulb to ann.berg@example.com$'
wait_for 30 grep -q "$done_as" "$work/expert.log" ||
	fail "the Expert did not get what was said"
hears 'Goodbye'
assert "a value out of bounds is told" \
	grep -q '^invalid order "47" pattern$' "$work/expert.log"
assert "the wrong order was checked at once" \
	grep -q '^check 4712 now$' "$work/expert.log"
exec 8>&-
