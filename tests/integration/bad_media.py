"""Peers that break the rules of a media socket, against the real server.

Each of them must get a close code (or lose its connection), must be counted,
and must not disturb a good call that goes on beside them, nor leave anything
behind. Run by 23_bad_media.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import base64
import json
import os
import shutil
import socket
import struct
import threading
import time

from peer import DEADLINE_S, NOBODY, SILENCE, Peer, Server, fail


class GoodCall(threading.Thread):
    """A caller who is silent and polite, and listens."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.peer = Peer(server)
        self.peer.start(server.ring("CAgood"), "CAgood")
        self.sent = self.heard = 0
        self.ended = None
        self.over = threading.Event()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        self.start_s = time.monotonic()
        self.start()

    def run(self):
        while not self.over.is_set() and self.ended is None:
            pause = self.start_s + self.sent * 0.02 - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            self.peer.media(at_ms=self.sent * 20)
            self.sent += 1

    def listen(self):
        try:
            while True:
                opcode, data = self.peer.next()
                if opcode == 8:
                    self.ended = data
                    return
                if opcode == 1:
                    self.heard += json.loads(data)["event"] == "media"
                elif opcode == 9:
                    self.peer.frame(data, opcode=10)
        except (OSError, ConnectionError) as error:
            if not self.over.is_set():
                self.ended = str(error)

    def check(self):
        if self.ended is not None:
            fail("the good call was ended: %r" % (self.ended,))

    def hang_up(self):
        self.over.set()
        self.join()
        self.peer.say({"event": "stop", "streamSid": "MZ1",
                       "stop": {"callSid": "CAgood"}})
        self.listener.join(DEADLINE_S)
        if self.ended is None or self.ended[:2] != struct.pack("!H", 1000):
            fail("the good call did not end well: %r" % (self.ended,))


# ---- what bad peers do ------------------------------------------------------
# Before start; code, what is done. With `call`, after a good start.

def media(payload):
    return lambda p: p.media(payload)


def text(s):
    return lambda p: p.say(s)


BEFORE = [
    ("wrong token", 1008, lambda p: p.start("0" * 32)),
    ("no token", 1008, lambda p: p.start("")),
    ("media before start", 1008, lambda p: p.media()),
    ("stop before start", 1008, text('{"event":"stop","streamSid":"MZ1"}')),
    ("not JSON", 1007, text("hello")),
    ("cut JSON", 1007, text('{"event":"start","start":{')),
    ("binary", 1003, lambda p: p.frame(b"\1\2\3", opcode=2)),
]
DURING = [
    ("not JSON", 1007, text("}{")),
    ("not an object", 1007, text("[1]")),
    ("deeply nested JSON", 1007, text("[" * 5000)),
    ("no payload", 1007, text('{"event":"media","streamSid":"MZ1"}')),
    ("unknown stream", 1008, lambda p: p.media(stream="MZ2")),
    ("a second start", 1008, lambda p: p.start("0" * 32)),
    ("binary", 1003, lambda p: p.frame(b"\xff" * 160, opcode=2)),
    ("a wrong key", 1007, text('{"event":"dtmf","streamSid":"MZ1",'
                               '"dtmf":{"digit":"Z"}}')),
    ("not UTF-8", 1007, lambda p: p.frame(b'{"event":"\xff\xfe"}')),
    ("too long", 1009, lambda p: p.frame(b"x" * (64 * 1024 + 1))),
    ("a length of 2^63", 1009, lambda p: p.raw(
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0" +
        b"x" * 4096)),
    ("too long in fragments", 1009, lambda p: (
        p.frame(b"x" * 40000, final=False),
        p.frame(b"x" * 40000, opcode=0))),
    ("reserved bits", 1002, lambda p: p.frame(b"{}", reserved=4)),
    ("a reserved opcode", 1002, lambda p: p.frame(b"{}", opcode=3)),
    ("a continuation of nothing", 1002, lambda p: p.frame(b"{}", opcode=0)),
    ("a fragmented ping", 1002,
     lambda p: p.frame(b"", opcode=9, final=False)),
    ("a new message inside a message", 1002, lambda p: (
        p.frame(b"{", final=False), p.frame(b"{}"))),
]
# Strange, but no reason to end a call.
HARMLESS = [
    ("an odd payload", media(base64.b64encode(b"\xff" * 33).decode())),
    ("an empty payload", media("")),
    ("bad base64", media("!!!!")),
    ("3 s in one message", media(base64.b64encode(b"\xff" * 24000).decode())),
    ("an unknown event", text('{"event":"weather","streamSid":"MZ1"}')),
    ("a mark of nobody", text('{"event":"mark","streamSid":"MZ1",'
                              '"mark":{"name":"e9:9"}}')),
    ("a jump in time", lambda p: (p.media(at_ms=0),
                                  p.media(at_ms=10 ** 12))),
    ("a message in single bytes", lambda p: [
        p.frame(bytes([c]), opcode=0 if i else 1, final=i == 49)
        for i, c in enumerate(b'{"event":"weather","pad":"................'
                              b'.......}'[:48] + b'"}')]),
    ("a ping", lambda p: p.frame(b"x", opcode=9)),
]


