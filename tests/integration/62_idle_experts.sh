# What the server keeps for an Expert that waits: CONNECTIONS=5000 (with as many
# descriptors: ulimit -n) on one server, without TLS and with. The limits are 16
# and 32 KiB of private memory each.

# alone: memory moves while others are at work

CONNECTIONS=${CONNECTIONS:-500}

command -v openssl >/dev/null || { say "needs openssl"; exit 77; }
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/openssl.log" ||
	fail "no certificate"

timeout -k 5 300 python3 "$1/idle_experts.py" "$CONNECTIONS" ||
	fail "see above"
timeout -k 5 300 python3 "$1/idle_experts.py" "$CONNECTIONS" \
	"$work/cert.pem" "$work/key.pem" || fail "see above"
