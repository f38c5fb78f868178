# 200 calls opened and closed, by voice and in writing, leave resident memory
# and descriptors where they were after the first 20.

FDS_MARGIN=0
RSS_MARGIN_KIB=3072

start_server --set recording.enabled=true
start_expert waitlist

many()
{
	"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" \
		"$key_file" "$1" 20 1500 both >"$work/caller.json" ||
		fail "of $1 calls $(json "$work/caller.json" failed) failed"
	wait_for 20 metric_is dialog_calls_active 0 || fail "calls are left"
	wait_for 20 fds_are_steady || fail "descriptors do not come to rest"
}

# Writers close files a little after the call.
fds_are_steady()
{
	fds_then=$(server_fds)
	sleep 0.3
	[ "$(server_fds)" = "$fds_then" ]
}

many 20
fds=$(server_fds) rss=$(server_rss_kib)
many 180
say "after 20 calls: $rss KiB, $fds descriptors; after 200:" \
	"$(server_rss_kib) KiB, $(server_fds)"
assert_eq "calls" "$(metric dialog_calls_total)" 200
assert "descriptors" test "$(server_fds)" -le $((fds + FDS_MARGIN))
assert "resident memory" \
	test "$(server_rss_kib)" -le $((rss + RSS_MARGIN_KIB))
