# Settings: what is wrong is said; SIGHUP takes a good file and no bad one.

assert "the printed settings are good settings" sh -c '
	"$1/bin/dialog-server" --print-config >"$2/all.yaml" &&
	"$1/bin/dialog-server" --config "$2/all.yaml" --check' x "$B" "$work"

if "$B/bin/dialog-server" --set turn.silense_ms=500 --check \
	2>"$work/typo.log"; then
	fail "a setting that does not exist was taken"
fi
assert "did you mean" grep -q 'turn.silence_ms' "$work/typo.log"

printf 'turn:\n  silence_ms: 90000\nlisten:\n  prot: 80\n' >"$work/wrong.yaml"
"$B/bin/dialog-server" --config "$work/wrong.yaml" --set log.level=loud \
	--check 2>"$work/wrong.log"
assert_eq "status of --check" $? 2
assert_eq "every mistake is told" "$(grep -c '^dialog-server: ' \
	"$work/wrong.log")" 3
assert "with its line" grep -q 'listen.port.*wrong.yaml:4' "$work/wrong.log"

# shellcheck disable=SC2046
"$B/bin/dialog-server" $(seq -f '--set=listen.port=%.0f' 1 256) --check \
	>/dev/null || fail "256 --set are refused"
# shellcheck disable=SC2046
if "$B/bin/dialog-server" $(seq -f '--set=listen.port=%.0f' 1 257) --check \
	2>"$work/sets.log"; then
	fail "257 --set are taken"
fi
assert "it says what else to do" grep -q 'write a file' "$work/sets.log"

# Each mistake of an operator: refused with what is wrong and what to do.
refused()
{
	expected=$1
	shift
	if timeout 20 "$B/bin/dialog-server" --set listen.port=0 \
		--set "server.data_dir=$work/refused" "$@" \
		>"$work/refused.log" 2>&1; then
		fail "taken: $*"
	fi
	grep -q -e "$expected" "$work/refused.log" ||
		fail "$* is not told \"$expected\": $(cat "$work/refused.log")"
}
echo 'server: [' >"$work/torn.yaml"
echo 'not a database, but enough text to be read as the head of one, of its size' \
	>"$work/file"
mkdir -p "$work/junk" && cp "$work/file" "$work/junk/dialog.db"
refused 'Try dialog-server --help' --no-such-option
refused 'unexpected argument' extra
refused 'No such file' --config "$work/missing.yaml"
refused 'torn.yaml:2' --config "$work/torn.yaml"
refused 'is not one of' --set stt.provider=other
refused 'an IP address' --set listen.address=localhost
refused 'set listen.address to one of this machine' \
	--set listen.address=192.0.2.1
refused 'see listen.tls_cert' --set "listen.tls_cert=$work/file" \
	--set "listen.tls_key=$work/file"
refused 'set server.data_dir to a folder' --set "server.data_dir=$work/file"
refused 'move it away' --set "server.data_dir=$work/junk"
refused 'set it to a file that can be written' \
	--set "log.file=$work/file/log"
refused 'see stt.\* and tts.\*' --set tts.voice=nobody

cat >"$work/server.yaml" <<END
twilio:
  token_ms: 30000
server:
  max_calls: 7
END
start_server --config "$work/server.yaml"
refused 'stop the other program' --set "listen.port=$(port_of "$url")"
start_expert waitlist

call_status()
{
	get -o "$work/answer" -w '%{http_code}' -d "CallSid=CA$1" \
		-d From=%2B15550001 -d To=%2B15555550100 "$url/twilio/voice" &&
		grep -c "$2" "$work/answer"
}
sid=0123456789abcdef0123456789abcde

assert_eq "a call is taken" "$(call_status ${sid}1 '<Stream')" "2001"

# No calls at all would be out of bounds: refused whole, the old ones stay.
cp "$work/server.yaml" "$work/good.yaml"
printf 'server:\n  max_calls: 0\n  drain: 5\n' >"$work/server.yaml"
kill -HUP $server_pid
wait_for 10 grep -q 'max_calls' "$work/server.log" ||
	fail "the bad file is not spoken of"
wait_for 10 grep -q 'server.drain_ms' "$work/server.log" ||
	fail "only the first mistake is spoken of"
assert_eq "a call is still taken" "$(call_status ${sid}2 '<Stream')" "2001"

cp "$work/good.yaml" "$work/server.yaml"
sed -i 's/max_calls: 7/max_calls: 1/' "$work/server.yaml"
before=$(grep -c . "$work/server.log")
kill -HUP $server_pid
has_more_lines()
{
	[ "$(grep -c . "$work/server.log")" -gt "$before" ]
}
wait_for 10 has_more_lines || fail "a reload is not logged"
"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" "$key_file" \
	1 1 20000 audio >"$work/caller.json" 2>&1 &
pids="$pids $!"
wait_for 10 metric_is dialog_calls_active 1 || fail "the call did not open"
assert_eq "a second call is refused" "$(call_status ${sid}3 'busy')" "2001"
