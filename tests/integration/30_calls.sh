# Each scripted conversation of tests/data/calls, over real audio.
#
# CALLS=name picks some. A script names its Expert in its first comment
# ("# expert: transfer"), else it is the waiting list.

[ -e "$B/bin/dialogctl" ] || { say "needs dialogctl"; exit 77; }
failed=''
for script in tests/data/calls/*.yaml; do
	name=$(basename "$script" .yaml)
	case $name in
	*"${CALLS:-}"*) ;;
	*) continue ;;
	esac
	expert=$(sed -n 's/^# expert: *\([a-z_]*\).*/\1/p' "$script" | head -n 1)
	start_server
	start_expert "${expert:-waitlist}"
	if run_call "$script" && [ "$(json "$work/call.json" ok)" = true ]; then
		say "$name: ok, $(json "$work/call.json" duration_ms) ms," \
			"ended by $(json "$work/call.json" ended_by)"
	else
		failed="$failed $name"
		say "$name: FAILED"
		cp "$work/call.json" "$work/$name.json"
		cp "$work/server.log" "$work/$name.server.log"
	fi
	stop_all
	rm -rf "$data"
done
[ -z "$failed" ] || fail "conversations:$failed"
