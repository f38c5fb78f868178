"""Callers talk while their Experts die, one after another, in five ways.

    kills.py KILLS SEED [GRACE_MS]

The ways are in ways_to_die.py. Whoever dies is started anew at once, so that
somebody is always there to take over. Each caller gives three values, asks a question and wants an action
done, in an order of its own. Held must be: no call is dropped, what was said
once is not asked for again, the server has all of it, the question is
answered, the action is done, and done once. Prints a report, with
how long the calls were without an Expert beyond grace.

SPDX-License-Identifier: MIT
"""
import collections
import glob
import json
import os
import random
import re
import shutil
import socket
import sys
import threading
import time

from peer import DEADLINE_S, Peer, Server, fail
from ways_to_die import EXPERTS, Experts

CALLERS = 40
KILLS_A_SECOND = 25
SILENCE_S = 30
CALL_S = 120  # longest that a conversation may take, takeovers and all

NAME, PARTY, PHONE = "John", "4", "5550142"
# What the agent says, and what a caller says to it.
REPLIES = [
    ("caller_name", r"your name|name,? please|what.*name", "my name is John"),
    ("party_size", r"how many|number of people", "four people"),
    ("phone_number", r"phone number|number, please", "5550142"),
    ("", r"is that right|correct\?|did you say|should i|shall i|do you want",
     "yes"),
]


class Caller(threading.Thread):
    def __init__(self, server, seed):
        super().__init__(daemon=True)
        self.label = "kills-%d" % seed
        self.server, self.random = server, random.Random(seed)
        self.said, self.heard = [], []
        self.asked = []  # (field, when [ms])
        self.wishes = ["do you have parking", "send me the newsletter"]
        self.random.shuffle(self.wishes)
        self.reason = self.record = None
        self.problem = None

    def say(self, text):
        time.sleep(self.random.uniform(0, 0.25))
        self.said.append(text)
        self.peer.say({"type": "say", "text": text})

    def react(self, text):
        """One reply a turn; a wish now and then in place of it."""
        for field, pattern, reply in REPLIES:
            if not re.search(pattern, text, re.I):
                continue
            if field:
                self.asked.append((field, time.monotonic() * 1000))
            if field and self.wishes and self.random.random() < 0.5:
                self.say(self.wishes.pop())
            else:
                self.say(reply)
            return

    def run(self):
        try:
            self.talk()
        except (OSError, ConnectionError) as error:
            self.problem = "the line broke: %s" % (error,)
        self.fetch_record()

    def fetch_record(self):
        """The call as the server has it, once it is written."""
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            found = json.loads(self.server.get("/v1/calls?external_id=" +
                                               self.label))["calls"]
            if found and (found[0]["ended"] or self.problem):
                self.record = json.loads(
                    self.server.get("/v1/calls/" + found[0]["id"]))
                return
            time.sleep(0.1)
        self.problem = self.problem or "no record"

    def talk(self):
        # Longer than the server waits before it breaks a silence.
        self.peer = Peer(self.server, "/text?to=%2B15555550100"
                         "&external_id=" + self.label,
                         headers="Authorization: Bearer %s\r\n" %
                         self.server.key)
        self.peer.socket.settimeout(SILENCE_S)
        until = time.monotonic() + CALL_S
        while time.monotonic() < until:
            try:
                opcode, data = self.peer.next()
            except socket.timeout:
                self.problem = "silence"
                return
            if opcode == 9:
                self.peer.frame(data, opcode=10)
            if opcode == 8:
                self.problem = self.problem or "closed without an end"
                return
            if opcode != 1:
                continue
            m = json.loads(data)
            if m["type"] == "ended":
                self.reason = m["reason"]
                return
            if m["type"] == "say" and m.get("final"):
                self.heard.append(m["text"])
                self.react(m["text"])
        self.problem = "too long"


def judge(caller, call, log, done):
    """What went wrong in a call that is over, in words; a list.
    @param done  the executions that are done"""
    wrong = [caller.problem] if caller.problem else []
    want = {"caller_name": NAME, "party_size": int(PARTY),
            "phone_number": PHONE}
    if not caller.problem and call["reason"] != "bot-hangup":
        wrong.append("ended by " + call["reason"])
    if not caller.problem and call["fields"] != want:
        wrong.append("fields %s" % call["fields"])
    known = {}
    for at_ms, what, detail in log:
        if what == "field":
            known.setdefault(detail.split("=")[0], at_ms)
    wrong += ["asked for %s again" % field for field, at_ms in caller.asked
              if at_ms > known.get(field, at_ms) + 20]
    wished = "send me the newsletter" in caller.said
    if len(done) > 1:
        wrong.append("action done %d times" % len(done))
    new = collections.Counter(d for _, what, d in log if what == "new")
    wrong += ["execution %s came %d times as new" % (e, n)
              for e, n in new.items() if n > 1]
    if not caller.problem and wished and not done:
        wrong.append("action lost")
    if (not caller.problem and "do you have parking" in caller.said and
            not any("behind the house" in line for line in caller.heard)):
        wrong.append("question not answered")
    return wrong


