"""Calls go round the Experts of an address strictly in turn, as far as each
has room. Run by 61_dispatch.sh: dispatch.py CALLS

SPDX-License-Identifier: MIT
"""
import json
import os
import shutil
import sys

from experts import Caller, Expert, Fleet
from peer import Server, fail

PROGRAM = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")


def listing(fleet):
    """What GET /v1/experts says of those that are there."""
    return [e for e in json.loads(fleet.server.get("/v1/experts"))
            if e["ready"]]


def active(fleet):
    return [e["active"] for e in listing(fleet)]


def open_call(fleet, experts):
    """One call: (the caller, the number of the Expert that has it)."""
    before = [len(e.links) for e in experts]
    caller = Caller(fleet)
    fleet.wait(lambda: sum(len(e.links) for e in experts) > sum(before),
               "an Expert that takes the call")
    taker = [len(e.links) > n for e, n in zip(experts, before)].index(True)
    links = experts[taker].links
    call = next(reversed(links))
    fleet.wait(lambda: links[call].opened, "the call's socket")
    return caller, taker


def in_turn(room, last):
    """The next Expert behind `last` that has room, as it should be."""
    for step in range(1, len(room) + 1):
        i = (last + step) % len(room)
        if room[i]:
            return i
    return None


def run_one_after_another(fleet, calls):
    experts = [Expert(fleet) for _ in range(4)]
    for i in range(calls):
        caller, taker = open_call(fleet, experts)
        if taker != i % 4:
            fail("call %d went to Expert %d" % (i, taker))
        caller.hang_up()
        fleet.wait(lambda: caller.ended, "the end of the call")
    taken = [e["calls"] for e in listing(fleet)]
    leave(fleet, experts)
    return taken


def run_at_once(fleet, calls):
    """All of them open, and none waited for."""
    experts = [Expert(fleet) for _ in range(4)]
    callers = []
    for _ in range(calls):
        callers.append(Caller(fleet))
        fleet.turn(0)
    fleet.wait(lambda: sum(len(e.links) for e in experts) == calls,
               "all calls with an Expert", 60)
    got = active(fleet)
    for caller in callers:
        caller.hang_up()
    fleet.wait(lambda: all(c.ended for c in callers), "the end of all", 60)
    leave(fleet, experts)
    return got


def run_capacity(fleet, calls):
    """A tenth, two, three and four tenths of the calls are what they take."""
    most = [calls * n // 10 for n in (1, 2, 3, 4)]
    experts = [Expert(fleet, capacity=n) for n in most]
    fleet.wait(lambda: [e["max_calls"] for e in listing(fleet)] == most,
               "the capacity of all")
    room, last, callers = list(most), -1, []
    for i in range(sum(most)):
        caller, taker = open_call(fleet, experts)
        expected = in_turn(room, last)
        if taker != expected:
            fail("call %d went to Expert %d, not %d" % (i, taker, expected))
        callers.append((caller, taker))
        room[taker] -= 1
        last = taker
    got = active(fleet)
    run_full(fleet, experts, callers)
    for caller, _ in callers:
        caller.hang_up()
    fleet.wait(lambda: active(fleet) == [0] * 4, "the end of all", 60)
    leave(fleet, experts)
    return got


def run_full(fleet, experts, callers):
    """One too many gets nobody; it gets the place that becomes free."""
    offered = [len(e.calls) for e in experts]
    late = Caller(fleet)
    fleet.wait(lambda: late.ended, "the end of the call without an Expert")
    if offered != [len(e.calls) for e in experts]:
        fail("a call was offered to an Expert that is full")
    for i in (1, len(callers) - 1):
        caller, taker = callers[i]
        caller.hang_up()
        fleet.wait(lambda: sum(active(fleet)) == len(callers) - 1,
                   "the end of a call")
        again, other = open_call(fleet, experts)
        if other != taker:
            fail("the free place of Expert %d went to %d" % (taker, other))
        callers[i] = (again, other)


def leave(fleet, experts):
    for expert in experts:
        expert.link.socket.gone()
    fleet.wait(lambda: not listing(fleet), "no Expert is left")


def main():
    calls = int(sys.argv[1])
    server = Server(PROGRAM, "server.max_calls=10000",
                    "listen.max_connections=20000",
                    "dialog.no_expert=fallback")
    try:
        measure(server, calls)
        server.stop()
    finally:
        server.process.kill()
        shutil.rmtree(server.folder)


def measure(server, calls):
    fleet = Fleet(server)
    result = {"dispatch": calls, "experts": 4,
              "one_after_another": run_one_after_another(fleet, calls),
              "at_once": run_at_once(fleet, calls),
              "by_capacity": run_capacity(fleet, calls)}
    print(json.dumps(result))
    for how in ("one_after_another", "at_once"):
        if result[how] != [calls // 4] * 4:
            fail("%s: not the same for each" % how)
    if result["by_capacity"] != [calls * n // 10 for n in (1, 2, 3, 4)]:
        fail("not as their capacity says")


main()
