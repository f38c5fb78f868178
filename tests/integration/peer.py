"""The real server as a child, and a WebSocket client that obeys nobody.

For the tests here that are written in Python; needs its standard library
only.

SPDX-License-Identifier: MIT
"""
import base64
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

DEADLINE_S = 15
# The server says that nobody is there, and then waits a minute for the mark
# that tells that this was heard, which a rude peer does not send.
NOBODY = ("dialog.no_expert=fallback", "dialog.goodbye_ms=60000")
SILENCE = base64.b64encode(b"\xff" * 160).decode()


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


class Server:
    """@param settings  what --set takes"""

    def __init__(self, program, *settings):
        self.folder = tempfile.mkdtemp(prefix="server-")
        settings = ("listen.port=0", "server.data_dir=" + self.folder,
                    "server.shards=2", "server.drain_ms=0",
                    "log.file=" + self.folder + "/log") + settings
        self.process = subprocess.Popen(
            [program] + [a for s in settings for a in ("--set", s)],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.match(r"listening url=(https?://127.0.0.1:(\d+)) "
                         r"key_file=(\S+)", line)
        if not match:
            fail("the server does not start: %r %s" % (line, self.log()))
        self.url = match.group(1)
        self.context = None  # for TLS: whom to trust
        self.port = int(match.group(2))
        with open(match.group(3)) as f:
            self.key = f.read().strip()

    def log(self):
        try:
            with open(self.folder + "/log") as f:
                return f.read()
        except OSError:
            return ""

    def get(self, path):
        request = urllib.request.Request(
            self.url + path,
            headers={"Authorization": "Bearer " + self.key})
        with urllib.request.urlopen(request, timeout=DEADLINE_S,
                                    context=self.context) as answer:
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
        if getattr(server, "tls", None):
            self.socket = server.tls.wrap_socket(self.socket,
                                                 server_hostname="localhost")
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
