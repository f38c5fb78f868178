# One port with TLS: HTTP, the media socket and an Expert over it.

command -v openssl >/dev/null || { say "needs openssl"; exit 77; }
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/openssl.log" ||
	fail "no certificate"

start_server --set "listen.tls_cert=$work/cert.pem" \
	--set "listen.tls_key=$work/key.pem"
case $url in
https://*) ;;
*) fail "the ready line says $url" ;;
esac
CACERT=$work/cert.pem
assert_eq "healthz over TLS" "$(get --cacert "$CACERT" "$url/healthz")" ok
if get --cacert /dev/null "$url/healthz" >/dev/null 2>&1; then
	fail "a certificate of nobody was trusted"
fi
assert_eq "plain HTTP on the TLS port" \
	"$(get "http${url#https}/healthz" 2>/dev/null)" ""
assert_eq "the server lives on" "$(get --cacert "$CACERT" "$url/healthz")" ok

# libexpert trusts what OpenSSL trusts.
start_expert waitlist SSL_CERT_FILE="$CACERT"
token_is_wss()
{
	get --cacert "$CACERT" -d CallSid=CA0123456789abcdef0123456789abcdef \
		-d From=%2B15550001 -d To=%2B15555550100 \
		"$url/twilio/voice" | grep -q 'url="wss://'
}
assert "TwiML leads to a TLS socket" token_is_wss

# dialogctl believes the authorities that it is given, and says what is wrong.
# ctl STATUS COMMAND...
ctl()
{
	want=$1 got=0
	shift
	timeout 60 "$B/bin/dialogctl" "$@" --url "$url" \
		--key-file "$key_file" </dev/null >"$work/out.log" \
		2>"$work/ctl.log" || got=$?
	assert_eq "exit status of dialogctl $*" $got "$want"
}
says()
{
	grep -qe "$1" "$work/ctl.log" || fail "dialogctl does not say \"$1\""
}
ctl 3 calls
says 'is not trusted: .*self.signed'
says '--ca-file FILE, or DIALOG_CA_FILE'
says update-ca-certificates
ctl 3 call --say hello
says '--ca-file FILE, or DIALOG_CA_FILE'
ctl 2 calls --ca-file "$work/none.pem"
says 'none.pem: No such file'
ctl 2 calls --ca-file "$work/server.out"
says 'holds no certificate'
tls_url=$url
url=http${tls_url#https}
ctl 3 calls
says "with TLS has the URL $tls_url"
url=$tls_url
for verb in calls keys experts talk doctor; do
	ctl 0 $verb --ca-file "$CACERT"
done
(
	DIALOG_CA_FILE=$CACERT
	export DIALOG_CA_FILE
	ctl 0 call --say 'my name is robert'
) || fail "DIALOG_CA_FILE"
url=https://$(hostname):$(port_of "$url")
ctl 3 calls --ca-file "$CACERT"

stop_server TERM
assert_eq "status after SIGTERM" $server_status 0
