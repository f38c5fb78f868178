"""What the server keeps for an Expert that waits for calls.

Run by 62_idle_experts.sh: idle_experts.py CONNECTIONS [CERT KEY]

Counted is every page that the server alone has written to (Private_Dirty),
after the first tenth of the connections and after all of them, by the
difference. What the kernel keeps for the sockets is not in it. Each connection
has shaken hands, opened its link and acknowledged what it was told. It then
looks how much of a core the server needs for them while they wait, and that all
are still there.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import resource
import shutil
import ssl
import sys
import time

from experts import Fleet, Link
from peer import Server, fail

PROGRAM = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")
LIMIT_KIB = {"plain": 16, "tls": 32}
NUMBERS = 100  # that they listen on
WATCH_S = 12   # longer than the protocol's silence before a ping
FEW = 1000     # for fewer than these it is too little to be measured


def private_kib(server):
    with open("/proc/%d/smaps_rollup" % server.process.pid) as f:
        return int(re.search(r"Private_Dirty:\s+(\d+)", f.read()).group(1))


def least_kib(fleet):
    """What a late disk holds up meanwhile comes and goes."""
    least = private_kib(fleet.server)
    for _ in range(8):
        fleet.run(0.25)
        least = min(least, private_kib(fleet.server))
    return least


def cpu_s(server):
    with open("/proc/%d/stat" % server.process.pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connect(fleet, links, n):
    while len(links) < n:
        started = []
        path = "/v2/listen-inbound?phone_number=%%2B1555555%04d" % (
            len(links) % NUMBERS)
        links.append(Link(fleet, path, started.append))
        fleet.wait(lambda: started, "a listener")


def measure(server, n):
    fleet, links = Fleet(server), []
    connect(fleet, links, n // 10)
    few = least_kib(fleet)
    began = time.monotonic()
    connect(fleet, links, n)
    connected_s = time.monotonic() - began
    many = least_kib(fleet)
    each = (many - few) / (n - n // 10)
    busy, began = cpu_s(server), time.monotonic()
    fleet.run(WATCH_S if n >= FEW else 1)
    busy = (cpu_s(server) - busy) / (time.monotonic() - began)
    listening = len(json.loads(server.get("/v1/experts")))
    kind = "tls" if server.context else "plain"
    print(json.dumps({
        "idle_experts": n, "kind": kind, "kib_each": round(each, 1),
        "limit_kib": LIMIT_KIB[kind], "connects_per_s":
        round((n - n // 10) / connected_s), "core_percent":
        round(busy * 100, 1)}))
    if listening != n or any(k.socket.close is not None for k in links):
        fail("%d of %d listen" % (listening, n))
    if each >= LIMIT_KIB[kind]:
        fail("a waiting Expert costs %.1f KiB" % each)


def main():
    n, tls = int(sys.argv[1]), sys.argv[2:]
    settings = ["listen.max_connections=20000"]
    context = None
    if tls:
        settings += ["listen.tls_cert=" + tls[0], "listen.tls_key=" + tls[1]]
        context = ssl.create_default_context(cafile=tls[0])
        context.check_hostname = False
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    if hard < n + 100:
        fail("%d descriptors are not enough for %d connections" % (hard, n))
    server = Server(PROGRAM, *settings)
    server.context = context
    try:
        measure(server, n)
        server.stop()
    finally:
        server.process.kill()
        shutil.rmtree(server.folder)


main()
