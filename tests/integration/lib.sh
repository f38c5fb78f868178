# Functions for the scripts of tests/integration. POSIX sh; sourced by run.sh.
#
#   start_server [--set key=value]...   a server of its own, on a free port
#   start_expert NAME [VAR=value]...    build/examples/NAME, dialled in
#   start_fake_model                    chat completions, port in $model_port
#   start_talk [KEY_FILE]               dialogctl talk; type into >&8, its number
#                                       in $talk, what it shows in talk.log
#   need_browser                        a Chromium in $browser, or skip
#   run_call SCRIPT [option]...         dialogctl call; result in $work/call.json
#   wait_for SECONDS COMMAND...         until the command succeeds
#   metric NAME                         a number of /metrics
#   json FILE PATH                      "fields.party_size", "turns.0.said"
#   assert WHAT COMMAND...              fail with a sentence otherwise
#   stop_all                            everything that was started here
#
# $work is a folder of the script's own; it is shown when the script fails.
#
# SPDX-License-Identifier: MIT

B=${B:-build}
work=$(mktemp -d "${TMPDIR:-/tmp}/integration.XXXXXX") || exit 1
data=$work/data
server_pid='' pids='' url=''

say()
{
	echo "  $*"
}

fail()
{
	echo "  FAILED: $*" >&2
	exit 1
}

assert()
{
	what=$1
	shift
	"$@" || fail "$what"
}

assert_eq()
{
	[ "$2" = "$3" ] || fail "$1: \"$2\", not \"$3\""
}

# Polls: a condition is looked at 20 times a second until its deadline.
wait_for()
{
	wait_left=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		wait_left=$((wait_left - 1))
		[ $wait_left -gt 0 ] || return 1
		sleep 0.05
	done
}

# A child that has ended stays in the table until it is waited for.
is_gone()
{
	! grep -q '^State:[^Z]*$' "/proc/$1/status" 2>/dev/null
}

# ---- the server ---------------------------------------------------------------

is_ready()
{
	grep -qs '^listening url=' "$work/server.out" || is_gone $server_pid
}

# PRELOAD=path and PRELOAD_ENV="A=1 B=2" are for the server alone.
start_server()
{
	rm -f "$work/server.out"
	# shellcheck disable=SC2086
	env ${PRELOAD:+LD_PRELOAD="$PRELOAD"} ${PRELOAD_ENV:-} \
		"$B/bin/dialog-server" --set listen.port=0 \
		--set "server.data_dir=$data" "$@" \
		>"$work/server.out" 2>>"$work/server.log" &
	server_pid=$!
	pids="$pids $server_pid"
	wait_for 60 is_ready || fail "the server is not ready after 60 s"
	is_gone $server_pid && fail "the server ended at once"
	url=$(sed -n 's/^listening url=\([^ ]*\).*/\1/p' "$work/server.out")
	key_file=$data/default.key
}

# Ends the server by a signal and waits for it. Its status in $server_status.
stop_server()
{
	kill -"${1:-TERM}" $server_pid
	wait_for "${2:-40}" is_gone $server_pid ||
		fail "the server does not end"
	server_status=0
	wait $server_pid || server_status=$?
	server_pid=''
}

# The two halves of http://HOST:PORT.
host_of()
{
	host=${1#*://}
	echo "${host%:*}"
}

port_of()
{
	echo "${1##*:}"
}

get()
{
	curl -sS --max-time 10 "$@"
}

metric()
{
	get ${CACERT:+--cacert "$CACERT"} "$url/metrics" |
		awk -v name="$1" '$1 == name { print $2; found = 1 }
			END { if (!found) print 0 }'
}

metric_is()
{
	[ "$(metric "$1")" = "$2" ]
}

metric_at_least()
{
	[ "$(metric "$1")" -ge "$2" ]
}

is_draining()
{
	[ "$(get "$url/readyz")" = draining ]
}

server_rss_kib()
{
	awk '/^VmRSS:/ { print $2 }' "/proc/$server_pid/status"
}

server_fds()
{
	# shellcheck disable=SC2012
	ls "/proc/$server_pid/fd" | wc -l
}

# ---- Experts and callers -------------------------------------------------------

start_expert()
{
	expert_name=$1
	shift
	listening=$(metric dialog_experts_listening)
	env EXPERT_URL="ws${url#http}" EXPERT_API_KEY="$(cat "$key_file")" "$@" \
		"$B/examples/$expert_name" >"$work/$expert_name.log" 2>&1 &
	expert_pid=$!
	pids="$pids $expert_pid"
	wait_for 20 metric_at_least dialog_experts_listening \
		$((listening + 1)) || fail "$expert_name does not listen"
}

# Any number of requests until the script ends; the key is in $work/model.key.
start_fake_model()
{
	# shellcheck disable=SC2046
	${CC:-cc} -std=c11 -D_GNU_SOURCE -g -o "$work/fake_model" \
		tests/fake/openai.c $(pkg-config --cflags --libs jansson) \
		-lpthread || fail "the fake model does not compile"
	echo test-key >"$work/model.key"
	mkfifo "$work/model.in"
	"$work/fake_model" tests/fake/openai_scenarios.json \
		<"$work/model.in" >"$work/model.log" &
	pids="$pids $!"
	# It ends with its standard input; a signal ends it as well.
	exec 9>"$work/model.in"
	wait_for 10 grep -q '^port ' "$work/model.log" ||
		fail "the fake model does not listen"
	model_port=$(sed -n 's/^port //p' "$work/model.log")
}

# Types what the caller says, a line at a time, into the fifo behind 8.
start_talk()
{
	rm -f "$work/talk.in"
	mkfifo "$work/talk.in"
	"$B/bin/dialogctl" talk --url "$url" --key-file "${1:-$key_file}" \
		<"$work/talk.in" >"$work/talk.log" 2>&1 &
	talk=$!
	pids="$pids $talk"
	exec 8>"$work/talk.in"
}

need_browser()
{
	for browser in chromium chromium-browser google-chrome; do
		command -v "$browser" >/dev/null && return
	done
	say "needs a browser: apt-get install chromium"
	exit 77
}

run_call()
{
	script=$1
	shift
	"$B/bin/dialogctl" call --url "$url" \
		--key-file "$key_file" --json "$script" "$@" \
		>"$work/call.json" 2>"$work/call.log"
}

# Needs nothing but Python's standard library; absent values print nothing.
json()
{
	python3 -c '
import json, sys
at = json.load(open(sys.argv[1]))
for step in sys.argv[2].split("."):
    try:
        at = at[int(step)] if isinstance(at, list) else at[step]
    except (LookupError, ValueError, TypeError):
        sys.exit()
print(at if isinstance(at, str) else json.dumps(at))' "$1" "$2"
}

# ---- the end --------------------------------------------------------------------

stop_all()
{
	for pid in $pids; do
		kill "$pid" 2>/dev/null
	done
	for pid in $pids; do
		wait_for 20 is_gone "$pid" || kill -KILL "$pid"
		wait "$pid" 2>/dev/null
	done
	pids=''
}

show()
{
	for f in "$work"/*.log "$work"/*.json "$work"/server.out; do
		[ -s "$f" ] || continue
		echo "  --- ${f##*/} (end)"
		tail -n 40 "$f" | cut -c1-400 | sed 's/^/  /'
	done
}

at_exit()
{
	status=$?
	trap - EXIT
	stop_all
	if [ $status != 0 ] && [ $status != 77 ]; then
		show
	fi
	rm -rf "$work"
	exit $status
}
trap at_exit EXIT
trap 'exit 130' INT TERM
