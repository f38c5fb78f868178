# A renewed certificate is taken up on SIGHUP: connections made from then on
# get it, those that are open live on. A file that cannot be used changes
# nothing.

command -v openssl >/dev/null || { say "needs openssl"; exit 77; }

# $1 names the files, $2 is the kind of key.
make_pair()
{
	# shellcheck disable=SC2086
	openssl req -x509 -newkey $2 -nodes -days 2 -subj "/CN=$1" \
		-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
		-keyout "$work/$1.key" -out "$work/$1.pem" \
		2>>"$work/openssl.log" || fail "no certificate"
}

# Who the server says it is, to a client that wants $1.
served()
{
	openssl s_client -connect "127.0.0.1:$(port_of "$url")" \
		-sigalgs "$1" </dev/null 2>/dev/null |
		sed -n 's/^subject=CN *= *//p'
}

# Renewed as certbot does it: links that lead to other files.
use_pair()
{
	ln -sf "$1.pem" "$work/cert.pem"
	ln -sf "$1.key" "$work/key.pem"
	lines=$(grep -c ' tls ' "$work/server.log")
	kill -HUP $server_pid
	wait_for 10 tls_lines_above "$lines" || fail "nothing in the log of $1"
}

tls_lines_above()
{
	[ "$(grep -c ' tls ' "$work/server.log")" -gt "$1" ]
}

RSA=rsa_pss_rsae_sha256 EC=ecdsa_secp256r1_sha256
make_pair first rsa:2048
make_pair second rsa:2048
make_pair third 'ec -pkeyopt ec_paramgen_curve:P-256'
ln -s first.pem "$work/cert.pem"
ln -s first.key "$work/key.pem"
cat "$work/first.pem" "$work/second.pem" "$work/third.pem" >"$work/all.pem"

start_server --set "listen.tls_cert=$work/cert.pem" \
	--set "listen.tls_key=$work/key.pem" --set server.shards=2
CACERT=$work/all.pem
start_expert waitlist SSL_CERT_FILE="$CACERT"
assert_eq "at first" "$(served $RSA)" first

use_pair second
for _ in 1 2 3 4 5 6; do # both shards
	assert_eq "after SIGHUP" "$(served $RSA)" second
done
assert_eq "the Expert stayed" "$(metric dialog_experts_listening)" 1
assert_eq "the Expert was not lost" \
	"$(grep -c 'listener lost' "$work/server.log")" 0

# What is wrong with the new one: no PEM; not its key; not there.
echo rubbish >"$work/broken.pem"
cp "$work/second.key" "$work/broken.key"
cp "$work/second.pem" "$work/other.pem"
cp "$work/first.key" "$work/other.key"
use_pair broken
assert_eq "a broken file" "$(served $RSA)" second
use_pair other
assert_eq "a key of another" "$(served $RSA)" second
cp "$work/third.pem" "$work/other.pem"
use_pair other
assert_eq "a key of another kind" "$(served $RSA)" second
assert_eq "the log says so" 2 \
	"$(grep -c 'the key is not that of the' "$work/server.log")"
use_pair missing
assert_eq "no file" "$(served $RSA)" second
assert "errors are logged" grep -q 'error tls.*certificate refused' \
	"$work/server.log"

# Of another kind: nobody gets the old one beside it.
use_pair third
assert_eq "an EC certificate" "$(served $EC)" third
assert_eq "no RSA certificate is left" "$(served $RSA)" ""
assert_eq "HTTP over it" "$(get --cacert "$CACERT" "$url/healthz")" ok
assert_eq "the Expert is still there" "$(metric dialog_experts_listening)" 1
assert_eq "the Expert was never lost" \
	"$(grep -c 'listener lost' "$work/server.log")" 0
stop_server TERM
assert_eq "status after SIGTERM" $server_status 0
