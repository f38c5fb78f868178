# A spoken call in a real browser without a window: its microphone is a WAV file
# in which a voice of Flite answers the agent's first question. What is
# recognized is uncertain: the turn must be heard and answered, in one of two
# calls.
#
# alone: the browser plays and speaks in real time

command -v python3 >/dev/null || { say "needs python3"; exit 77; }
command -v flite >/dev/null || { say "needs flite: apt-get install flite"; exit 77; }
need_browser
start_server --set web.codes=demo=+15555550100
start_expert waitlist

flite -voice rms -t "My name is Robert." -o "$work/words.wav" ||
	fail "flite does not speak"
# Python must not leave its cache in the source.
PYTHONDONTWRITEBYTECODE=1 python3 tests/integration/browser_speech.py \
	"$url" demo "$work/words.wav" >"$work/page.log" ||
	fail "the page, see page.log"
heard=$(tail -n 1 "$work/page.log")
sed '$d' "$work/page.log"

# The server's record of that call says the same.
"$B/bin/dialogctl" calls --url "$url" --key-file "$key_file" --json \
	--limit 1 list >"$work/calls.json" || fail "calls are not listed"
id=$(json "$work/calls.json" 0.id)
"$B/bin/dialogctl" calls --url "$url" --key-file "$key_file" --json \
	show "$id" >"$work/call.json" || fail "call \"$id\" is not shown"
assert "a turn of the caller is in the record: \"$heard\"" \
	grep -qF "\"$heard\"" "$work/call.json"
say "heard: $heard"