def takeovers(call, grace_ms):
    """How long nobody was there beyond grace, and whether the one that was
    lost fell silent: a list of ([ms], silent). A call that is about to end is
    offered to nobody."""
    lost, gaps = None, []
    for event in call["events"]:
        if event["type"] == "expert-lost" and lost is None:
            lost, offered = event["at_ms"], False
            silent = "silent" in json.dumps(event["detail"])
        elif event["type"] == "expert-offered":
            offered = True
        elif event["type"] == "expert-attached" and lost is not None:
            if offered:
                gaps.append((event["at_ms"] - lost - grace_ms, silent))
            lost = None
    return gaps


def in_short(gaps):
    """{"n": ..., "p50": ..., "p99": ..., "max": ...} of times [ms]."""
    gaps = sorted(gaps) or [0]
    return {"n": len(gaps), "p50": gaps[len(gaps) // 2],
            "p99": gaps[len(gaps) * 99 // 100], "max": gaps[-1]}


class Run:
    def __init__(self, server, folder, seed, grace_ms):
        self.server, self.grace_ms = server, grace_ms
        self.folder, self.log = folder, folder + "/log"
        self.random = random.Random(seed)
        self.read = 0
        self.notes = collections.defaultdict(list)
        self.gaps, self.wrong, self.over, self.dropped = [], 0, 0, 0
        self.callers = []

    def read_log(self):
        with open(self.log) as f:
            f.seek(self.read)
            for line in f:
                at_ms, _pid, call_id, what, detail = \
                    line.rstrip("\n").split(" ", 4)
                self.notes[call_id].append((int(at_ms), what, detail))
            self.read = f.tell()

    def keep_calling(self):
        """Whoever is done makes room for the next."""
        going = [c for c in self.callers if c.is_alive()]
        for caller in self.callers:
            if caller not in going:
                self.check(caller)
        while len(going) < CALLERS:
            caller = Caller(self.server, self.random.randrange(1 << 30))
            caller.start()
            going.append(caller)
        self.callers = going

    def check(self, caller):
        self.over += 1
        self.read_log()
        call = caller.record
        if call:
            self.gaps += takeovers(call, self.grace_ms)
            wrong = judge(caller, call, self.notes.pop(call["id"], []),
                          glob.glob("%s/%s-*" % (self.folder, call["id"])))
        else:
            wrong = [caller.problem]
        if wrong:
            self.wrong += 1
            print("%s: %s; heard: %s" % (caller.label, ", ".join(wrong),
                                         " / ".join(caller.heard[-4:])),
                  flush=True)

    def finish(self, meanwhile):
        for caller in self.callers:
            while caller.is_alive():
                caller.join(0.1)
                meanwhile()
            self.check(caller)
        self.callers = []


def kill_all(run, experts, kills, began):
    for i in range(kills):
        run.keep_calling()
        time.sleep(max(0, began + i / KILLS_A_SECOND - time.monotonic()))
        experts.kill_one()
        experts.look_after()
        if i % 1000 == 999:
            print("%d kills, %d calls over, %d wrong" %
                  (i + 1, run.over, run.wrong), flush=True)
    run.finish(experts.look_after)


def report(run, experts, kills, seed, seconds):
    metric = run.server.metric
    run.dropped = int(metric("dialog_expert_events_dropped_total"))
    print(json.dumps({
        "kills": kills, "seed": seed, "ways": dict(experts.count),
        "seconds": round(seconds), "calls": run.over, "wrong": run.wrong,
        "events_dropped": run.dropped, "grace_ms": run.grace_ms,
        "takeover_ms": {
            "socket_gone": in_short(g for g, silent in run.gaps
                                    if not silent),
            "silent": in_short(g for g, silent in run.gaps if silent)},
        "passed_over": int(metric("dialog_expert_silent_total")),
        "waited": int(metric("dialog_expert_room_total"))}))


def main():
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    grace_ms = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    server = Server(os.path.join(os.environ["B"], "bin/dialog-server"),
                    "dialog.grace_ms=%d" % grace_ms, "expert.ping_ms=1000")
    folder = server.folder + "/experts"
    os.mkdir(folder)
    experts = Experts(server, folder, seed)
    server.wait_metric("dialog_experts_listening", EXPERTS)
    run = Run(server, folder, seed, grace_ms)
    began = time.monotonic()
    try:
        kill_all(run, experts, kills, began)
    except BaseException:
        experts.stop()
        server.process.kill()
        raise
    experts.stop()
    report(run, experts, kills, seed, time.monotonic() - began)
    server.stop()
    if run.dropped:
        fail("%d events were dropped" % run.dropped)
    if run.wrong:
        fail("%d calls went wrong; the server's folder: %s" %
             (run.wrong, server.folder))
    shutil.rmtree(server.folder)


if __name__ == "__main__":
    main()
