# The disk is full, then it is not: calls are held all the same, what is lost is
# counted, the log speaks of it twice and not once a frame.
#
# Once with a small file system (needs root), once with a limit on the size of
# files, which any user may set.

[ -e "$B/bin/dialogctl" ] || { say "needs dialogctl"; exit 77; }

mounted=''
unmount()
{
	[ -z "$mounted" ] || umount -l "$mounted" 2>/dev/null
	mounted=''
}
trap 'end=$?; unmount; (exit $end); at_exit' EXIT

# A conversation that the Expert gets all fields of.
typed_call()
{
	: >"$work/waitlist.log"
	printf '%s\n' hello 'my name is bob' 'five people' '555-0142' yes |
		timeout 60 "$B/bin/dialogctl" talk --url "$url" \
			--key-file "$key_file" --json >"$work/talk.json" \
			2>"$work/talk.log" || fail "dialogctl talk"
	assert "the Expert has the fields" grep -q \
		'on the list: Bob, party of 5, 5550142' "$work/waitlist.log"
}

spoken_call()
{
	timeout 60 "$B/tests/manycalls" "$(host_of "$url")" \
		"$(port_of "$url")" "$key_file" 1 1 "$1" audio \
		>"$work/caller.json" 2>&1 || fail "manycalls"
	assert_eq "the whole call" "$(json "$work/caller.json" opened)" 1
}

lines()
{
	grep -c "$1" "$work/server.log"
}

is_lossy()
{
	get "$url/readyz" | grep -q 'being lost'
}

is_well()
{
	typed_call
	spoken_call 500
	[ "$(get "$url/readyz")" = ready ]
}

# Descriptors are counted while everything that stays open is open.
begin()
{
	start_server
	start_expert waitlist
	typed_call
	wait_for 10 metric_is dialog_calls_active 0 || fail "a call stays open"
	fds=$(server_fds)
}

disk_is_full()
{
	typed_call
	spoken_call 4000
	wait_for 10 metric_is dialog_calls_active 0 || fail "a call stays open"
	for name in files_failed journal_dropped recording_dropped \
		store_failed; do
		assert "dialog_${name}_total rises" \
			metric_at_least "dialog_${name}_total" 1
	done
	assert "readyz says so" is_lossy
	assert_eq "healthz" "$(get "$url/healthz")" ok
	assert_eq "failures of calls" \
		"$(metric 'dialog_calls_ended_total{by="failure"}')" 0
	assert_eq "lines of the writer" \
		"$(lines ' error writer .*journals and recordings are lost')" 1
	assert_eq "lines of the store" \
		"$(lines ' error store .*rows are lost')" 1
}

fds_are_back()
{
	[ "$(server_fds)" -le "$fds" ]
}

disk_has_room()
{
	wait_for 20 is_well || fail "the server does not recover"
	assert_eq "told that files are written" \
		"$(lines 'files are written again')" 1
	assert_eq "told that rows are taken" \
		"$(lines 'the database takes rows again')" 1
	wait_for 10 fds_are_back || fail "descriptors stay open"
	id=$(get -H "Authorization: Bearer $(cat "$key_file")" \
		"$url/v1/calls?limit=1" | sed 's/.*"id":"\([^"]*\)".*/\1/')
	assert "the last call has a journal" test -s "$data/calls/$id.journal"
	stop_server
	assert_eq "status" "$server_status" 0
	stop_all
	rm -f "$work/server.log"
}

mkdir -p "$data"
if mount -t tmpfs -o size=1m tmpfs "$data" 2>/dev/null; then
	mounted=$data
	begin
	dd if=/dev/zero of="$data/fill" bs=4k 2>/dev/null
	disk_is_full
	rm "$data/fill"
	disk_has_room
	unmount
	say "file system of 1 MiB, full: ok"
else
	say "cannot mount a small file system, doing without"
fi

command -v prlimit >/dev/null || { say "no prlimit"; exit 0; }
rm -rf "$data"
begin
# Standard error is a file too, and stays below this.
prlimit --pid "$server_pid" --fsize=32768:
disk_is_full
prlimit --pid "$server_pid" --fsize=unlimited:
disk_has_room
say "files that cannot grow: ok"
