"""Who may not have something cannot tell whether it is there.

Run by 63_refusals.sh: refusals.py TRIES

One key has a call, a listener and a document. Another key, a key that nobody
has and one that was revoked ask for these, and for names of the same form that
nothing has. Answers are compared byte for byte (but for a Date field), closing
included. Times are compared by the sign: of TRIES pairs, in changing order, the
one for what exists takes longer in about one half; in n pairs that are alike
their number is n/2 with a deviation of sqrt(n)/2, and more than 4.5 deviations
happen by chance once in 150,000. Work of others on the machine widens both
sides alike. At last the call must still be its Expert's.

SPDX-License-Identifier: MIT
"""
import json
import math
import os
import re
import secrets
import shutil
import socket
import statistics
import struct
import sys
import time
import urllib.request

from experts import Caller, Expert, Fleet
from peer import DEADLINE_S, Server, fail

PROGRAM = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")
DEVIATIONS = 4.5
LISTEN = "/v2/listen-inbound?phone_number=%2B15555550100"
RETRY = b'[{"command_type":"retry-task","reason":"x"}]'


def rest(server, method, path, body=None, key=None):
    request = urllib.request.Request(
        server.url + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + (key or server.key),
                 "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
        return answer.read()


def connect(server):
    s = socket.create_connection(("127.0.0.1", server.port), DEADLINE_S)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def read_all(s):
    data = b""
    while True:
        try:
            more = s.recv(65536)
        except ConnectionResetError:
            more = b""
        if not more:
            return data
        data += more


def ask_http(server, method, path, key, body=b""):
    """(seconds, all bytes of the answer)"""
    with connect(server) as s:
        request = ("%s %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n"
                   "Content-Type: application/json\r\nContent-Length: %d\r\n"
                   "\r\n" % (method, path, key, len(body))).encode() + body
        began = time.perf_counter()
        s.sendall(request)
        data = read_all(s)
        return (time.perf_counter() - began,
                re.sub(rb"(?i)\r\nDate:[^\r]*", b"", data))


def ask_socket(server, path, key, connection_id, reopen=False):
    """The handshake, then open: (seconds until it is closed, all bytes)."""
    hello = json.dumps({
        "message_type": "open", "name": "x", "connection_id": connection_id,
        "is_reopen": reopen, "last_seen_sequence": 0}).encode()
    with connect(server) as s:
        began = time.perf_counter()
        s.sendall(("GET %s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Authorization: Bearer %s\r\n\r\n" % (path, key)).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += s.recv(65536)
        if data.startswith(b"HTTP/1.1 101"):
            began = time.perf_counter()
            s.sendall(struct.pack("!BBH", 0x81, 0xFE, len(hello)) +
                      b"\0\0\0\0" + hello)
            # Up to the close frame's end, answered as a client does.
            while not re.search(rb"\x88([\x02-\x7d])\x03", data):
                more = s.recv(65536)
                if not more:
                    break
                data += more
            took = time.perf_counter() - began
            s.sendall(b"\x88\x82\0\0\0\0\x03\xe8")
        else:
            took = 0
        data += read_all(s)
        took = took or time.perf_counter() - began
        return took, re.sub(rb"(?i)\r\nDate:[^\r]*", b"", data)


class Compared:
    """`ask` takes a name; `there` exists, `make` makes one that does not."""

    def __init__(self, what, expected, ask, there, make):
        self.what, self.expected = what, expected
        self.ask, self.there, self.make = ask, there, make
        self.times = ([], [])

    def once(self, turn):
        answers = [None, None]
        names = [self.there, self.make()]
        for i in ((0, 1), (1, 0))[turn % 2]:
            took, answers[i] = self.ask(names[i])
            self.times[i].append(took)
        if answers[0] != answers[1]:
            fail("%s:\n  %r if it is there,\n  %r if not" %
                 (self.what, answers[0], answers[1]))
        if self.expected not in answers[0]:
            fail("%s: %r" % (self.what, answers[0]))

    def judge(self):
        there, missing = self.times
        n = len(there)
        longer = sum(a > b for a, b in zip(there, missing))
        deviations = (longer - n / 2) / (math.sqrt(n) / 2)
        print(json.dumps({
            "refusal": self.what, "pairs": n,
            "there_us": round(statistics.median(there) * 1e6),
            "missing_us": round(statistics.median(missing) * 1e6),
            "deviations": round(deviations, 1)}))
        if abs(deviations) > DEVIATIONS:
            fail("%s: the time tells whether it is there" % self.what)


def make_call_id():
    return "c" + secrets.token_hex(10)


def make_document():
    return secrets.token_hex(8)


def cases(server, call, document, connection_id, other, revoked):
    state_lost = b'"reason":"state-lost"'

    def call_socket(key):
        return lambda name: ask_socket(server, "/v2/connect-call/" + name,
                                       key, "0" * 20)

    def http(method, path, key, body=b""):
        return lambda name: ask_http(server, method, path % name, key, body)

    yield Compared("call socket, other key", state_lost, call_socket(other),
                   call, make_call_id)
    yield Compared("call socket, replayed by other key", state_lost,
                   lambda name: ask_socket(
                       server, "/v2/connect-call/" + name, other, call, True),
                   call, make_call_id)
    # One id that nobody has: a link of one's own that was just refused is
    # remembered for a moment, and the other id is always the same, too.
    yield Compared("listen socket, replayed by other key", state_lost,
                   lambda name: ask_socket(server, LISTEN, other, name, True),
                   connection_id, lambda: "5" * 20)
    yield Compared("send-commands, other key", b" 404 ",
                   http("POST", "/v1/call/%s/send-commands", other,
                        RETRY),
                   call, make_call_id)
    yield Compared("document, other key", b" 404 ",
                   http("DELETE", "/v1/rag/documents/%s", other),
                   document, make_document)
    for kind, key in (("nobody's key", "dk_" + secrets.token_hex(16)),
                      ("revoked key", revoked)):
        yield Compared("call socket, " + kind, b" 401 ", call_socket(key),
                       call, make_call_id)
        yield Compared("GET call, " + kind, b" 401 ",
                       http("GET", "/v1/calls/%s", key), call, make_call_id)
        yield Compared("send-commands, " + kind, b" 401 ",
                       http("POST", "/v1/call/%s/send-commands", key,
                            RETRY),
                       call, make_call_id)
        yield Compared("document, " + kind, b" 401 ",
                       http("DELETE", "/v1/rag/documents/%s", key), document,
                       make_document)


def make_key(server, name):
    return json.loads(rest(server, "POST", "/v1/keys",
                           {"name": name}))["key"]


def measure(server, tries):
    fleet = Fleet(server)
    other, revoked = make_key(server, "other"), make_key(server, "revoked")
    rest(server, "DELETE", "/v1/keys/revoked")
    document = "a" * 16
    rest(server, "POST", "/v1/rag/documents",
         {"key": document, "text": "Rooms cost 80 a night."})
    connection_id = os.urandom(10).hex()
    expert = Expert(fleet, connection_id=connection_id)
    caller = Caller(fleet)
    fleet.wait(lambda: expert.links, "an Expert that takes the call")
    call = expert.calls[0]
    fleet.wait(lambda: expert.links[call].opened, "the call's socket")
    compared = list(cases(server, call, document, connection_id, other,
                          revoked))
    for turn in range(tries):
        for one in compared:
            one.once(turn)
        fleet.turn(0)
    for one in compared:
        one.judge()
    run_still_there(fleet, expert, call, caller, document)


def run_still_there(fleet, expert, call, caller, document):
    """What was not theirs has not been touched."""
    caller.type("hello")
    fleet.wait(lambda: any(e.get("event_type") == "caller-speech"
                           for e in expert.events[call]),
               "what the caller says, at the Expert")
    if len(fleet.server.get("/v1/rag/documents").split(document)) != 2:
        fail("the document is gone")
    caller.hang_up()
    fleet.wait(lambda: caller.ended, "the end of the call")


def main():
    server = Server(PROGRAM, "expert.ping_ms=60000")
    try:
        measure(server, int(sys.argv[1]))
        server.stop()
    finally:
        server.process.kill()
        shutil.rmtree(server.folder)


main()
