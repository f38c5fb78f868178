#!/bin/sh
# The demo: a server, an Expert, and a telephone call between them.
#
#   make demo                the call, then a page to talk to the same agent
#   make demo DEMO_ONCE=1    the call; exit status 0 when all of it held
#
# Everything it writes is in $B/demo, which each run makes anew.
# DEMO_SCRIPT names another call script, DEMO_VOICE another voice of the caller.
set -u
B=${B:-build}
here=$(dirname "$0")
work=$B/demo
number=+15555550100
server='' expert='' status=1

say()
{
	echo "$*"
}

# A child that has ended is a zombie until it is waited for.
is_gone()
{
	! grep -q '^State:[^Z]*$' "/proc/$1/status" 2>/dev/null
}

end_child()
{
	[ -n "$1" ] || return 0
	kill -TERM "$1" 2>/dev/null
	n=0
	while [ $n -lt 100 ] && ! is_gone "$1"; do
		n=$((n + 1))
		sleep 0.1
	done
	is_gone "$1" || kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

at_exit()
{
	trap - EXIT INT TERM HUP
	end_child "$expert"
	end_child "$server"
	exit $status
}
trap at_exit EXIT
trap 'status=130; exit' INT TERM HUP

fail()
{
	say "demo: $*" >&2
	for log in server expert; do
		[ -s "$work/$log.log" ] || continue
		say "--- the end of $work/$log.log" >&2
		tail -n 15 "$work/$log.log" >&2
	done
	exit 1
}

# start_server PORT: 0 when it listens, 1 when it ended at once
start_server()
{
	# What people set for their own server is not for this one.
	env -u DIALOG_LISTEN_PORT -u DIALOG_SERVER_DATA_DIR \
		"$B/bin/dialog-server" --set "listen.port=$1" \
		--set "server.data_dir=$work/data" \
		--set "web.codes=demo=$number" --set server.drain_ms=1000 \
		>"$work/server.out" 2>"$work/server.log" &
	server=$!
	n=0
	while ! grep -qs '^listening url=' "$work/server.out"; do
		n=$((n + 1))
		if is_gone $server || [ $n -gt 600 ]; then
			end_child $server
			server=''
			return 1
		fi
		sleep 0.1
	done
}

for f in bin/dialog-server bin/dialogctl examples/waitlist; do
	[ -x "$B/$f" ] || { say "demo: $B/$f is missing: run make" >&2; exit 1; }
done
rm -rf "$work"
mkdir -p "$work" || exit 1

start_server 8800 || start_server 0 || fail "the server does not start"
url=$(sed -n 's/^listening url=\([^ ]*\).*/\1/p' "$work/server.out")
key_file=$work/data/default.key
say "dialog-server  $url  (log: $work/server.log)"

EXPERT_URL="ws${url#http}" EXPERT_API_KEY=$(cat "$key_file") \
	EXPERT_NUMBER=$number \
	"$B/examples/waitlist" >"$work/expert.log" 2>&1 &
expert=$!
"$B/bin/dialogctl" experts --url "$url" --key-file "$key_file" \
	--address $number --wait 20 >/dev/null ||
	fail "the Expert does not listen"
say "Expert         examples/waitlist on $number  (log: $work/expert.log)"
say ""

"$B/bin/dialogctl" call --url "$url" --key-file "$key_file" \
	--voice "${DEMO_VOICE:-rms}" "${DEMO_SCRIPT:-$here/waitlist.yaml}"
status=$?

if [ -n "${DEMO_ONCE:-}" ]; then
	exit
fi
say ""
[ $status = 0 ] || say "The call did not go as its script expects (see above)."
say "Now you: talk to the same agent, or type, at"
say ""
say "    $url/?code=demo"
say ""
say "or in this terminal: $B/bin/dialogctl talk --url $url --key-file $key_file"
say "Ctrl-C ends everything."
wait $server
fail "the server has ended"
