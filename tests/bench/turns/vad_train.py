#!/usr/bin/env python3
"""Fits the weights of the voice detector (speech/vad_net.c).

vad_lesson FOLDER 10 1 tune | vad_train.py vad_weights.c [EPOCHS]   (fit.sh)

Needs numpy and nothing else: the gated layer, its gradient through time and
Adam are written out below. The same lessons and numpy give the same weights.
One scene in ten is not fitted on and says when to stop worrying; the set
"test" is never read here.

SPDX-License-Identifier: MIT
"""
import sys

import numpy as np

INPUTS, HIDDEN = 40, 32
SEED = 4711
BATCH, STEPS = 64, 150  # sequences at a time, frames of each
RATE = 4e-3
EPOCHS = 14
NAMES = ("wi", "bi", "wh", "bh", "wo", "bo")


def squash(x):
    return 1 / (1 + np.exp(-x))


def read_lessons(stream):
    xs, ys = [], []
    while True:
        head = stream.read(4)
        if len(head) < 4:
            return xs, ys
        frames = int(np.frombuffer(head, np.int32)[0])
        x = np.frombuffer(stream.read(frames * INPUTS * 4), np.float32)
        y = np.frombuffer(stream.read(frames), np.uint8)
        if not np.isfinite(x).all():
            sys.exit("vad_train: a lesson holds what is no number")
        xs.append(x.reshape(frames, INPUTS).astype(np.float16))
        ys.append(y)


def new_weights(draw):
    def some(rows, columns):
        return (draw.standard_normal((rows, columns)) /
                np.sqrt(rows)).astype(np.float32)

    zero = np.zeros(3 * HIDDEN, np.float32)
    return {"wi": some(INPUTS, 3 * HIDDEN), "bi": zero.copy(),
            "wh": some(HIDDEN, 3 * HIDDEN), "bh": zero.copy(),
            "wo": some(HIDDEN, 1)[:, 0],
            "bo": np.zeros(1, np.float32)}


def forward(w, x, h):
    """x[T, B, INPUTS], h[B, HIDDEN]: logits[T, B] and what backward needs."""
    steps = len(x)
    now = (x.reshape(-1, INPUTS) @ w["wi"] + w["bi"]).reshape(
        steps, -1, 3 * HIDDEN)
    kept = []
    logits = np.empty(x.shape[:2], np.float32)
    for t in range(steps):
        past = h @ w["wh"] + w["bh"]
        gates = squash(now[t, :, :2 * HIDDEN] + past[:, :2 * HIDDEN])
        keep, reset = gates[:, :HIDDEN], gates[:, HIDDEN:]
        fresh = np.tanh(now[t, :, 2 * HIDDEN:] +
                        reset * past[:, 2 * HIDDEN:])
        before = h
        h = fresh + keep * (h - fresh)
        logits[t] = h @ w["wo"] + w["bo"]
        kept.append((before, keep, reset, fresh, past[:, 2 * HIDDEN:], h))
    return logits, kept, h


def backward(w, x, kept, error):
    """error[T, B]: of the logits."""
    grad = {k: np.zeros_like(v) for k, v in w.items()}
    steps = len(x)
    into = np.empty((steps,) + kept[0][0].shape[:1] + (3 * HIDDEN,),
                    np.float32)
    later = np.zeros_like(kept[0][0])
    for t in reversed(range(steps)):
        before, keep, reset, fresh, past, h = kept[t]
        grad["wo"] += error[t] @ h
        grad["bo"] += error[t].sum()
        dh = later + error[t][:, None] * w["wo"]
        d_fresh = dh * (1 - keep) * (1 - fresh * fresh)
        d_keep = dh * (before - fresh) * keep * (1 - keep)
        d_reset = d_fresh * past * reset * (1 - reset)
        into[t] = np.concatenate((d_keep, d_reset, d_fresh), 1)
        d_past = np.concatenate((d_keep, d_reset, d_fresh * reset), 1)
        grad["wh"] += before.T @ d_past
        grad["bh"] += d_past.sum(0)
        later = dh * keep + d_past @ w["wh"].T
    flat = into.reshape(-1, 3 * HIDDEN)
    grad["wi"] = x.reshape(-1, INPUTS).T @ flat
    grad["bi"] = flat.sum(0)
    return grad


def cut(xs, ys):
    """Pieces of STEPS frames. Each begins where its scene begins or has a
    run-up of the frames before it, which is not counted."""
    pieces, labels, counts = [], [], []
    run_up = STEPS // 3
    for x, y in zip(xs, ys):
        at = 0
        while at < len(y):
            first = max(0, at - run_up) if at else 0
            end = min(first + STEPS, len(y))
            piece = np.zeros((STEPS, INPUTS), np.float16)
            label = np.zeros(STEPS, np.uint8)
            count = np.zeros(STEPS, np.float16)
            piece[:end - first] = x[first:end]
            label[:end - first] = y[first:end]
            count[at - first:end - first] = 1
            pieces.append(piece)
            labels.append(label)
            counts.append(count)
            at = end
    return np.stack(pieces), np.stack(labels), np.stack(counts)


