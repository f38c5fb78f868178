# A certificate that cannot be read ends the start with a reason.

"$B/bin/dialog-server" --set listen.port=0 --set "server.data_dir=$data" \
	--set listen.tls_cert=/nonexistent.pem \
	--set listen.tls_key=/nonexistent.pem \
	>"$work/server.out" 2>"$work/server.log" &&
	fail "it started without its certificate"
assert "the log names the file" grep -q nonexistent "$work/server.log"
"$B/bin/dialog-server" --set listen.tls_cert=/nonexistent.pem \
	--set listen.tls_key=/nonexistent.pem --check 2>"$work/check.log"
assert_eq "status of --check" $? 2
assert "--check names it too" grep -q \
	'^dialog-server: listen.tls_cert /nonexistent.pem' "$work/check.log"
assert_eq "nothing is announced" "$(cat "$work/server.out")" ""
