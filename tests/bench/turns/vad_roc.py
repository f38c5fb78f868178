#!/usr/bin/env python3
"""How well detectors tell voice from none, frame by frame, side by side.

vad_stream FOLDER test | vad_roc.py [--json FILE]

Every detector hears the same samples (8 kHz, through mu-law) and is held to
the same labels. Ours comes along in the stream; WebRTC's (webrtcvad) and
Silero's (its ONNX model) are asked here when they can be imported.

The area under the curve: of all pairs of a voiced and an unvoiced frame, the
share that a detector puts in the right order. WebRTC's knows only yes and no:
"best" is its best mode alone, "hull" the line through its four modes.

SPDX-License-Identifier: MIT
"""
import json
import os
import struct
import sys

import numpy as np

FRAME = 160
HEAD = struct.Struct("24siii")


class WebRtc:
    def __init__(self):
        import webrtcvad
        self.make = webrtcvad.Vad

    def judge(self, scenes):
        scores = []
        for pcm in scenes:
            votes = np.zeros((len(pcm) // FRAME, 4), np.float32)
            data = pcm.tobytes()
            for mode in range(4):
                vad = self.make(mode)
                for i in range(len(votes)):
                    at = 2 * FRAME * i
                    votes[i, mode] = vad.is_speech(
                        data[at:at + 2 * FRAME], 8000)
            scores.append(votes)
        return np.concatenate(scores)


class Silero:
    """Windows of 256 samples, each with 32 of the one before."""

    def __init__(self):
        import importlib.util
        import onnxruntime
        spec = importlib.util.find_spec("silero_vad")
        if not spec:
            raise ImportError("silero_vad")
        model = os.path.join(os.path.dirname(spec.origin), "data",
                             "silero_vad.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"])

    def judge(self, scenes):
        windows = max(-(-len(s) // 256) for s in scenes)
        sound = np.zeros((len(scenes), 32 + windows * 256), np.float32)
        for row, pcm in zip(sound, scenes):
            row[32:32 + len(pcm)] = pcm / 32768.0
        state = np.zeros((2, len(scenes), 128), np.float32)
        said = np.zeros((len(scenes), windows), np.float32)
        for k in range(windows):
            out, state = self.session.run(None, {
                "input": np.ascontiguousarray(
                    sound[:, k * 256:k * 256 + 288]),
                "state": state, "sr": np.array(8000, np.int64)})
            said[:, k] = out[:, 0]
        scores = []
        for row, pcm in zip(said, scenes):
            middle = np.arange(len(pcm) // FRAME) * FRAME + FRAME // 2
            scores.append(row[middle // 256])
        return np.concatenate(scores)


def area(label, score):
    """Mann and Whitney's U, ties count half."""
    voiced = int(label.sum())
    if not voiced or voiced == len(label):
        return None
    values, rank, count = np.unique(score, return_inverse=True,
                                    return_counts=True)
    below = np.concatenate(([0], np.cumsum(count)[:-1]))
    mean_rank = below + (count + 1) / 2
    total = mean_rank[rank][label == 1].sum()
    return ((total - voiced * (voiced + 1) / 2) /
            (voiced * (len(label) - voiced)))


def rates(label, yes):
    voiced, rest = label == 1, label == 0
    return (float(yes[voiced].mean()) if voiced.any() else None,
            float(yes[rest].mean()) if rest.any() else None)


def hull(points):
    """Area under the upper hull of points (false, hit)."""
    path = []
    for p in sorted([(0.0, 0.0), (1.0, 1.0)] + points):
        while len(path) > 1 and (
                (path[-1][0] - path[-2][0]) * (p[1] - path[-2][1]) >=
                (path[-1][1] - path[-2][1]) * (p[0] - path[-2][0])):
            path.pop()
        path.append(p)
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2
               for a, b in zip(path, path[1:]))


def rounded(x):
    return None if x is None else round(float(x), 4)


def judge_ours(label, score):
    hit, false = rates(label, score >= 0.5)
    return {"auc": rounded(area(label, score)), "hit": rounded(hit),
            "false": rounded(false)}


def judge_webrtc(label, votes):
    points = [rates(label, votes[:, m] > 0) for m in range(4)]
    said = {"hit": [rounded(p[0]) for p in points],
            "false": [rounded(p[1]) for p in points]}
    if None not in points[0]:
        each = [(hit + 1 - false) / 2 for hit, false in points]
        said["best"] = rounded(max(each))
        said["best_mode"] = int(np.argmax(each))
        said["hull"] = rounded(hull([(f, h) for h, f in points]))
    return said


def conditions(stream):
    """(what, snr_db), its scenes, frames in a row."""
    now, scenes, labels, ours, human = None, [], [], [], []
    while True:
        head = stream.read(HEAD.size)
        if len(head) < HEAD.size:
            break
        what, snr, person, frames = HEAD.unpack(head)
        key = (what.split(b"\0")[0].decode(), snr)
        if key != now and scenes:
            yield now, scenes, labels, ours, human
            scenes, labels, ours, human = [], [], [], []
        now = key
        scenes.append(np.frombuffer(stream.read(frames * FRAME * 2),
                                    np.int16))
        labels.append(np.frombuffer(stream.read(frames), np.uint8))
        ours.append(np.frombuffer(stream.read(frames * 4), np.float32))
        human.append(np.full(frames, person, np.uint8))
    if scenes:
        yield now, scenes, labels, ours, human


def main():
    out = open(sys.argv[2], "w") if sys.argv[1:2] == ["--json"] else None
    others = {}
    for name, make in (("webrtc", WebRtc), ("silero", Silero)):
        if os.environ.get("OURS"):
            break
        try:
            others[name] = make()
        except ImportError as missing:
            print("vad_roc: without %s: %s" % (name, missing),
                  file=sys.stderr)
    judges = {"ours": judge_ours, "silero": judge_ours,
              "webrtc": judge_webrtc}
    for (what, snr), scenes, labels, ours, human in conditions(
            sys.stdin.buffer):
        label = np.concatenate(labels)
        human = np.concatenate(human)
        scores = {"ours": np.concatenate(ours)}
        for name, other in others.items():
            scores[name] = other.judge(scenes)
        line = {"bench": "vad", "what": what, "snr_db": snr,
                "frames": len(label), "voiced": int(label.sum())}
        for name, score in scores.items():
            line[name] = judges[name](label, score)
            if 0 < human.sum() < len(human):
                people = human == 1
                line[name]["people"] = judges[name](label[people],
                                                    score[people])
        text = json.dumps(line)
        print(text, flush=True)
        if out:
            print(text, file=out)


main()
