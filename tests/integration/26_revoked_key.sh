# A key that is revoked ends what it has opened: Expert, conversation, live
# feed. The call of that Expert goes to the next one.

# $1 is the name; the key goes into file $2.
make_key()
{
	"$B/bin/dialogctl" keys --url "$url" --key-file "$key_file" \
		create "$1" >"$2" 2>>"$work/keys.log" ||
		fail "no key \"$1\""
}

start_server --set dialog.grace_ms=60000
for name in 'a/b' "$(printf 'a\tb')" ../x "$(printf '%065d' 0)"; do
	"$B/bin/dialogctl" keys --url "$url" --key-file "$key_file" \
		create "$name" >"$work/bad.out" 2>"$work/bad.log" &&
		fail "\"$name\" is the name of a key"
	assert "the refusal says what a name is" \
		grep -q 'a name has 1 to 64 letters' "$work/bad.log"
done
make_key "front desk" "$work/front.key"
make_key talker "$work/talker.key"

start_expert waitlist EXPERT_API_KEY="$(cat "$work/front.key")"
front=$expert_pid
mv "$work/waitlist.log" "$work/front.log"
start_expert waitlist
start_talk "$work/talker.key"
wait_for 10 grep -q '^call from' "$work/front.log" || fail "no call"

"$B/bin/dialogctl" keys --url "$url" --key-file "$key_file" \
	revoke "front desk" >>"$work/keys.log" || fail "not revoked"
wait_for 2 is_gone "$front" || fail "the Expert goes on without a key"
assert "it knows why" grep -q 'authentication-failure\|API key' \
	"$work/front.log"
# At once: whose key is gone does not come back, and grace is for who may.
wait_for 10 grep -q '^call from' "$work/waitlist.log" ||
	fail "the call was not passed on"
is_gone "$talk" && fail "the caller was hung up on"

"$B/bin/dialogctl" keys --url "$url" --key-file "$key_file" \
	revoke talker >>"$work/keys.log" || fail "not revoked"
wait_for 2 grep -q '1008' "$work/talk.log" ||
	fail "the conversation goes on without a key"
wait_for 5 metric_is dialog_calls_active 0 || fail "the call goes on"
assert_eq "the other key is good" "$(metric dialog_experts_listening)" 1
