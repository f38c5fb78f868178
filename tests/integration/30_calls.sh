# Each scripted conversation of tests/data/calls, over real audio.
#
# CALLS=name picks some. A script names its Expert in a comment of its own
# ("# expert: transfer"), else it is the waiting list. Scripts of one Expert
# share a server and run a few at a time (AT_ONCE); the caller's clock is real
# time, so most of it is waiting.
#
# alone: the callers speak in real time, and run beside each other as it is

AT_ONCE=${AT_ONCE:-3}

expert_of()
{
	found=$(sed -n 's/^# expert: *\([a-z_]*\).*/\1/p' "$1" | head -n 1)
	echo "${found:-waitlist}"
}

# One conversation, in the background: its results are $work/NAME.*. What a
# recognizer makes of a sentence is never certain, and real time never the same
# twice: a conversation may be held three times, and the tries are shown.
converse()
{
	try=1
	until converse_once "$1" || [ $try = 3 ]; do
		try=$((try + 1))
	done
	echo $try >"$work/$1.tries"
}

converse_once()
{
	"$B/bin/dialogctl" call --url "$url" --key-file "$key_file" --json \
		"tests/data/calls/$1.yaml" \
		>"$work/$1.json" 2>"$work/$1.log"
	echo $? >"$work/$1.status"
	[ "$(cat "$work/$1.status")" = 0 ]
}

# Says how it went; keeps the files of what failed, to be shown.
judge()
{
	if [ "$(cat "$work/$1.status")" = 0 ] &&
		[ "$(json "$work/$1.json" ok)" = true ]; then
		say "$1: ok, $(json "$work/$1.json" duration_ms) ms," \
			"$(json "$work/$1.json" ended_by)," \
			"try $(cat "$work/$1.tries")"
		rm -f "$work/$1.json" "$work/$1.log"
	else
		failed="$failed $1"
		say "$1: FAILED"
	fi
	count=$((count + 1))
}

run_batch()
{
	batch_pids=''
	for one in $1; do
		converse "$one" &
		batch_pids="$batch_pids $!"
	done
	# shellcheck disable=SC2086
	wait $batch_pids
	for one in $1; do
		judge "$one"
	done
}

run_scripts_of()
{
	batch='' n=0
	for script in tests/data/calls/*"${CALLS:-}"*.yaml; do
		[ "$(expert_of "$script")" = "$1" ] || continue
		[ -n "$started" ] || {
			start_server
			start_expert "$1"
			started=yes
		}
		batch="$batch $(basename "$script" .yaml)"
		n=$((n + 1))
		[ $((n % AT_ONCE)) = 0 ] || continue
		run_batch "$batch"
		batch=''
	done
	[ -z "$batch" ] || run_batch "$batch"
}

count=0 failed=''
for expert in waitlist transfer anonymous; do
	started=''
	run_scripts_of $expert
	[ -z "$started" ] || {
		stop_all
		rm -rf "$data"
	}
done
[ $count -gt 0 ] || fail "no script is called \"${CALLS:-}\""
[ -z "$failed" ] || fail "conversations:$failed"
