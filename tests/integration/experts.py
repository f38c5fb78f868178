"""Many Experts and callers on one thread, for the tests at scale.

A Fleet is a server and what is connected to it. Sockets are read when somebody
waits for something; an Expert claims and answers every call that it is offered,
opens its socket, acknowledges and answers pings. Needs Python's standard
library only.

SPDX-License-Identifier: MIT
"""
import json
import os
import selectors
import socket
import ssl
import struct
import time

from peer import DEADLINE_S, fail

NUMBER = "+15555550100"


class Socket:
    """A WebSocket client; `heard` gets each JSON message."""

    def __init__(self, fleet, path, heard=None, key=None, keep=True):
        self.fleet = fleet
        self.heard = heard or (lambda message: None)
        self.buffer = b""
        self.close = None  # (code, reason), or () when it just broke
        self.socket = socket.create_connection(
            ("127.0.0.1", fleet.server.port), timeout=DEADLINE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if fleet.server.context:
            self.socket = fleet.server.context.wrap_socket(self.socket)
        self.socket.sendall(
            ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Authorization: Bearer %s\r\n\r\n"
             % (path, key or fleet.server.key)).encode())
        while b"\r\n\r\n" not in self.buffer:
            more = self.socket.recv(65536)
            if not more:
                fail("connection closed in the handshake of " + path)
            self.buffer += more
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        if self.status != 101 and keep:
            fail("no upgrade: %r" % head)
        self.socket.setblocking(False)
        if self.status == 101 and keep:
            fleet.selector.register(self.socket, selectors.EVENT_READ, self)
            self.take()

    def frame(self, data, opcode=1):
        if len(data) < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | len(data))
        else:
            head = struct.pack("!BBH", 0x80 | opcode, 0xFE, len(data))
        data = head + b"\0\0\0\0" + data
        self.socket.setblocking(True)
        try:
            self.socket.sendall(data)
        except OSError:
            self.gone()
        else:
            self.socket.setblocking(False)

    def say(self, message):
        self.frame(json.dumps(message).encode())

    def gone(self):
        if self.close is None:
            self.close = ()
        if self.socket.fileno() >= 0:
            try:
                self.fleet.selector.unregister(self.socket)
            except KeyError:
                pass
            self.socket.close()

    def readable(self):
        while self.socket.fileno() >= 0:
            try:
                more = self.socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                break
            except OSError:
                more = b""
            if not more:
                self.gone()
                break
            self.buffer += more
        self.take()

    def take(self):
        while len(self.buffer) >= 2:
            n, at = self.buffer[1] & 127, 2
            if n == 126:
                if len(self.buffer) < 4:
                    return
                n, at = struct.unpack("!H", self.buffer[2:4])[0], 4
            elif n == 127:
                if len(self.buffer) < 10:
                    return
                n, at = struct.unpack("!Q", self.buffer[2:10])[0], 10
            if len(self.buffer) < at + n:
                return
            opcode = self.buffer[0] & 15
            data = self.buffer[at:at + n]
            self.buffer = self.buffer[at + n:]
            if opcode == 8:
                self.close = (struct.unpack("!H", data[:2])[0],
                              data[2:].decode()) if n >= 2 else ()
                self.gone()
                return
            if opcode == 9:
                self.frame(data, 10)
            if opcode == 1:
                self.heard(json.loads(data))


class Link:
    """The numbered layer over one socket."""

    def __init__(self, fleet, path, heard, connection_id=None, **more):
        self.fleet = fleet
        self.payload = heard
        self.sequence = 0
        self.opened = False
        self.refused = None  # the close message of the link
        extensions = more.pop("extensions", None)
        self.socket = Socket(fleet, path, self.message, **more)
        hello = {"message_type": "open", "name": "test",
                 "connection_id": connection_id or os.urandom(10).hex(),
                 "is_reopen": False, "last_seen_sequence": 0}
        if extensions:
            hello["extensions"] = extensions
        self.socket.say(hello)

    def message(self, m):
        kind = m["message_type"]
        if kind == "open-ack":
            self.opened = True
        elif kind == "close":
            self.refused = m
        elif kind == "message":
            self.socket.say({"message_type": "ack",
                             "last_seen_sequence": m["sequence"]})
            self.payload(m["payload"])
        elif kind == "ping":
            self.socket.say({"message_type": "pong"})

    def send(self, payload):
        self.sequence += 1
        self.socket.say({"message_type": "message", "payload": payload,
                         "sequence": self.sequence})


class Expert:
    """Listens and takes every call. `calls`: ids in the order of offers."""

    def __init__(self, fleet, capacity=None, number=NUMBER, **more):
        self.fleet = fleet
        self.calls = []
        self.links = {}   # of calls
        self.events = {}  # of calls
        self.started = False
        if capacity is not None:
            more["extensions"] = ["capacity"]
        self.link = Link(fleet, "/v2/listen-inbound?phone_number=%2B" +
                         number[1:], self.heard, **more)
        fleet.wait(lambda: self.started, "a listener")
        if capacity is not None:
            self.link.send({"message_type": "listener-status",
                            "max_calls": capacity, "draining": False})

    def heard(self, m):
        kind, call = m["message_type"], m.get("call_id")
        if kind == "listen-started":
            self.started = True
        elif kind == "incoming-call":
            self.calls.append(call)
            self.link.send({"message_type": "claim-call", "call_id": call})
        elif kind == "assign-call":
            self.link.send({"message_type": "answer-call", "call_id": call})
            events = self.events[call] = []
            self.links[call] = Link(self.fleet, "/v2/connect-call/" + call,
                                    events.append)


class Caller:
    """A call in text."""

    def __init__(self, fleet, number=NUMBER):
        self.said = []
        self.ended = False
        self.socket = Socket(fleet, "/text?to=%2B" + number[1:], self.heard)

    def heard(self, m):
        if m["type"] == "say":
            self.said.append(m["text"])
        self.ended = self.ended or m["type"] == "ended"

    def type(self, text):
        self.socket.say({"type": "text", "text": text})

    def hang_up(self):
        self.socket.say({"type": "hangup"})


class Fleet:
    def __init__(self, server):
        self.server = server
        self.selector = selectors.DefaultSelector()

    def turn(self, timeout_s=0.1):
        for key, _ in self.selector.select(timeout_s):
            if key.data.socket.fileno() >= 0:
                key.data.readable()

    def run(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.turn(0.02)

    def wait(self, condition, what, seconds=DEADLINE_S):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                fail("%s: not within %d s" % (what, seconds))
            self.turn()
