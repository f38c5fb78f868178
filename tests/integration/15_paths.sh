# Where the files of a call are is told so that any folder finds them.

B=$(cd "$B" && pwd)
folder=$(cd "$work" && pwd -P)
cd "$folder" || fail "cannot work in $folder"
data=./kept
start_server
cd / || fail "cannot leave"
assert_eq "the ready line" \
	"$(sed -n 's/.* key_file=//p' "$folder/server.out")" \
	"$folder/kept/default.key"
key_file=$folder/kept/default.key
start_expert waitlist
"$B/bin/dialogctl" talk --url "$url" --key-file "$key_file" </dev/null \
	>"$folder/talk.log" 2>&1 || fail "dialogctl talk"
get -H "Authorization: Bearer $(cat "$key_file")" "$url/v1/calls" \
	>"$folder/calls.json" || fail "no list of calls"
"$B/bin/dialogctl" calls --url "$url" --key-file "$key_file" --json \
	show "$(json "$folder/calls.json" calls.0.id)" \
	>"$folder/call.json" || fail "dialogctl calls show"
journal=$(json "$folder/call.json" journal)
assert "the journal is where it is told: $journal" test -s "$journal"

# The same setting, read again, is no change.
kill -HUP "$server_pid"
wait_for 10 grep -q 'settings reloaded' "$folder/server.log" ||
	fail "SIGHUP was not heard"
if grep -q 'restart is needed' "$folder/server.log"; then
	fail "a restart is wanted for nothing"
fi
