# dialogctl expert-check: an Expert of libexpert's holds all scenarios, a small
# one in Python too; each flaw fails the scenario that is about it, and no
# other.

check()
{
	timeout -k 5 300 "$B/bin/dialogctl" expert-check --slow 3 "$@" \
		>"$work/check.out" 2>"$work/check.log"
}

# NAME of a scenario, FLAW of the Expert, and a word of what is told
fails()
{
	check --only "$1" +15555550100 -- python3 "$here/small_expert.py" "$2" &&
		fail "$1 holds with the flaw $2"
	grep -q "^FAILED $1: .*$3" "$work/check.out" ||
		fail "$1, $2: $(cat "$work/check.out")"
}

here=$1
"$B/bin/dialogctl" expert-check --list >"$work/list"
scenarios=$(wc -l <"$work/list")
for expert in "$B/examples/waitlist" "python3 $here/small_expert.py none"; do
	# shellcheck disable=SC2086
	check +15555550100 -- $expert ||
		fail "$expert: $(grep FAILED "$work/check.out")"
	assert_eq "all scenarios held" "$(tail -n 1 "$work/check.out")" \
		"$scenarios held, 0 failed"
	say "${expert##*/}: $(tail -n 1 "$work/check.out")"
done

fails answer mute pong
fails question twice 'one answer a question'
fails reopen anew 'the same connection_id'
fails resend forgets 'was expected again'
fails unknown unacked acknowledged
fails action other-id 'request that was asked'
fails search other-id 'search that was asked'
fails validation other-id 'value to check that was asked'
fails executed done-twice 'one answer a execution'
fails task quits 'ended with status 3'
fails escalation quits 'ended with status 3'
say "each flaw fails its scenario"

# Over TLS; who looks at no certificate is found out.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/openssl.log" ||
	fail "no certificate"
tls="--tls-cert $work/cert.pem --tls-key $work/key.pem"
SSL_CERT_FILE=$work/cert.pem
export SSL_CERT_FILE
for expert in "$B/examples/waitlist" "python3 $here/small_expert.py none"; do
	for one in answer certificate; do
		# shellcheck disable=SC2086
		check $tls --only $one +15555550100 -- $expert ||
			fail "$expert, TLS: $(cat "$work/check.out")"
		assert_eq "$one over TLS" "$(head -n 1 "$work/check.out")" \
			"ok $one"
	done
done
# shellcheck disable=SC2086
check $tls --only certificate +15555550100 -- \
	python3 "$here/small_expert.py" trusting &&
	fail "who looks at no certificate holds"
grep -q '^FAILED certificate: .*nobody signed' "$work/check.out" ||
	fail "certificate, trusting: $(cat "$work/check.out")"
unset SSL_CERT_FILE
say "over TLS: the server's certificate matters"

"$B/bin/dialogctl" expert-check --only answer --json +15555550100 -- \
	"$B/examples/waitlist" >"$work/one.json" 2>/dev/null ||
	fail "answer, as JSON"
assert_eq "the name in JSON" "$(json "$work/one.json" 0.name)" answer
assert_eq "ok in JSON" "$(json "$work/one.json" 0.ok)" true

status=0
"$B/bin/dialogctl" expert-check --wait 1 --only listen +15555550100 -- \
	sleep 30 >"$work/check.out" 2>&1 || status=$?
assert_eq "nobody comes" $status 1
status=0
"$B/bin/dialogctl" expert-check --only weather +15555550100 \
	>"$work/check.out" 2>&1 || status=$?
assert_eq "no such scenario" $status 2

# The other way round.
start_server
check --server "$url" --key-file "$key_file" ||
	fail "the server: $(grep FAILED "$work/check.out")"
assert_eq "all scenarios of a server held" \
	"$(tail -n 1 "$work/check.out")" \
	"$("$B/bin/dialogctl" expert-check --server x --list | wc -l) held, 0 failed"
say "dialog-server: $(tail -n 1 "$work/check.out")"
status=0
"$B/bin/dialogctl" expert-check --server "$url" --key wrong --only listen \
	>"$work/check.out" 2>&1 || status=$?
assert_eq "a wrong key" $status 1
grep -q '^FAILED listen: .*status 401' "$work/check.out" ||
	fail "a wrong key: $(cat "$work/check.out")"

# And over TLS.
stop_server
start_server --set "listen.tls_cert=$work/cert.pem" \
	--set "listen.tls_key=$work/key.pem"
check --server "$url" --key-file "$key_file" --only call && {
	fail "a server that nobody vouches for holds"
}
check --server "$url" --key-file "$key_file" --ca-file "$work/cert.pem" \
	--only call || fail "a server over TLS: $(cat "$work/check.out")"
say "dialog-server over TLS: $(tail -n 1 "$work/check.out")"
