# Who speaks when, as an Expert is told over real audio: an interruption cuts
# what may be interrupted, and leaves alone what may not.

# alone: the callers speak in real time

# $1: how the Expert says it. The caller speaks into it.
speak_into()
{
	EXPERT_URL="ws${url#http}" EXPERT_API_KEY="$(cat "$key_file")" \
		"$B/tests/turns_expert" "$1" >"$work/$1.log" 2>&1 &
	expert_pid=$!
	pids="$pids $expert_pid"
	wait_for 10 metric_is dialog_experts_listening 1 ||
		fail "the Expert does not listen"
	cat >"$work/$1.yaml" <<'END'
to: "+15555550100"
voice: rms
steps:
  - say: Excuse me, I have another question for you.
    when: {into_agent_ms: 1500}
  - hangup: true
    when: after_agent
expect:
  - min_turns: 1
END
	run_call "$work/$1.yaml"
	flows "$1"
	kill -TERM "$expert_pid"
	wait_for 10 is_gone "$expert_pid" || fail "the Expert does not stop"
	wait_for 10 metric_is dialog_experts_listening 0 ||
		fail "the Expert still listens"
}

# What the far end heard neither tears nor clicks, not where it was cut either.
# A caller whose own clock ran late cannot tell.
flows()
{
	late=$(json "$work/call.json" carrier.late_frames)
	if [ $((late * 50)) -gt "$(json "$work/call.json" \
		carrier.frames_out)" ]; then
		echo "SKIP clicks: the caller was late"
		return
	fi
	assert_eq "$1: clicks" 0 "$(json "$work/call.json" sound.clicks)"
	assert_eq "$1: gaps" 0 "$(json "$work/call.json" sound.gaps)"
}

told()
{
	grep -q -- "$2" "$work/$1.log" || {
		cat "$work/$1.log"
		fail "$1: not told: $2"
	}
}

start_server
speak_into usual
told usual '^barge-in cut$'
told usual '^said hours interrupted: Our office'
told usual '^turn ended u[0-9]* later$'
assert "an interruption is told once" \
	[ "$(grep -c '^barge-in cut' "$work/usual.log")" = 1 ]

speak_into whole
told whole '^said hours whole: Our office .*holidays'
assert "what is to be heard whole is not cut" \
	[ "$(grep -c '^barge-in cut' "$work/whole.log")" = 0 ]
