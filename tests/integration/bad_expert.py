"""Experts and HTTP clients that break the rules, against the real server.

Each must get a close code, a close frame, a warning or a status that says
what was wrong, and must be counted; a good Expert beside them still gets its
calls. Run by 24_bad_expert.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import json
import os
import shutil
import socket
import sqlite3
import time

from peer import DEADLINE_S, NOBODY, Peer, Server, fail

LISTEN = "/v2/listen-inbound?phone_number=%2B1555"


class Expert(Peer):
    """A socket of the Expert protocol; what it says is up to the test."""

    def __init__(self, server, path=LISTEN):
        super().__init__(server, path, headers="Authorization: Bearer %s\r\n"
                         % server.key)
        self.sequence = 0

    def hello(self, **changes):
        self.say(dict({"message_type": "open", "name": "test",
                       "connection_id": os.urandom(10).hex(),
                       "is_reopen": False, "last_seen_sequence": 0},
                      **changes))

    def send(self, payload, sequence=None):
        self.sequence += 1
        self.say({"message_type": "message", "payload": payload,
                  "sequence": sequence or self.sequence})

    def hear(self):
        """The next JSON from the server; acknowledges messages."""
        while True:
            opcode, data = self.next()
            if opcode == 8:
                fail("an Expert's socket was closed: %r" % data)
            if opcode != 1:
                continue
            frame = json.loads(data)
            if frame["message_type"] == "message":
                self.say({"message_type": "ack",
                          "last_seen_sequence": frame["sequence"]})
            return frame

    def hear_payload(self, key, value):
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            payload = self.hear().get("payload", {})
            if payload.get(key) == value:
                return payload
        fail("no %s %s came" % (key, value))


def text(s):
    return lambda e: e.say(s)


def hello(**changes):
    return lambda e: e.hello(**changes)


def payload(o, sequence=None):
    return lambda e: e.send(o, sequence)


# The first thing that a socket says, and the code that it gets.
FIRST = [
    ("not JSON", 1008, text("hello")),
    ("not an object", 1008, text("[]")),
    ("nothing", 1008, text("")),
    ("a NUL", 1008, text('{"name":"\\u0000"}')),
    ("nested deeply", 1008, text('{"a":' * 5000)),
    ("a member twice", 1008,
     text('{"message_type":"open","message_type":"open"}')),
    ("a message before open", 1008, payload({})),
    ("no connection", 1008, hello(connection_id=None)),
    ("an empty connection", 1008, hello(connection_id="")),
    ("a long connection", 1008, hello(connection_id="a" * 129)),
    ("a negative number", 1008, hello(last_seen_sequence=-1)),
    ("a number of 2^64", 1008, hello(last_seen_sequence=2 ** 64)),
    ("a fraction", 1008, hello(last_seen_sequence=0.5)),
    ("a reopening of nothing", 1000, hello(is_reopen=True)),
    ("binary", 1003, lambda e: e.frame(b"\1\2", opcode=2)),
    ("not UTF-8", 1007, lambda e: e.frame(b'{"\xff":1}')),
    ("too long", 1009, lambda e: e.frame(b"a" * (256 * 1024 + 1))),
]
# After a good open.
THEN = [
    ("a second open", 1008, hello()),
    ("number 0", 1008, text('{"message_type":"message","sequence":0,'
                            '"payload":{}}')),
    ("number 2^63-1", 1008, payload({}, 2 ** 63 - 1)),
    ("an acknowledgement of 2^63-1", 1008, text(
        '{"message_type":"ack","last_seen_sequence":%d}' % (2 ** 63 - 1))),
    ("a payload of text", 1008, payload("x")),
    ("no payload", 1008, text('{"message_type":"message","sequence":1}')),
    ("40000 values", 1008, payload({"a": [0] * 40000})),
    ("a reason that is too long", 1008, text(
        '{"message_type":"close","reason":"%s"}' % ("a" * 200))),
]
# Strange, but a listener may say it.
ODD = [
    {"message_type": "weather"},
    {"message_type": "listen-started", "other_listeners": 0},
    {"message_type": "incoming-call", "call_id": "x"},
    {"message_type": "claim-call", "call_id": "never"},
    {"message_type": "answer-call", "call_id": ""},
    {"message_type": "decline-call"},
    {},
]


def item(key, choices=0):
    return {"item_type": "field", "key": key, "description": key,
            "question": "", "required": True,
            "field_type": "multiple_choice" if choices else "text",
            "choices": ["c%d" % i for i in range(choices)]}


def task(items, objective="o"):
    return {"command_type": "set-task", "task_id": "t",
            "objective": objective, "action_items": items}


# What a command that is refused gets as a warning; None: it is taken.
COMMANDS = [
    (task([item("f%d" % i) for i in range(64)]), None),
    (task([item("f%d" % i) for i in range(65)]), "action_items too many"),
    (task([item("f", 128)]), None),
    (task([item("f", 129)]), "action_items[0].choices too many"),
    (task([item("f")], "a" * 8192), None),
    (task([item("f")], "a" * 8193), "objective too long"),
    (task([item("f" * 129)]), "action_items[0].key too long"),
    ({"command_type": 5}, "command_type must be a string"),
    ({"command_type": "weather"},
     "command ignored: this server does not know weather"),
    ({"command_type": "answer-question", "question_id": "never",
      "answer": "x"}, None),
    ({"command_type": "retry-task", "reason": "x"}, None),
]


def run_bad(server):
    for name, code, act in FIRST:
        expert = Expert(server)
        act(expert)
        got = expert.close_code()
        if got != code:
            fail("at first, %s: %d, not %d" % (name, got, code))
    for name, code, act in THEN:
        expert = Expert(server)
        expert.hello()
        expert.hear()
        act(expert)
        got = expert.close_code()
        if got != code:
            fail("after open, %s: %d, not %d" % (name, got, code))


def run_call(server, listener):
    """A caller in text for `listener`: (caller, the Expert's call socket)"""
    caller = Expert(server, "/text?to=%2B1555")
    call = listener.hear_payload("message_type", "incoming-call")["call_id"]
    listener.send({"message_type": "claim-call", "call_id": call})
    listener.hear_payload("message_type", "assign-call")
    listener.send({"message_type": "answer-call", "call_id": call})
    expert = Expert(server, "/v2/connect-call/" + call)
    expert.hello()
    expert.hear()
    return caller, expert


def run_commands(server, listener):
    caller, expert = run_call(server, listener)
    for command, warning in COMMANDS:
        expert.send(command)
        while True:
            frame = expert.hear()
            got = frame.get("payload", {})
            if got.get("event_type") == "warning":
                if got["content"] not in (
                        warning, "command refused: %s" % warning):
                    fail("%r instead of %r" % (got["content"], warning))
                warning = None
            # Behind the warning, if there is one.
            if frame.get("last_seen_sequence") == expert.sequence:
                break
        if warning:
            fail("no warning %r" % warning)
    caller.say({"type": "hangup"})
    if caller.close_code() != 1000 or expert.close_code() != 1000:
        fail("the call did not end well")


def run_cut_text(server, listener):
    """8 KiB of characters of three bytes do not fit behind a greeting."""
    caller, expert = run_call(server, listener)
    expert.send({"command_type": "read-script",
                 "script": "a" + "\u20ac" * 2730})
    said = expert.hear_payload("event_type", "agent-speech")["utterance"]
    if said.count("\u20ac") < 2700:
        fail("of what was said the Expert got %d characters" % len(said))
    caller.reset()
    expert.close_code()


def run_http(server):
    def ask(data):
        with socket.create_connection(("127.0.0.1", server.port)) as s:
            s.settimeout(DEADLINE_S)
            s.sendall(data)
            return int(s.recv(65536).split()[1])

    for line, field, status in [
            ("GET /v1/calls", "Foo: y", 401),
            ("GET /v1/calls", "Authorization: Bearer wrong", 401),
            ("GET /v1/calls?key=" + server.key, "Foo: y", 401),
            ("GET /v1/calls/%FF", "Foo: y", 400),
            ("GET /" + "a" * 3000, "Foo: y", 414)]:
        got = ask(("%s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n" %
                   (line, field)).encode())
        if got != status:
            fail("%s got %d, not %d" % (line[:40], got, status))
    server.wait_metric("dialog_auth_refused_total", 3)
    server.wait_metric("dialog_http_bad_requests_total", 2)


def run_stop(server, listener):
    """The server stops while a caller does not answer its goodbye."""
    caller, expert = run_call(server, listener)
    expert.send(task([item("name")]))
    expert.hear_payload("event_type", "agent-speech")
    server.stop()
    ended = [m.get("type") for m in iter_json(caller)].count("ended")
    if ended != 1:
        fail("the caller was told of the end %d times" % ended)
    with sqlite3.connect(server.folder + "/dialog.db") as db:
        left = db.execute("SELECT count(*) FROM calls WHERE reason = '' "
                          "OR ended_us IS NULL").fetchone()[0]
    if left:
        fail("%d calls have no end in the store" % left)


def iter_json(peer):
    """What is left to be read of a socket."""
    try:
        while True:
            opcode, data = peer.next()
            if opcode == 1:
                yield json.loads(data)
    except (OSError, ConnectionError):
        peer.socket.close()


def main():
    program = os.path.join(os.environ.get("B", "build"), "bin/dialog-server")
    server = Server(program, *NOBODY)
    mute = Expert(server)
    good = Expert(server)
    good.hello()
    for odd in ODD:
        good.send(odd)
    run_http(server)
    run_bad(server)
    descriptors = server.descriptors()
    for _ in range(3):
        run_bad(server)
        run_commands(server, good)
    run_cut_text(server, good)
    # 10 s after it was opened.
    if mute.close_code() != 1008:
        fail("a socket that says nothing was not closed")
    server.wait_metric("dialog_websocket_bad_messages_total", 4 * 3)
    bad = server.metric("dialog_expert_bad_messages_total")
    if bad < 4 * (len(FIRST) - 3 + len(THEN)) + 3:
        fail("only %d bad messages were counted" % bad)
    server.wait_metric("dialog_calls_active", 0)
    if server.descriptors() > descriptors:
        fail("descriptors grew from %d to %d" %
             (descriptors, server.descriptors()))
    if server.key in server.log():
        fail("a key is in the log")
    run_stop(server, good)
    shutil.rmtree(server.folder)
    print("bad_expert: ok: %d messages refused" % bad)


main()
