#!/bin/sh
# The demo's conversation, over and over: three voices, clean and with white
# noise at 20 dB, ten seeds each. Prints one JSON line a call and a summary.
#   sh tests/bench/demo_runs.sh [SEEDS=10] [AT_ONCE=2]
set -u
cd "$(dirname "$0")/../.." || exit 2
seeds=${1:-10} at_once=${2:-2}
B=${B:-build}
out=$(mktemp -d) || exit 2
cleanup() {
	kill $expert $server 2>/dev/null
	wait 2>/dev/null
	rm -rf "$out"
}
server='' expert=''
trap cleanup EXIT
trap 'exit 130' INT TERM

"$B/bin/dialog-server" --set listen.port=0 --set "server.data_dir=$out/data" \
	--set log.level=warn >"$out/ready" 2>"$out/server.log" &
server=$!
tries=0
until grep -q '^listening' "$out/ready"; do
	tries=$((tries + 1))
	[ $tries -lt 600 ] && kill -0 $server 2>/dev/null || {
		cat "$out/server.log"
		exit 1
	}
	sleep 0.1
done
url=$(sed -n 's/^listening url=\([^ ]*\).*/\1/p' "$out/ready")
EXPERT_URL=$url EXPERT_API_KEY=$(cat "$out/data/default.key") \
	EXPERT_NUMBER=+15555550100 "$B/examples/waitlist" >"$out/expert.log" 2>&1 &
expert=$!

one() { # voice noise seed
	set -- "$1" "$2" "$3" "$out/$1-$2-$3"
	noise=
	[ "$2" = clean ] || noise="--noise $2"
	# shellcheck disable=SC2086
	"$B/bin/dialogctl" call examples/demo/waitlist.yaml --json --url "$url" \
		--key-file "$out/data/default.key" --voice "$1" --seed "$3" \
		$noise >"$4.json" 2>"$4.err"
	echo "$?" >"$4.status"
}
running=0 callers=''
for seed in $(seq 1 "$seeds"); do
	for voice in rms awb kal16; do
		for noise in clean 20; do
			one $voice $noise "$seed" &
			running=$((running + 1)) callers="$callers $!"
			[ $((running % at_once)) != 0 ] || {
				# shellcheck disable=SC2086
				wait $callers
				callers=''
			}
		done
	done
done
# shellcheck disable=SC2086
[ -z "$callers" ] || wait $callers
python3 - "$out" <<'PY'
import glob, json, os, sys
ok = total = 0
by = {}
for path in sorted(glob.glob(sys.argv[1] + "/*.status")):
    name = os.path.basename(path)[:-7]
    voice, noise, seed = name.rsplit("-", 2)
    try:
        r = json.load(open(path[:-7] + ".json"))
    except ValueError:
        r = {"ok": False, "fields": {}, "expectations": [], "turns": []}
    total += 1
    ok += bool(r["ok"])
    key = voice + " " + noise
    good, n = by.get(key, (0, 0))
    by[key] = (good + bool(r["ok"]), n + 1)
    print(json.dumps({"voice": voice, "noise": noise, "seed": int(seed),
                      "ok": r["ok"], "fields": r["fields"],
                      "ended_by": r.get("ended_by"),
                      "failed": [e for e in r["expectations"] if not e["ok"]],
                      "heard": [] if r["ok"] else
                      [(t.get("said"), t.get("heard")) for t in r["turns"]]}))
for key, (good, n) in sorted(by.items()):
    print(json.dumps({"group": key, "ok": good, "of": n}))
print(json.dumps({"ok": ok, "of": total}))
PY
