"""What bench_bargein has printed, as a section of docs/turns.md."""

import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.startswith("{")]
    print("## Interrupting\n")
    print("`tests/bench/bench_bargein.c`; the agent speaks all the time.\n")
    for r in rows:
        what = r["what"]
        if what == "interrupting":
            print(f"* {r['sentences']} interruptions, noise {r['snr_db']} dB "
                  f"below: sound held for {r['held']},\n  silent after "
                  f"{r['silent_p50_ms']} / {r['silent_p90_ms']} / "
                  f"{r['silent_p99_ms']} ms (p50 / p90 / p99), cut for "
                  f"{r['cut']},\n  after {r['cut_p50_ms']} / "
                  f"{r['cut_p90_ms']} ms (p50 / p90).")
        elif what == "nodding":
            print(f"* {r['nods']} nods: {r['not_cut_percent']} % did not cut.")
        elif what == "echo":
            print(f"* Echo of {r['gain_db']} dB, {r['minutes']} minutes: "
                  f"{r['cuts']} false cuts, {r['holds']} holds.")
        else:
            print(f"* {r['coughs']} coughs, hiss that comes and goes, "
                  f"{r['minutes']} minutes: {r['cuts']} false cuts,\n  "
                  f"{r['holds']} holds.")


main()
