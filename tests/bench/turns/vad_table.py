#!/usr/bin/env python3
"""The section on voice detection of docs/turns.md, from vad_roc.py's lines.

SPDX-License-Identifier: MIT
"""
import json
import sys

NOISES = ("white", "pink", "brown", "hum50", "hum60", "babble", "music")
SNRS = (20, 10, 5, 0)


def number(value, digits=3):
    return "-" if value is None else "%.*f" % (digits, value)


def percent(value):
    return "-" if value is None else "%.1f" % (100 * value)


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def curve_of(line, person=False):
    """Areas: ours, Silero's, WebRTC's best mode and its hull."""
    def of(name):
        found = line.get(name, {})
        return found.get("people", {}) if person else found

    return (of("ours").get("auc"), of("silero").get("auc"),
            of("webrtc").get("best"), of("webrtc").get("hull"))


def mean(values):
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def main():
    with open(sys.argv[1], encoding="ascii") as lines:
        found = {(d["what"], d["snr_db"]): d for d in map(json.loads, lines)}
    clean = found[("clean", 99)]
    print("## Voice or none, frame by frame\n")
    print("Area under the curve of hits over false alarms: of all pairs of a "
          "voiced and an\nunvoiced frame, the share put in the right order. "
          "Frames of 20 ms at 8 kHz through\nmu-law of every fourth caller, %d "
          "under each condition, %d voiced; levels of -40\nto -12 dBFS. "
          "Every scene is a new call, with no time to get used\nto it. WebRTC's detector says only yes or no: its best mode\n"
          "alone, and the line through its four modes. Silero's model is "
          "asked window by\nwindow (32 ms). Ours was fitted to other voices and "
          "other stretches of the same\nkinds of noise (other pieces of music, "
          "other people in the babble); what\nSilero's was fitted to is not "
          "known here.\n" %
          (clean["frames"], clean["voiced"]))
    row("noise", "below the speech [dB]", "ours", "Silero", "WebRTC, best",
        "WebRTC, all four")
    row(*["---"] * 6)
    row("none", "-", *(number(v) for v in curve_of(clean)))
    for noise in NOISES:
        for snr in SNRS:
            row(noise, str(snr),
                *(number(v) for v in curve_of(found[(noise, snr)])))
    for person in (False, True):
        for snr in SNRS:
            each = [curve_of(found[(n, snr)], person) for n in NOISES]
            row("**%s**" % ("people's voices, mean of the seven" if person
                            else "mean of the seven"), str(snr),
                *("**%s**" % number(mean(v)) for v in zip(*each)))
    print("\nWhat a line does to it, at 20 dB of white noise:\n")
    row("line", "ours", "Silero", "WebRTC, best", "WebRTC, all four")
    row(*["---"] * 5)
    for what in ("at -45 dBFS", "at -3 dBFS", "clipped", "offset",
                 "5 % lost"):
        row(what, *(number(v) for v in curve_of(found[(what, 20)])))
    print("\nAt the threshold that begins a turn (0.5; of WebRTC each "
          "mode): voiced frames\nheard, and frames taken for voice that are "
          "none, in percent.\n")
    row("noise, 10 dB", "ours heard", "false", "Silero heard", "false",
        "WebRTC heard", "false")
    row(*["---"] * 7)
    for noise in NOISES:
        line = found[(noise, 10)]
        cells = []
        for name in ("ours", "silero"):
            one = line.get(name, {})
            cells += [percent(one.get("hit")), percent(one.get("false"))]
        for key in ("hit", "false"):
            cells.append(" / ".join(
                percent(v) for v in line.get("webrtc", {}).get(key, [None])))
        row(noise, *cells)
    print("\nA minute without any voice: frames taken for one, in "
          "percent.\n")
    row("sound", "ours", "Silero", "WebRTC")
    row(*["---"] * 4)
    for (what, _), line in found.items():
        if not line["voiced"]:
            row(what.replace("no ", "only "),
                percent(line["ours"]["false"]),
                percent(line.get("silero", {}).get("false")),
                " / ".join(percent(v) for v in
                           line.get("webrtc", {}).get("false", [None])))


main()
