"""An Expert that floods, and one that never reads, beside twenty calls.

Run by 64_flood.sh: flood.py COMMANDS MOST_MS

Twenty text calls go on: their callers ask in turn, one good Expert answers at
once. How long an answer takes is measured alone, then while another Expert
sends COMMANDS small commands on its call as fast as its socket takes them, and
while one sends what makes the server talk and takes nothing of it. All of the
flood must be carried out, held back by its own socket where that is on another
loop than its call (`paused`), and fill no queue that others need: a mailbox
(`refused`), the database's (`store_refused`). The one that does not read loses its socket (`slow`). Nine of ten turns of the twenty may take
MOST_MS; the slowest are the scheduler's when the machine has no more cores than
the flood keeps busy.

SPDX-License-Identifier: MIT
"""
import json
import multiprocessing
import os
import shutil
import struct
import sys
import time

from experts import NUMBER, Caller, Expert, Fleet
from peer import Server, fail

PROGRAM = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")
CALLS = 20
ALONE = 400    # turns measured before
BAD_NUMBER = "+15555550199"
HOOKS = {"command_type": "registered-hooks", "has_on_question": True,
         "has_on_intent": False, "has_on_action_requested": False}
# Taken and carried out each time; and one that comes back as a warning.
SMALL = {"command_type": "retry-task", "reason": "x"}
UNKNOWN = {"command_type": "weather"}


def framed(payload, first, n):
    """n messages, numbered from `first`."""
    out = bytearray()
    for sequence in range(first, first + n):
        data = json.dumps({"message_type": "message", "sequence": sequence,
                           "payload": payload}).encode()
        if len(data) < 126:
            out += struct.pack("!BB", 0x81, 0x80 | len(data))
        else:
            out += struct.pack("!BBH", 0x81, 0xFE, len(data))
        out += b"\0\0\0\0" + data
    return bytes(out)


def pour(s, data, last, reads, pipe):
    """In a process of its own: send it all, and read until message `last` is
    acknowledged, or nothing at all. Says what went, and what came back."""
    began, sent, heard, acked = time.monotonic(), 0, b"", False
    wanted = b'"last_seen_sequence":%d}' % last
    until = began + (60 if reads else 2)
    s.setblocking(False)
    try:
        while not acked and time.monotonic() < until:
            idle = True
            try:
                sent += s.send(data[sent:sent + 262144])
                idle = sent == len(data)
            except BlockingIOError:
                pass
            try:
                if reads:
                    more = s.recv(1 << 20)
                    if not more:
                        break
                    heard = heard[-100:] + more
                    acked = wanted in heard
                    idle = False
            except BlockingIOError:
                pass
            if idle:
                time.sleep(0.001)
    except OSError:
        pass
    pipe.send((sent, acked, time.monotonic() - began))


class Bad:
    """A call of its own, whose socket somebody else uses from here on."""

    def __init__(self, fleet):
        self.expert = Expert(fleet, number=BAD_NUMBER)
        self.caller = Caller(fleet, BAD_NUMBER)
        fleet.wait(lambda: self.expert.links, "the bad Expert's call")
        self.link = list(self.expert.links.values())[0]
        fleet.wait(lambda: self.link.opened, "the bad Expert's socket")
        self.link.send(HOOKS)
        fleet.run(0.3)
        fleet.selector.unregister(self.link.socket.socket)

    def start(self, payload, n, reads):
        data = framed(payload, self.link.sequence + 1, n)
        self.size = len(data)
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(
            target=pour, args=(self.link.socket.socket, data,
                               self.link.sequence + n, reads, other),
            daemon=True)
        self.process.start()
        other.close()

    def end(self, fleet):
        fleet.wait(self.pipe.poll, "the end of the flood", 90)
        sent, acked, seconds = self.pipe.recv()
        self.process.join()
        self.link.socket.socket.close()
        self.expert.link.socket.gone()
        if self.caller.socket.close is None:
            self.caller.socket.gone()
        return sent, acked, seconds


class Good:
    """Twenty calls and who answers their questions."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.expert = Expert(fleet)
        self.asked = 0
        self.callers = []
        for _ in range(CALLS):
            before = len(self.expert.links)
            self.callers.append(Caller(fleet))
            fleet.wait(lambda: len(self.expert.links) > before, "a call")
        for call, link in self.expert.links.items():
            fleet.wait(lambda: link.opened, "a call's socket")
            link.payload = self.answering(link)
            link.send(HOOKS)
        fleet.run(1)

    def answering(self, link):
        def heard(event):
            if event.get("event_type") == "agent-question":
                link.send({"command_type": "answer-question",
                           "question_id": event["question_id"],
                           "answer": "Lot %d is free." % self.asked})
        return heard

    def turn(self):
        """[ms] from a caller's line to the agent's answer."""
        caller = self.callers[self.asked % CALLS]
        self.asked += 1
        words = "Lot %d is free." % self.asked
        del caller.said[:]
        began = time.perf_counter()
        caller.type("Do you have parking lot number %d?" % self.asked)
        self.fleet.wait(lambda: words in caller.said, "an answer")
        return (time.perf_counter() - began) * 1e3

    def unharmed(self):
        return (self.expert.link.socket.close is None and
                all(k.socket.close is None
                    for k in self.expert.links.values()) and
                all(c.socket.close is None for c in self.callers))


def spread(times):
    times = sorted(times)
    return {"turns": len(times), "p50_ms": round(times[len(times) // 2], 2),
            "p90_ms": round(times[len(times) * 9 // 10], 2),
            "p99_ms": round(times[len(times) * 99 // 100], 2),
            "max_ms": round(times[-1], 2)}


def beside(fleet, good, payload, n, reads):
    bad = Bad(fleet)
    bad.start(payload, n, reads)
    times = []
    while not bad.pipe.poll() or len(times) < 100:
        times.append(good.turn())
        fleet.run(0.002)
    sent, acked, seconds = bad.end(fleet)
    return dict(spread(times), sent=round(sent / bad.size, 3),
                done=acked, seconds=round(seconds, 1))


def measure(server, n, most_ms):
    fleet = Fleet(server)
    good = Good(fleet)
    result = {"flood": n, "calls": CALLS,
              "alone": spread([good.turn() for _ in range(ALONE)])}
    for name, payload, reads in (("flood", SMALL, True),
                                 ("never_reads", UNKNOWN, False)):
        before = server.resident_kb()
        result[name] = beside(fleet, good, payload, n, reads)
        result[name]["grown_kib"] = server.resident_kb() - before
        if not good.unharmed():
            fail("%s: somebody else lost a socket" % name)
    for name in ("paused", "slow"):
        result[name] = int(server.metric("dialog_expert_%s_total" % name))
    for name in ("record_limited", "store_refused"):
        result[name] = int(server.metric("dialog_%s_total" % name))
    result["refused"] = int(server.metric("dialog_mailbox_refused_total"))
    print(json.dumps(result))
    judge(result, most_ms)


def judge(result, most_ms):
    if not result["flood"]["done"]:
        fail("not all of the flood's commands were carried out")
    if result["refused"] or result["store_refused"]:
        fail("a queue that others need was full")
    for name in ("flood", "never_reads"):
        if result[name]["p90_ms"] > most_ms:
            fail("%s: a turn of others takes %.1f ms" %
                 (name, result[name]["p90_ms"]))


def main():
    server = Server(PROGRAM, "dialog.silence_ms=300000")
    try:
        measure(server, int(sys.argv[1]), float(sys.argv[2]))
        server.stop()
    finally:
        server.process.kill()
        shutil.rmtree(server.folder)


main()
