# Start without any configuration, health, clean stop on SIGTERM.

start_server
assert_eq "healthz" "$(get "$url/healthz")" ok
assert_eq "readyz" "$(get "$url/readyz")" ready
assert "the first key is the owner's alone" \
	test "$(stat -c %a "$key_file")" = 600
assert_eq "calls without a key" \
	"$(get -o /dev/null -w '%{http_code}' "$url/v1/calls")" 401
assert_eq "calls with the key" \
	"$(get -o /dev/null -w '%{http_code}' \
		-H "Authorization: Bearer $(cat "$key_file")" \
		"$url/v1/calls")" 200
assert_eq "an unknown path" \
	"$(get -o /dev/null -w '%{http_code}' "$url/nothing/here")" 404

stop_server TERM
assert_eq "status after SIGTERM" $server_status 0
if grep -q ' error ' "$work/server.log"; then
	fail "errors were logged: $(grep -m1 ' error ' "$work/server.log")"
fi

# The same folder again: the key is still good, and not made anew.
key=$(cat "$key_file")
start_server
assert_eq "key kept" "$(cat "$key_file")" "$key"
assert_eq "old key on the new server" \
	"$(get -o /dev/null -w '%{http_code}' \
		-H "Authorization: Bearer $key" "$url/v1/calls")" 200

# A second signal does not wait for calls.
start_expert waitlist
"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" "$key_file" \
	1 1 20000 audio >"$work/caller.json" 2>&1 &
pids="$pids $!"
wait_for 10 metric_is dialog_calls_active 1 || fail "the call did not open"
kill -TERM $server_pid
wait_for 10 is_draining || fail "readyz does not say that it drains"
stop_server TERM 15
assert_eq "status after two signals" $server_status 0