def run_before(server):
    for name, code, act in BEFORE:
        peer = Peer(server)
        act(peer)
        got = peer.close_code()
        if got != code:
            fail("before start, %s: %d, not %d" % (name, got, code))


def opened(server, sid):
    peer = Peer(server)
    peer.start(server.ring(sid), sid)
    return peer


def run_during(server):
    for i, (name, code, act) in enumerate(DURING):
        peer = opened(server, "CAbad%d" % i)
        peer.media()
        act(peer)
        got = peer.close_code()
        if got != code:
            fail("in a call, %s: %d, not %d" % (name, got, code))


def run_harmless(server):
    peer = opened(server, "CAodd")
    for name, act in HARMLESS:
        act(peer)
    peer.say({"event": "stop", "streamSid": "MZ1", "stop": {}})
    got = peer.close_code()
    if got != 1000:
        fail("harmless things ended a call with %d" % got)


def run_used_token(server):
    token = server.ring("CAtwice")
    first = Peer(server)
    first.start(token, "CAtwice")
    server.wait_metric("dialog_calls_active", 2)
    second = Peer(server)
    second.start(token, "CAtwice")
    if second.close_code() != 1008:
        fail("a token was good twice")
    first.reset()


def run_deaths(server):
    """Sockets that die at any moment."""
    for i in range(24):
        kind = i % 6
        if kind == 0:
            s = socket.create_connection(("127.0.0.1", server.port))
            s.sendall(b"GET /twilio/media HTTP/1.1\r\nUpgr")
            s.close()
            continue
        if kind == 1:
            peer = Peer(server)
        elif kind == 2:
            peer = Peer(server)
            peer.raw(b"\x81\xfe\x01")
        else:
            peer = opened(server, "CAdead%d" % i)
            if kind == 4:
                peer.media()
            if kind == 5:
                peer.raw(b'\x81\xfe\x10\x00\0\0\0\0{"event":')
        if i % 2:
            peer.reset()
        else:
            peer.socket.close()


def run_deaf(server):
    """A peer that never reads what the agent says to it."""
    peer = Peer(server, receive_buffer=2048)
    peer.start(server.ring("CAdeaf"), "CAdeaf")
    for i in range(100):
        peer.media(at_ms=20 * i)
    return peer


def main():
    program = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")
    server = Server(program, *NOBODY)
    good = GoodCall(server)
    server.wait_metric("dialog_calls_active", 1)
    run_before(server)
    run_during(server)
    run_used_token(server)
    server.wait_metric("dialog_calls_active", 1)
    descriptors, resident_kb = server.descriptors(), server.resident_kb()

    for _ in range(4):
        run_before(server)
        run_during(server)
        run_harmless(server)
        run_deaths(server)
        good.check()
    deaf = run_deaf(server)
    server.wait_metric("dialog_calls_active", 2)
    deaf.reset()
    server.wait_metric("dialog_calls_active", 1)

    tokens = server.metric("dialog_media_bad_tokens_total")
    if tokens != 5 * 2 + 1:
        fail("%d bad tokens were counted" % tokens)
    bad = server.metric("dialog_media_bad_messages_total")
    if bad < 5 * (len(BEFORE) + 8) + 4:
        fail("only %d bad messages were counted" % bad)
    good.check()
    if good.heard == 0:
        fail("the good call heard nothing")
    good.hang_up()
    server.wait_metric("dialog_calls_active", 0)
    calls = json.loads(server.get("/v1/calls?external_id=CAgood"))["calls"]
    if len(calls) != 1 or not calls[0]["ended"]:
        fail("the good call is not in the store: %r" % calls)
    now_fds, now_kb = server.descriptors(), server.resident_kb()
    # One was for the good call.
    if now_fds >= descriptors:
        fail("descriptors grew from %d to %d" % (descriptors, now_fds))
    server.get("/healthz")
    server.stop()
    shutil.rmtree(server.folder)
    print("bad_media: ok: %d messages refused, %d tokens refused, good call "
          "sent %d and heard %d messages, resident %d to %d kB" %
          (bad, tokens, good.sent, good.heard, resident_kb, now_kb))


if __name__ == "__main__":
    main()
