# Keys fill the field that is being asked, whether the carrier tells of them or
# they are only heard; and a key that is told and heard counts once.

# alone: the callers press their keys in real time

start_server
EXPERT_URL="ws${url#http}" EXPERT_API_KEY="$(cat "$key_file")" \
	"$B/tests/turns_expert" keys >"$work/expert.log" 2>&1 &
pids="$pids $!"
wait_for 10 metric_is dialog_experts_listening 1 ||
	fail "the Expert does not listen"

cat >"$work/keys.yaml" <<'END'
to: "+15555550100"
rules:
  - when: account
    press: "55011742#"
    times: 1
  - when: right|correct
    press: "1"
    times: 1
expect:
  - field: {account: "55011742"}
END
for how in events tones both; do
	"$B/bin/dialogctl" call --url "$url" --key-file "$key_file" --json \
		--keys $how --noise 20 "$work/keys.yaml" \
		>"$work/$how.json" 2>"$work/$how.log" &
	eval "$how=$!"
done
for how in events tones both; do
	eval "wait \$$how" || fail "keys as $how: not what was pressed"
	keys=$(get -H "Authorization: Bearer $(cat "$key_file")" \
		"$url/v1/calls/$(json "$work/$how.json" call_id)" |
		grep -o '"type": *"dtmf"' | wc -l)
	say "$how: $keys keys"
	assert "keys as $how: each once" [ "$keys" -ge 9 ]
	assert "keys as $how: each once" [ "$keys" -le 10 ]
done
