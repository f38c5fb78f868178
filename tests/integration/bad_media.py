"""Peers that break the rules of a media socket, against the real server.

Each of them must get a close code (or lose its connection), must be counted,
and must not disturb a good call that goes on beside them, nor leave anything
behind. Run by 23_bad_media.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import base64
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

DEADLINE_S = 15
SILENCE = base64.b64encode(b"\xff" * 160).decode()


def fail(text):
    print("bad_media: FAILED:", text)
    sys.exit(1)


class Server:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="bad-media-")
        self.process = subprocess.Popen(
            [program, "--set", "listen.port=0",
             "--set", "server.data_dir=" + self.folder,
             "--set", "server.shards=2", "--set", "server.drain_ms=0",
             # Says that nobody is there, and then waits a minute for the
             # mark that tells that this was heard, which no peer here sends.
             "--set", "dialog.no_expert=fallback",
             "--set", "dialog.goodbye_ms=60000",
             "--set", "log.file=" + self.folder + "/log"],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.match(r"listening url=http://127.0.0.1:(\d+) "
                         r"key_file=(\S+)", line)
        if not match:
            fail("the server does not start: %r %s" % (line, self.log()))
        self.port = int(match.group(1))
        with open(match.group(2)) as f:
            self.key = f.read().strip()

    def log(self):
        try:
            with open(self.folder + "/log") as f:
                return f.read()
        except OSError:
            return ""

    def get(self, path):
        request = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (self.port, path),
            headers={"Authorization": "Bearer " + self.key})
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.read().decode()

    def metric(self, name):
        match = re.search("^%s (-?[0-9.]+)$" % re.escape(name),
                          self.get("/metrics"), re.M)
        return float(match.group(1)) if match else 0.0

    def wait_metric(self, name, value):
        until = time.monotonic() + DEADLINE_S
        while self.metric(name) != value:
            if time.monotonic() > until:
                fail("%s is %s, not %s" % (name, self.metric(name), value))
            time.sleep(0.02)

    def ring(self, sid="CA1"):
        """A call comes: the token of its TwiML."""
        form = urllib.parse.urlencode(
            {"CallSid": sid, "From": "+15550001", "To": "+15555550100"})
        with urllib.request.urlopen(
                "http://127.0.0.1:%d/twilio/voice" % self.port,
                form.encode(), timeout=DEADLINE_S) as answer:
            twiml = answer.read().decode()
        match = re.search('name="tok" value="([0-9a-f]{32})"', twiml)
        if not match:
            fail("no token in " + twiml)
        return match.group(1)

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def resident_kb(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            fail("the server does not stop: " + self.log()[-2000:])
        if status != 0:
            fail("the server ended with %d: %s" %
                 (status, self.log()[-2000:]))


class Peer:
    """A WebSocket client that sends exactly what it is told to."""

    def __init__(self, server, path="/twilio/media", receive_buffer=0,
                 headers=""):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   receive_buffer)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.sendall(
            ("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
             % (path, server.port, headers)).encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                fail("connection closed in the handshake")
            head += byte
        if not head.startswith(b"HTTP/1.1 101 "):
            fail("no upgrade: %r" % head)

    def raw(self, data):
        self.socket.sendall(data)

    def frame(self, data, opcode=1, final=True, reserved=0):
        first = (0x80 if final else 0) | reserved << 4 | opcode
        bit = 0x80  # masked
        if len(data) < 126:
            head = struct.pack("!BB", first, bit | len(data))
        elif len(data) < 65536:
            head = struct.pack("!BBH", first, bit | 126, len(data))
        else:
            head = struct.pack("!BBQ", first, bit | 127, len(data))
        # A mask of zeros leaves the bytes as they are.
        self.raw(head + b"\0\0\0\0" + data)

    def say(self, message):
        text = message if isinstance(message, str) else json.dumps(message)
        self.frame(text.encode())

    def start(self, token, sid="CA1", stream="MZ1"):
        self.say({"event": "connected", "protocol": "Call",
                  "version": "1.0.0"})
        self.say({"event": "start", "sequenceNumber": "1",
                  "streamSid": stream,
                  "start": {"accountSid": "AC1", "streamSid": stream,
                            "callSid": sid, "tracks": ["inbound"],
                            "mediaFormat": {"encoding": "audio/x-mulaw",
                                            "sampleRate": 8000,
                                            "channels": 1},
                            "customParameters": {"tok": token}}})

    def media(self, payload=SILENCE, stream="MZ1", at_ms=None):
        media = {"track": "inbound", "payload": payload}
        if at_ms is not None:
            media["timestamp"] = str(at_ms)
        self.say({"event": "media", "streamSid": stream, "media": media})

    def take(self, n):
        data = b""
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise ConnectionError("closed")
            data += more
        return data

    def next(self):
        """(opcode, data) of the next frame."""
        first, second = self.take(2)
        n = second & 127
        if n == 126:
            n = struct.unpack("!H", self.take(2))[0]
        elif n == 127:
            n = struct.unpack("!Q", self.take(8))[0]
        return first & 15, self.take(n)

    def close_code(self):
        """The code of the close frame; 1006 when there was none."""
        try:
            while True:
                opcode, data = self.next()
                if opcode == 8:
                    return (struct.unpack("!H", data[:2])[0]
                            if len(data) >= 2 else 1005)
        except (ConnectionError, socket.timeout):
            return 1006
        finally:
            self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
        self.socket.close()


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
    server = Server(program)
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
