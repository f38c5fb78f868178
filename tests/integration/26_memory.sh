# What a call costs while nobody speaks: its media socket is open, silence
# flows, the greeting has been heard, an Expert sits in it, no recognizer is
# leased. Journal and recording are on, as they are by default. Once with a
# carrier's calls at 8 kHz, once with a page's at 16 kHz.
#
# Counted is every page that the server alone has written to (heap, stacks,
# rings, pools: Private_Dirty), with 50 calls and with 150, by the difference.
# What the kernel keeps for the sockets is not in it; it is said beside.

# alone: memory moves while the writer waits for its turn

LIMIT_KIB=64
FEW=50 MANY=150
STAY_MS=60000

private_kib()
{
	awk '/^Private_Dirty:/ { print $2 }' "/proc/$server_pid/smaps_rollup"
}

# $1 calls more; the carrier's numbers for them begin at $2. $3: audio, page.
open_calls()
{
	"$B/tests/manycalls" "$(host_of "$url")" "$(port_of "$url")" \
		"$key_file" "$1" "$1" $STAY_MS "$3" "$2" \
		>"$work/caller$2.json" 2>&1 &
	pids="$pids $!"
}

# In how many calls the caller has heard the agent's first question to its end.
greeted()
{
	python3 - "$data/dialog.db" <<'END'
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
print(db.execute("SELECT count(DISTINCT call_id) FROM transcript"
                 " WHERE who = 'agent' AND text LIKE '%name%?'"
                 " AND NOT interrupted").fetchone()[0])
END
}

all_greeted()
{
	[ "$(greeted)" = "$1" ]
}

# The least of three seconds: what a late disk holds up meanwhile comes and goes.
least_kib()
{
	least=$(private_kib)
	for i in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.3
		now_kib=$(private_kib)
		[ "$now_kib" -ge "$least" ] || least=$now_kib
	done
	echo "$least"
}

all_idle()
{
	wait_for 20 metric_is dialog_calls_active "$1" ||
		fail "$(metric dialog_calls_active) calls of $1 are open"
	wait_for 20 all_greeted "$1" ||
		fail "$(greeted) callers of $1 were greeted"
	assert_eq "recognizers leased" "$(metric dialog_stt_turns_total)" 0
}

# $1: audio, page. With a server and a database of its own.
measure()
{
	data=$work/$1
	# The silence is the caller's right here: nobody asks for him.
	start_server --set dialog.silence_ms=300000 --set server.drain_ms=0
	start_expert waitlist
	open_calls $FEW 0 "$1"
	all_idle $FEW
	few_kib=$(least_kib)
	open_calls $((MANY - FEW)) $FEW "$1"
	all_idle $MANY
	many_kib=$(least_kib)
	sockets=$(awk '/^TCP:/ { print $NF }' "/proc/$server_pid/net/sockstat")
	each_kib=$(((many_kib - few_kib) / (MANY - FEW)))
	say "$1: $FEW calls: $few_kib KiB, $MANY calls: $many_kib KiB:" \
		"$each_kib KiB each; all TCP buffers: $((sockets * 4)) KiB"
	assert "an idle call costs $each_kib KiB" test $each_kib -lt $LIMIT_KIB
	stop_server
}

measure audio
measure page
