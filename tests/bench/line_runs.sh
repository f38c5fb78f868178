#!/bin/sh
# Gaps and clicks in what callers hear: line_runs.sh [CALLS] [AT_ONCE]
#
# Real calls, over real audio, to an Expert of the examples: some answer its
# questions, some speak into its sentences (it is silent at once, and is cut)
# or only say "uh" (it goes on). What the far end of the line heard is judged
# there, frame by frame; see "sound" in docs/call-scripts.md. A line of JSON a
# call, and their sum. A caller whose own clock ran late by more than 2 % of
# its frames says nothing about the server: such calls are counted apart.
#
# SPDX-License-Identifier: MIT
set -u
calls=${1:-100} at_once=${2:-4}
. "$(dirname "$0")/../integration/lib.sh"

cat >"$work/into.yaml" <<'END'
to: "+15555550100"
voice: rms
max_s: 40
steps:
  - say: Excuse me, I have another question for you.
    when: {into_agent_ms: 1500}
  - say: How many people fit in?
    when: {into_agent_ms: 700}
  - say: My name is Robert.
  - hangup: true
    when: after_agent
END
# Too short for a word, but a voice: it is silent at once, and goes on.
sox -n -r 8000 -c 1 -b 16 "$work/uh.wav" synth 0.09 sawtooth 130 \
	lowpass 1500 fade 0.005 0.09 0.03 gain -n -10
cat >"$work/uh.yaml" <<END
to: "+15555550100"
voice: awb
max_s: 40
steps:
  - wav: $work/uh.wav
    when: {into_agent_ms: 900}
  - wav: $work/uh.wav
    when: {into_agent_ms: 2600}
  - say: My name is Robert.
  - hangup: true
    when: after_agent
END

one()
{
	case $(($1 % 3)) in
	0) script=tests/data/calls/happy.yaml ;;
	1) script=$work/into.yaml ;;
	2) script=$work/uh.yaml ;;
	esac
	"$B/bin/dialogctl" call --url "$url" --key-file "$key_file" --json \
		--seed "$1" "$script" >"$work/one.$1.json" 2>/dev/null
}

start_server
start_expert waitlist >/dev/null
n=0
while [ $n -lt "$calls" ]; do
	batch=''
	for _ in $(seq "$at_once"); do
		[ $n -lt "$calls" ] || break
		n=$((n + 1))
		one $n &
		batch="$batch $!"
	done
	# shellcheck disable=SC2086
	wait $batch
done
python3 - "$work" "$calls" \
	"$(metric dialog_tts_clauses_total)" \
	"$(metric dialog_tts_cache_hits_total)" <<'END'
import json
import sys

work, calls, clauses, hits = sys.argv[1], *map(int, sys.argv[2:])
kept, late = [], 0
for n in range(1, calls + 1):
    try:
        call = json.load(open("%s/one.%d.json" % (work, n)))
    except (OSError, ValueError):
        print(json.dumps({"bench": "line", "call": n, "failed": True}))
        continue
    sound, carrier = call["sound"], call["carrier"]
    row = dict(bench="line", call=n, seconds=call["duration_ms"] / 1000,
               late=carrier["late_frames"], clears=carrier["clears"], **sound)
    print(json.dumps(row))
    if carrier["late_frames"] * 50 > carrier["frames_out"]:
        late += 1
    else:
        kept.append(row)
first = sorted(r["first_ms"] for r in kept if r["first_ms"] >= 0)
print(json.dumps({
    "bench": "line", "calls": len(kept), "left_out_late": late,
    "minutes": round(sum(r["seconds"] for r in kept) / 60, 1),
    "cuts_and_holds": sum(r["clears"] for r in kept),
    "breaks": sum(r["breaks"] for r in kept),
    "clicks": sum(r["clicks"] for r in kept),
    "largest_jump": max([r["largest_jump"] for r in kept] or [0]),
    "gaps": sum(r["gaps"] for r in kept),
    "longest_gap_ms": max([r["longest_gap_ms"] for r in kept] or [0]),
    "first_ms_p50": first[len(first) // 2] if first else -1,
    "first_ms_p99": first[len(first) * 99 // 100] if first else -1,
    "clauses": clauses, "of_the_cache": hits}))
END
