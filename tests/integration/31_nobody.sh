# A call that nobody takes has failed, says so, and says what to do about it.

other=+15555550199

# ctl STATUS WORD...: dialogctl ends with it; what it says is in out, err
ctl()
{
	want=$1 verb=$2
	shift 2
	got=0
	timeout 60 "$B/bin/dialogctl" "$verb" --url "$url" \
		--key-file "$key_file" "$@" >"$work/out.log" \
		2>"$work/err.log" </dev/null || got=$?
	assert_eq "exit status of $verb $*" $got "$want"
}

says()
{
	grep -qe "$2" "$work/$1.log" || fail "$1 does not say \"$2\""
}

# ---- nobody listens, and the server waits for one a moment ---------------------

start_server --set dialog.no_expert_wait_ms=300
ctl 1 call --say hello --max-s 2
says out 'warning  *no Expert listens on +15555550100 yet'
says out 'FAILED  an Expert takes the call'
says err 'No Expert listens at http.*, on no address'
says err 'EXPERT_NUMBER=+15555550100 build/examples/waitlist'
ctl 1 call --say hello --max-s 1 --json
assert_eq problem "$(json "$work/out.log" problem)" 'no Expert took the call'
says err 'No Expert listens at'
ctl 1 call --say hello --max-s 1 --quiet
assert_eq "what a quiet call prints" "$(cat "$work/out.log" "$work/err.log")" ''
ctl 1 talk
says err 'EXPERT_NUMBER=+15555550100 build/examples/waitlist'

cat >"$work/nobody.yaml" <<'YAML'
expect:
  - expert: false
  - agent_said: nobody is available
YAML
ctl 0 call "$work/nobody.yaml"

# The record of such a call says it too.
get -H "Authorization: Bearer $(cat "$key_file")" "$url/v1/calls" \
	>"$work/calls.json" || fail "no list of calls"
ctl 0 calls show "$(json "$work/calls.json" calls.0.id)"
says out 'lost  *no Expert takes the call'
says out 'agent  *.*nobody is available'

# ---- one listens, on another number ---------------------------------------------

start_expert waitlist EXPERT_NUMBER=$other
ctl 1 call --say hello --max-s 2
says err "Experts listen on $other: call one of them with --to"
sed -i 's/false/true/' "$work/nobody.yaml"
ctl 1 call "$work/nobody.yaml" --max-s 2
says out 'FAILED  an Expert takes the call'
stop_all

# ---- the server refuses what nobody would take -----------------------------------

start_server --set dialog.no_expert=busy
ctl 1 call --say hello --max-s 2
says out 'ended by  *declined'
says err 'the server refused the call'
ctl 1 talk
says err 'the server refused the call'
printf 'expect:\n  - ended_by: declined\n' >"$work/declined.yaml"
ctl 0 call "$work/declined.yaml"