def area(label, score):
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    voiced = int(label.sum())
    return ((rank[label == 1].sum() - voiced * (voiced + 1) / 2) /
            (voiced * (len(label) - voiced)))


def judge(w, xs, ys):
    scores, labels = [], []
    for at in range(0, len(xs), 256):
        some = range(at, min(at + 256, len(xs)))
        longest = max(len(ys[i]) for i in some)
        x = np.zeros((longest, len(some), INPUTS), np.float32)
        for k, i in enumerate(some):
            x[:len(ys[i]), k] = xs[i]
        logits, _, _ = forward(w, x, np.zeros((len(some), HIDDEN),
                                              np.float32))
        for k, i in enumerate(some):
            scores.append(logits[:len(ys[i]), k])
            labels.append(ys[i])
    label, score = np.concatenate(labels), np.concatenate(scores)
    yes = score > 0
    return (area(label, score), yes[label == 1].mean(),
            yes[label == 0].mean())


def fit(xs, ys, epochs):
    draw = np.random.default_rng(SEED)
    held = np.arange(len(xs)) % 10 == 9
    tx, ty = ([a for a, h in zip(s, held) if not h] for s in (xs, ys))
    vx, vy = ([a for a, h in zip(s, held) if h] for s in (xs, ys))
    pieces, labels, counts = cut(tx, ty)
    w = new_weights(draw)
    mean = {k: np.zeros_like(v) for k, v in w.items()}
    square = {k: np.zeros_like(v) for k, v in w.items()}
    total = epochs * (len(pieces) // BATCH)
    step = 0
    for epoch in range(epochs):
        order = draw.permutation(len(pieces))
        loss = 0.0
        for at in range(0, len(order) - BATCH + 1, BATCH):
            some = order[at:at + BATCH]
            x = pieces[some].astype(np.float32).transpose(1, 0, 2)
            x = np.ascontiguousarray(x)
            y = labels[some].T.astype(np.float32)
            count = counts[some].T.astype(np.float32)
            logits, kept, _ = forward(
                w, x, np.zeros((BATCH, HIDDEN), np.float32))
            p = squash(logits)
            error = (p - y) * count / count.sum()
            loss += float(-(count * np.log(np.where(y > 0, p, 1 - p) + 1e-7)
                            ).sum() / count.sum())
            grad = backward(w, x, kept, error)
            step += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / total)) + 1e-5
            norm = np.sqrt(sum(float((g * g).sum()) for g in grad.values()))
            for k, g in grad.items():
                g = g * min(1, 1 / (norm + 1e-9))
                mean[k] = 0.9 * mean[k] + 0.1 * g
                square[k] = 0.999 * square[k] + 0.001 * g * g
                w[k] -= (rate * (mean[k] / (1 - 0.9 ** step)) / (np.sqrt(
                    square[k] / (1 - 0.999 ** step)) + 1e-8)).astype(
                        np.float32)
        if epoch % 4 == 3 or epoch + 1 == epochs:
            print("epoch %d loss %.4f, held back: area %.4f hit %.4f "
                  "false %.4f" % ((epoch + 1, loss / (len(order) // BATCH)) +
                                  judge(w, vx, vy)), flush=True)
    return w


def table(values, depth):
    if values.ndim == 0:
        return "%.6gf" % values if "." in "%.6g" % values or "e" in (
            "%.6g" % values) else "%.6g.0f" % values
    if values.ndim == 1:
        inner = ", ".join(table(v, 0) for v in values)
        return "{" + inner + "}"
    return "{" + ",\n".join(table(v, depth + 1) for v in values) + "}"


def write(w, path):
    parts = (("in", w["wi"]), ("in_bias", w["bi"]), ("past", w["wh"]),
             ("past_bias", w["bh"]), ("out", w["wo"]),
             ("out_bias", w["bo"][0]))
    with open(path, "w", encoding="ascii") as out:
        out.write("""/**
 * @file vad_weights.c  What the voice detector has learned
 *
 * Written by make vad-weights: tests/bench/turns/vad_train.py on the set
 * "tune" of the corpus, never on "test". Not to be edited.
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/vad_net.h"

/* clang-format off */
const struct vad_weights vad_weights = {
""")
        for name, values in parts:
            out.write(".%s = %s,\n" % (name, table(np.asarray(values), 0)))
        out.write("};\n")


def main():
    xs, ys = read_lessons(sys.stdin.buffer)
    print("%d scenes, %.1f hours" % (len(xs), sum(map(len, ys)) / 180000),
          flush=True)
    epochs = int(sys.argv[2]) if len(sys.argv) > 2 else EPOCHS
    write(fit(xs, ys, epochs), sys.argv[1])


main()
