"""What bench_endpoint has printed, as a section of docs/turns.md."""

import json
import sys

TEXTS = {"none": "no text", "recognizer": "embedded recognizer",
         "known": "known words"}


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.startswith("{")]
    rows = [r for r in rows if r["set"] == "test" and r["what"] != "sweep"]
    print("## End of turn\n")
    print("`tests/bench/bench_endpoint.c`, its test set; a pause of 200 ms or "
          "more that is taken\nfor the end is a false cut-off.\n")
    print("| | text | asked | taken for an end [%] | delay, mean / median / "
          "90 % [ms] | eager end, median [ms] |")
    print("|---|---|---|---|---|---|")
    for r in rows:
        what = r["what"]
        if what == "silence alone":
            what = f"{r['silence_ms']} ms of silence"
        eager = "" if r["what"] == "silence alone" else r["eager_p50_ms"]
        print(f"| {what} | {TEXTS[r['text']]} | {r['asked']} "
              f"| {r['cut_off']} of {r['pauses']} | {r['delay_mean_ms']} / "
              f"{r['delay_p50_ms']} / {r['delay_p90_ms']} | {eager} |")


main()
